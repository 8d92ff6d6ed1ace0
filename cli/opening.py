"""A room opened for judging: its declaration, and every query and template put to it as a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.ending import problems_told
from cli.possible_paths import why_impossible
from declarations.analysis_template import AnalysisTemplate
from declarations.clean_room import CleanRoom
from declarations.loading import (
    LoadedBigQueryRoom,
    LoadedRoom,
    LoadingError,
    QueryFile,
    load_any_room,
    load_queries,
    load_query,
    load_room,
)
from declarations.loading.problems import FileProblem
from declarations.loading.queries import Expectation
from declarations.naming import closest
from simulator import room as simulated
from simulator.request import AnalysisRequest, Table
from simulator.settings import Settings

if TYPE_CHECKING:
    from cli.opening_bigquery import OpenedBigQueryRoom


@dataclass(frozen=True, slots=True)
class Subject:
    """One query or template to judge.

    Attributes:
        name: Query name (path below `queries/` without `.sql`) or template name.
        kind: "query" or "template".
        path: The file it was read from; None for a template whose text stands in the room file.
        request: What is asked of the room.
        expect: The verdict that its author expects, if the header says so.
        title: What it answers, in words, if the header says so.
    """

    name: str
    kind: str
    path: Path | None
    request: AnalysisRequest
    expect: Expectation | None = None
    title: str | None = None

    @property
    def place(self) -> str:
        """The file to point at, as short as it can be; the name for a template in the room file."""
        if self.path is None:
            return self.name
        return str(self.path.relative_to(Path.cwd()) if self.path.is_relative_to(Path.cwd()) else self.path)


@dataclass(frozen=True, slots=True)
class OpenedRoom:
    """A loaded room with everything that is to be judged."""

    loaded: LoadedRoom
    subjects: tuple[Subject, ...]
    settings: Settings | None = None
    submitted_by: str | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)
    """Its tables as SQL sees them, made once for all queries."""

    @property
    def room(self) -> CleanRoom:
        """The declaration."""
        return self.loaded.room

    @property
    def title(self) -> str:
        """The room's name."""
        return self.room.collaboration.name

    @property
    def about(self) -> str:
        """What is common to all verdicts."""
        return f"query runner: {self.member(self.room.query_runner)}"

    def subject_of(self, query: QueryFile) -> Subject:
        """Put an ad hoc query to the room."""
        return _query_subject(self.loaded, query, self.submitted_by, self.settings, self.tables)

    def member(self, account: str | None) -> str:
        """Return "Name (account)" for an account of the collaboration; the account alone when it is not a member."""
        member = self.room.members.get(account or "")
        return f"{member.display_name} ({account})" if member else str(account)


def open_room(path: Path, settings: Settings | None = None) -> OpenedRoom:
    """Load the room at *path* with its queries and templates.

    Raises:
        LoadingError: With everything that is wrong with the files.
    """
    return opened_room(load_room(path), settings)


def opened_room(loaded: LoadedRoom, settings: Settings | None = None) -> OpenedRoom:
    """Open a loaded room with its queries and templates.

    Raises:
        LoadingError: With everything that is wrong with the files of its queries.
    """
    queries = {query.path.resolve(): query for query in load_queries(loaded.folder)}
    tables = simulated.tables(loaded.room)
    subjects = list(_templates(loaded, queries, settings, tables))
    bodies = {subject.path for subject in subjects}
    subjects += (
        _query_subject(loaded, query, None, settings, tables) for file, query in queries.items() if file not in bodies
    )
    return OpenedRoom(loaded, tuple(subjects), settings, None, tables)


def _query_subject(
    loaded: LoadedRoom,
    query: QueryFile,
    submitted_by: str | None,
    settings: Settings | None,
    tables: Mapping[str, Table],
) -> Subject:
    asked = simulated.request(loaded.room, query.sql, submitted_by=submitted_by, settings=settings, known=tables)
    return Subject(query.name, "query", query.path.resolve(), asked, query.expect, query.title)


def _templates(
    loaded: LoadedRoom, queries: Mapping[Path, QueryFile], settings: Settings | None, tables: Mapping[str, Table]
) -> Iterator[Subject]:
    for membership, template in loaded.room.templates():
        if template.format == "SQL":
            author = membership.account_id
            file = loaded.template_files.get((author, template.name))
            query = queries.get(file.resolve()) if file else None
            yield _template_subject(loaded, author, template, query, settings, tables)


def _template_subject(
    loaded: LoadedRoom,
    author: str,
    template: AnalysisTemplate,
    query: QueryFile | None,
    settings: Settings | None,
    tables: Mapping[str, Table],
) -> Subject:
    """Put a template of the room to it, with the values that its file's header gives to parameters."""
    asked = simulated.request(
        loaded.room,
        template.source.text or "",
        template=(author, template),
        parameters=query.parameters if query else {},
        settings=settings,
        known=tables,
    )
    path = query.path.resolve() if query else None
    return Subject(
        template.name, "template", path, asked, query.expect if query else None, query.title if query else None
    )


def load_or_exit(path: Path, settings: Settings | None = None) -> OpenedRoom:
    """Open the room at *path*; on a mistake in its files print all of them and exit with `ExitCode.INPUT`."""
    with problems_told():
        return open_room(path, settings)


def submitted(opened: OpenedRoom, word: str | None) -> OpenedRoom:
    """Return the room with every query submitted by the member that *word* names: an account id or a display name.

    None leaves the member who can query.

    Raises:
        LoadingError: *word* names no member, or several.
    """
    if word is None:
        return opened
    members = opened.room.members
    named = [account for account, member in members.items() if word in {account, member.display_name}]
    if len(named) != 1:
        names = tuple(name for account, member in members.items() for name in (account, member.display_name))
        found = "is no member of this room" if not named else "names several members; give the account id"
        raise _mistake(opened, f"--as: {word!r} {found}", word, names)
    subjects = (replace(one, request=replace(one.request, submitted_by=named[0])) for one in opened.subjects)
    return replace(opened, subjects=tuple(subjects), submitted_by=named[0])


def open_any_room(
    path: Path, settings: Settings | None = None, submitted_by: str | None = None
) -> OpenedRoom | OpenedBigQueryRoom:
    """Open the room of either cloud at *path*.

    Args:
        path: The room.
        settings: How open questions are read.
        submitted_by: The member that submits every query, as of `submitted`; None for the one who can query.

    Raises:
        LoadingError: With everything that is wrong with the files.
    """
    from cli.opening_bigquery import opened_bigquery_room, refuse_member

    loaded = load_any_room(path)
    if isinstance(loaded, LoadedBigQueryRoom):
        return refuse_member(opened_bigquery_room(loaded, settings), submitted_by)
    return submitted(opened_room(loaded, settings), submitted_by)


def load_any_or_exit(
    path: Path, settings: Settings | None = None, submitted_by: str | None = None
) -> OpenedRoom | OpenedBigQueryRoom:
    """Do what `open_any_room` does; on a mistake in the files print all of them and exit with `ExitCode.INPUT`."""
    with problems_told():
        return open_any_room(path, settings, submitted_by)


def find_or_exit(
    opened: OpenedRoom | OpenedBigQueryRoom, name: str, parameters: Mapping[str, str] | None = None
) -> Subject:
    """Return the query or template that *name* means; on a mistake print it and exit with `ExitCode.INPUT`."""
    with problems_told():
        return find_subject(opened, name, parameters or {})


def find_subject(opened: OpenedRoom | OpenedBigQueryRoom, name: str, parameters: Mapping[str, str]) -> Subject:
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
        raise _mistake(opened, f"{name!r} is no query or template of this room", name, names)
    known = tuple(found.request.parameters)
    if strange := next((each for each in parameters if each not in known), None):
        raise _mistake(opened, f"{found.name!r} has no parameter {strange!r}", strange, known)
    values = {
        each: replace(parameter, value=parameters.get(each, parameter.value))
        for each, parameter in found.request.parameters.items()
    }
    return replace(found, request=replace(found.request, parameters=values))


def _in_file(opened: OpenedRoom | OpenedBigQueryRoom, path: Path) -> Subject | None:
    """Return what is in a file: a query or template of the room, or an ad hoc query; None if *path* means no file."""
    if why := why_impossible(path):
        if path.suffix == ".sql":
            raise LoadingError([FileProblem(str(path), why)])
        return None
    full = path.resolve()
    found = next((one for one in opened.subjects if one.path == full), None)
    return found or (opened.subject_of(load_query(path)) if path.suffix == ".sql" else None)


def _mistake(
    opened: OpenedRoom | OpenedBigQueryRoom, message: str, found: str, allowed: tuple[str, ...]
) -> LoadingError:
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
