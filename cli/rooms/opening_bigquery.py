"""A BigQuery room opened for judging: its declaration, and every query put to it as a request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from cli.rooms.subject import Subject
from declarations.bigquery.room import BigQueryRoom, named_columns
from declarations.loading import LoadedBigQueryRoom, LoadingError, QueryFile, load_queries
from declarations.loading.plan import RoomNames
from declarations.loading.problems import FileProblem
from declarations.naming import closest, listed
from simulator.request import Table
from simulator.settings import Settings
from simulator.views import bigquery_room as simulated

if TYPE_CHECKING:
    from simulator.execution.loading.data import DataSource
    from simulator.plans.rooms import PlannedViews
    from simulator.privacy.accounts import Account


@dataclass(frozen=True, slots=True)
class OpenedBigQueryRoom:
    """A loaded room of BigQuery with everything that is to be judged.

    Attributes:
        loaded: The room and its file.
        subjects: Its queries.
        settings: How open questions are read.
        tables: Its tables and views as SQL sees them.
    """

    loaded: LoadedBigQueryRoom
    subjects: tuple[Subject, ...] = ()
    settings: Settings | None = None
    tables: Mapping[str, Table] = field(default_factory=dict)

    @property
    def room(self) -> BigQueryRoom:
        """The declaration."""
        return self.loaded.room

    @property
    def title(self) -> str:
        """The room's name."""
        return self.room.name

    @property
    def cloud(self) -> str:
        """Whose rules it is judged by."""
        return "BigQuery"

    @property
    def about(self) -> str:
        """What is common to all verdicts."""
        return f"BigQuery project: {self.room.project}"

    @property
    def names(self) -> RoomNames:
        """What a plan may name in it."""
        from simulator.views.budgets import view_budgets

        return RoomNames(
            queries={one.name: tuple(one.request.parameters) for one in self.subjects},
            tables=tuple(table.name for table in self.tables.values()),
            owners=(),
            budgeted_tables=(),
            views=tuple(view_budgets(self.room)),
        )

    def planned(self, rows: DataSource | None) -> PlannedViews:
        """Return the room for a plan, with sample *rows* for pilot runs or None."""
        from simulator.plans.rooms import PlannedViews

        return PlannedViews(self.room, {one.name: one.request for one in self.subjects}, rows)

    def accounts(self) -> Iterator[tuple[str, str, Account]]:
        """Yield every budget as the ledger has it, each with whose it is in a plan and what it is called there."""
        from simulator.views.budgets import view_budgets

        for budget in view_budgets(self.room).values():
            yield from ((self.room.project, budget.view, account) for account in (budget.epsilon, budget.delta))

    def member(self, owner: str | None) -> str:
        """Return whose rule it is: the project's."""
        return f"project {owner}"

    def subject_of(self, query: QueryFile) -> Subject:
        """Put a query to the room."""
        asked = simulated.request(self.room, query.sql, settings=self.settings, known=self.tables)
        return Subject(query.name, "query", query.path.resolve(), asked, query.expect, query.title)


def opened_bigquery_room(loaded: LoadedBigQueryRoom, settings: Settings | None) -> OpenedBigQueryRoom:
    """Open a loaded room with the queries of its folder.

    Raises:
        LoadingError: A query's file is wrong, the query of a view cannot be followed, or a policy names a column that
            its view does not have.
    """
    try:
        opened = OpenedBigQueryRoom(loaded, (), settings, simulated.tables(loaded.room))
    except simulated.ViewError as error:
        raise LoadingError([view_problem(loaded, error)]) from None
    refuse_unknown_columns(loaded, opened.tables)
    subjects = tuple(opened.subject_of(query) for query in load_queries(loaded.folder))
    return replace(opened, subjects=subjects)


def refuse_member(opened: OpenedBigQueryRoom, word: str | None) -> OpenedBigQueryRoom:
    """Return *opened*.

    Raises:
        LoadingError: A member is named; rooms of BigQuery have none.
    """
    if word is not None:
        message = f"--as: a room of BigQuery has no members; found {word!r}"
        raise LoadingError([FileProblem(str(opened.loaded.path), message)])
    return opened


def view_problem(loaded: LoadedBigQueryRoom, error: simulated.ViewError) -> FileProblem:
    """Point at the query of a view that cannot be followed.

    Args:
        loaded: The room, and its file.
        error: Which view, with or without its project, and why.
    """
    room = loaded.room
    paths = [room.full_path(view.name) for view in room.views]
    number = paths.index(room.full_path(error.view))
    return loaded.document.problem(("bigquery", "views", number, "query"), str(error))


def refuse_unknown_columns(loaded: LoadedBigQueryRoom, tables: Mapping[str, Table]) -> None:
    """Refuse policies that name columns which their views do not have: no query over such a view could be answered.

    Views that declare their columns are held against them where they are declared.

    Args:
        loaded: The room, and its file.
        tables: Its views as SQL sees them, with the columns of their queries.

    Raises:
        LoadingError: With every such column.
    """
    if problems := list(_unknown_columns(loaded, tables)):
        raise LoadingError(problems)


def _unknown_columns(loaded: LoadedBigQueryRoom, tables: Mapping[str, Table]) -> Iterator[FileProblem]:
    for number, view in enumerate(loaded.room.views):
        columns = tuple(tables[view.name].columns)
        for path, name in named_columns(view.privacy_policy) if view.privacy_policy else ():
            if name.partition(".")[0].lower() not in columns:
                near = closest(name, columns)
                message = f"{name!r} is not a column of the view (columns: {listed(columns, first=near)})"
                at = ("bigquery", "views", number, "privacy_policy", *path)
                yield loaded.document.problem(at, message, suggestion=near, found=name)
