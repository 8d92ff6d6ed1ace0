"""Load rooms written in Python: run the user's own code at the user's request, and report its errors as problems."""

from __future__ import annotations

import contextlib
import runpy
import sys
import traceback
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Final

from pydantic import BaseModel, ValidationError

from declarations.clean_room import CleanRoom
from declarations.document_path import spelled
from declarations.loading.problems import FileProblem, LoadingError, Place
from declarations.loading.text import read_text
from declarations.naming import closest
from declarations.refusals.refusal import describe_refusal, find_refusals

VARIABLE: Final = "room"
"""The name that a room file in Python gives to its room."""


def run_room(path: Path) -> CleanRoom:
    """Run a Python file and return the room it defines as `room`.

    Raises:
        LoadingError: The code fails, exits the interpreter, or defines no room.
    """
    lines = read_text(path).split("\n")
    try:
        # The user's prints go to standard error: standard output carries only this program's own results.
        with contextlib.redirect_stdout(sys.stderr):
            names = runpy.run_path(str(path), run_name="room")
    except LoadingError:
        raise
    except SyntaxError as error:
        raise LoadingError([_syntax_problem(path, lines, error)]) from None
    except ValidationError as error:
        raise LoadingError(_refusals(path, lines, error)) from None
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever the user's code raises is the user's to read
        message = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        raise LoadingError([_problem(path, lines, message, _place(path, error.__traceback__))]) from None
    if VARIABLE not in names:
        near = closest(VARIABLE, (name for name, value in names.items() if isinstance(value, CleanRoom)))
        found = f"; the room in it is called {near!r}" if near else ""
        raise LoadingError([FileProblem(str(path), f"defines no 'room'; write room = CleanRoom(...){found}")])
    room = names[VARIABLE]
    if not isinstance(room, CleanRoom):
        message = f"'room' is of type {type(room).__name__}; write room = CleanRoom(...)"
        raise LoadingError([FileProblem(str(path), message, found=type(room).__name__)])
    return room


def _refusals(path: Path, lines: list[str], refused: ValidationError) -> Iterator[FileProblem]:
    """Yield what the constructor of a declaration rejected, placed at the call."""
    model = _model_named(refused.title)
    call = _problem(path, lines, "", _place(path, refused.__traceback__))
    for refusal in find_refusals(refused, model, None):
        where = spelled((refused.title, *refusal.path))
        yield replace(call, path=where, **describe_refusal(refusal, model)._asdict())


def _model_named(name: str) -> type[BaseModel]:
    """Return the model of that name, which the user's code has imported or defined."""
    kinds: list[type[BaseModel]] = [BaseModel]
    for kind in kinds:
        kinds.extend(kind.__subclasses__())
    return next((kind for kind in kinds if kind.__name__ == name), BaseModel)


def _syntax_problem(path: Path, lines: list[str], error: SyntaxError) -> FileProblem:
    if error.filename != str(path):
        return _problem(path, lines, f"SyntaxError: {error}", _place(path, error.__traceback__))
    return _problem(path, lines, f"not Python: {error.msg}", Place(error.lineno or 1, max(1, error.offset or 1)))


def _problem(path: Path, lines: list[str], message: str, place: Place | None) -> FileProblem:
    source = lines[place.line - 1] if place and place.line <= len(lines) else ""
    return FileProblem(str(path), message, place, source=source)


def _place(path: Path, trace: TracebackType | None) -> Place | None:
    """Return the innermost line of the user's file on the way to the error."""
    for frame in reversed(traceback.extract_tb(trace)):
        if frame.filename == str(path) and frame.lineno is not None:
            return Place(frame.lineno, (frame.colno or 0) + 1)
    return None
