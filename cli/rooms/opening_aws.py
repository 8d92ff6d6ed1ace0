"""A room of AWS opened for judging: its declaration, and every query and template put to it as a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cli.console.ending import problems_told
from cli.rooms.subject import Subject
from declarations.analysis_template import AnalysisTemplate
from declarations.clean_room import CleanRoom
from declarations.loading import LoadedRoom, LoadingError, QueryFile, load_queries, load_room
from declarations.loading.plan import RoomNames
from declarations.loading.problems import FileProblem
from declarations.naming import closest
from simulator import room as simulated
from simulator.request import Table
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.execution.loading.data import DataSource
    from simulator.plans.rooms import PlannedRoom
    from simulator.privacy.accounts import Account


@dataclass(frozen=True, slots=True)
class OpenedRoom:
    """A loaded room with everything that is to be judged.

    Attributes:
        tables: Its tables as SQL sees them, made once for all queries.
    """

    loaded: LoadedRoom
    subjects: tuple[Subject, ...]
    settings: Settings | None = None
    submitted_by: str | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)

    @property
    def room(self) -> CleanRoom:
        """The declaration."""
        return self.loaded.room

    @property
    def title(self) -> str:
        """The room's name."""
        return self.room.collaboration.name

    @property
    def cloud(self) -> str:
        """Whose rules it is judged by."""
        return "AWS"

    @property
    def about(self) -> str:
        """What is common to all verdicts."""
        return f"query runner: {self.member(self.room.query_runner)}"

    @property
    def names(self) -> RoomNames:
        """What a plan may name in it."""
        from simulator.room_budgets import access_budgets, budgets

        return RoomNames(
            queries={one.name: tuple(one.request.parameters) for one in self.subjects},
            tables=tuple(table.name for table in self.tables.values()),
            owners=tuple(budgets(self.room)),
            budgeted_tables=tuple(account.template for account in access_budgets(self.room).values()),
        )

    def planned(self, rows: DataSource | None) -> PlannedRoom:
        """Return the room for a plan, with sample *rows* for pilot runs or None."""
        from simulator.plans.rooms import PlannedRoom

        return PlannedRoom(self.room, {one.name: one.request for one in self.subjects}, rows)

    def accounts(self) -> Iterator[tuple[str, str, Account]]:
        """Yield every budget as the ledger has it, each with whose it is in a plan and what it is called there."""
        from simulator.room_budgets import access_budgets, budgets

        private = (settings.account for settings in budgets(self.room).values())
        for account in (*private, *access_budgets(self.room).values()):
            yield account.owner, account.template, account

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
        template=simulated.FilledTemplate(author, template, query.parameters if query else {}),
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
        raise _no_member(opened, word, named)
    subjects = (replace(one, request=replace(one.request, submitted_by=named[0])) for one in opened.subjects)
    return replace(opened, subjects=tuple(subjects), submitted_by=named[0])


def _no_member(opened: OpenedRoom, word: str, named: Sequence[str]) -> LoadingError:
    members = opened.room.members.items()
    allowed = tuple(name for account, member in members for name in (account, member.display_name))
    found = "names several members; give the account id" if named else "is not a member of this room"
    return LoadingError(
        [
            FileProblem(
                str(opened.loaded.path),
                f"--as: {word!r} {found}",
                found=word,
                allowed=allowed,
                suggestion=closest(word, allowed),
            )
        ]
    )
