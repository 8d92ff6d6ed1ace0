"""A room of either cloud opened from the command line, and the query of it that a word means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import typer

from cli.console.ending import problems_told
from cli.console.possible_paths import why_impossible
from cli.rooms.opening_aws import OpenedRoom, opened_room, submitted
from cli.rooms.opening_bigquery import OpenedBigQueryRoom, opened_bigquery_room, refuse_member
from cli.rooms.subject import Subject
from declarations.loading import LoadedBigQueryRoom, LoadingError, load_any_room, load_query
from declarations.loading.problems import FileProblem
from declarations.naming import closest
from simulator.settings import Settings

AnyRoom = OpenedRoom | OpenedBigQueryRoom
"""An opened room of either cloud."""


def open_any_room(path: Path, settings: Settings | None = None, submitted_by: str | None = None) -> AnyRoom:
    """Open the room of either cloud at *path*.

    Args:
        path: The room.
        settings: How open questions are read.
        submitted_by: The member that submits every query, as of `submitted`; None for the one who can query.

    Raises:
        LoadingError: With everything that is wrong with the files.
    """
    loaded = load_any_room(path)
    if isinstance(loaded, LoadedBigQueryRoom):
        return refuse_member(opened_bigquery_room(loaded, settings), submitted_by)
    return submitted(opened_room(loaded, settings), submitted_by)


def load_any_or_exit(path: Path, settings: Settings | None = None, submitted_by: str | None = None) -> AnyRoom:
    """Do what `open_any_room` does; on a mistake in the files print all of them and exit with `ExitCode.INPUT`."""
    with problems_told():
        return open_any_room(path, settings, submitted_by)


def find_or_exit(opened: AnyRoom, name: str, parameters: Mapping[str, str] | None = None) -> Subject:
    """Return the query or template that *name* means; on a mistake print it and exit with `ExitCode.INPUT`."""
    with problems_told():
        return find_subject(opened, name, parameters or {})


def find_subject(opened: AnyRoom, name: str, parameters: Mapping[str, str]) -> Subject:
    """Find the query or template that *name* means: a template's or query's name, or the path of a `.sql` file.

    Args:
        opened: The room.
        name: What the user wrote.
        parameters: Values for a template's parameters.

    Raises:
        LoadingError: No such query, template or file; or parameters that the template does not have.
    """
    found = next((one for one in opened.subjects if one.name == name), None) or _in_file(opened, Path(name))
    if found is None:
        names = tuple(one.name for one in opened.subjects)
        raise _mistake(opened, f"{name!r} is not a query or template of this room", name, names)
    known = tuple(found.request.parameters)
    if strange := next((each for each in parameters if each not in known), None):
        raise _mistake(opened, f"{found.name!r} has no parameter {strange!r}", strange, known)
    values = {
        each: replace(parameter, value=parameters.get(each, parameter.value))
        for each, parameter in found.request.parameters.items()
    }
    return replace(found, request=replace(found.request, parameters=values))


def _in_file(opened: AnyRoom, path: Path) -> Subject | None:
    """Return what is in a file: a query or template of the room, or an ad hoc query; None if *path* means no file."""
    if why := why_impossible(path):
        if path.suffix == ".sql":
            raise LoadingError([FileProblem(str(path), why)])
        return None
    full = path.resolve()
    found = next((one for one in opened.subjects if one.path == full), None)
    return found or (opened.subject_of(load_query(path)) if path.suffix == ".sql" else None)


def _mistake(opened: AnyRoom, message: str, found: str, allowed: tuple[str, ...]) -> LoadingError:
    suggestion = closest(found, allowed)
    return LoadingError(
        [FileProblem(str(opened.loaded.path), message, found=found, allowed=allowed, suggestion=suggestion)]
    )


def parse_settings(answers: list[str]) -> Settings:
    """Read `NAME=strict` and `NAME=permissive` from the command line.

    Raises:
        typer.BadParameter: An answer is not of that form, or there is no such question.
    """
    from simulator.settings import Reading

    readings = {}
    for answer in answers:
        name, _, reading = answer.partition("=")
        if reading not in {"strict", "permissive"}:
            raise typer.BadParameter(f"{answer!r} is not NAME=strict or NAME=permissive", param_hint="--reading")
        readings[name] = Reading(reading)
    try:
        return Settings(readings)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--reading") from None
