"""How a command that cannot continue ends: one sentence on standard error, and an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

import typer

from cli.console.exit_codes import ExitCode


def fail(message: str, code: ExitCode = ExitCode.INPUT) -> NoReturn:
    """Say why, and end.

    Args:
        message: What was found, and what is allowed.
        code: What the shell is told.

    Raises:
        typer.Exit: Always.
    """
    typer.echo(message, err=True)
    raise typer.Exit(code)


def not_installed(package: str | None, extra: str) -> str:
    """Say that a package is missing, and how to install it.

    Args:
        package: Its name.
        extra: The group of optional dependencies that it belongs to.
    """
    return f"{package} is not installed: python -m pip install -e '.[{extra}]'"


@contextmanager
def problems_told() -> Iterator[None]:
    """Print everything that is wrong with files and end with `ExitCode.INPUT`, where a block finds that they are.

    Raises:
        typer.Exit: The block raised a `LoadingError`.
    """
    from declarations.loading import LoadingError, render

    try:
        yield
    except LoadingError as error:
        fail(render(error.problems))
