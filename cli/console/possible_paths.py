"""Reject paths that cannot name a file, before the command starts."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path

from cli.console.ending import fail


def with_possible_paths(command: Callable[..., None]) -> Callable[..., None]:
    """Return *command*, which first refuses a path that the system cannot look up, and ends with `ExitCode.INPUT`.

    A file that is not there is no such path: each command says itself what that means.
    """

    @wraps(command)
    def run(**values: object) -> None:
        for value in values.values():
            for one in value if isinstance(value, list) else [value]:
                if isinstance(one, Path) and (why := why_impossible(one)):
                    fail(f"{one}: {why}")
        command(**values)

    return run


def why_impossible(path: Path) -> str | None:
    """Say why the system cannot look *path* up: it is too long, a loop of links, forbidden; None if it can.

    Args:
        path: A path, of a file that may be there or not.
    """
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return f"cannot be looked up: {error.strerror}"
    except ValueError:
        return "cannot be looked up: it holds a NUL character"
    return None
