"""Load a plan from its file, and check its names against the rooms that it is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from declarations.document_path import DocumentPath
from declarations.loading.document import Document
from declarations.loading.json_document import read_json
from declarations.loading.problems import FileProblem, LoadingError
from declarations.loading.text import read_text, refuse_absent
from declarations.loading.validation import validate
from declarations.loading.yaml_document import read_yaml
from declarations.naming import closest
from declarations.plan import Plan, PlannedChange

PLAN_FILE: Final = "plan.yaml"
"""Name of the plan in a room's folder."""

_SUFFIXES: Final = (".yaml", ".yml", ".json")


@dataclass(frozen=True)
class RoomNames:
    """What a plan can name in one room.

    Attributes:
        queries: Names of queries and templates, each with the names of its parameters.
        tables: Names of tables in SQL.
        owners: Account ids of members with a differential privacy budget.
        budgeted_tables: Tables with an access budget.
        views: Views of BigQuery under differential privacy.
    """

    queries: Mapping[str, tuple[str, ...]]
    tables: tuple[str, ...]
    owners: tuple[str, ...]
    budgeted_tables: tuple[str, ...]
    views: tuple[str, ...] = ()


@dataclass(frozen=True)
class LoadedPlan:
    """A plan and the file it came from.

    Attributes:
        plan: The plan.
        path: The file.
        document: The file with the places of all values.
    """

    plan: Plan
    path: Path
    document: Document

    def folder_of(self, room: str) -> Path:
        """Return the path of the further room *room*, from the plan's folder."""
        return self.path.parent / self.plan.rooms[room]


def load_plan(path: Path) -> LoadedPlan:
    """Read a plan.

    Args:
        path: A YAML or JSON file, or a folder that holds `plan.yaml`.

    Raises:
        LoadingError: With everything that is wrong, each with file, line, column and path.
    """
    refuse_absent(path)
    file = path / PLAN_FILE if path.is_dir() else path
    refuse_absent(file)
    if file.suffix not in _SUFFIXES:
        message = f"the ending {file.suffix!r} is not that of a plan"
        raise LoadingError([FileProblem(str(file), message, found=file.suffix, allowed=_SUFFIXES)])
    document = (read_json if file.suffix == ".json" else read_yaml)(read_text(file), str(file))
    return LoadedPlan(validate(Plan, document), file, document)


def check_names(loaded: LoadedPlan, rooms: Mapping[str | None, RoomNames]) -> None:
    """Check that every name in the plan exists in its rooms.

    Args:
        loaded: The plan.
        rooms: The valid names, by the plan's name of the room; None is the room that the plan is made for.

    Raises:
        LoadingError: Names do not exist; it lists all of them.
    """
    found = [*_wrong_runs(loaded, rooms), *_wrong_tables(loaded, rooms), *_wrong_changes(loaded, rooms)]
    if found:
        raise LoadingError(found)


def _wrong_runs(loaded: LoadedPlan, rooms: Mapping[str | None, RoomNames]) -> Iterator[FileProblem]:
    for index, run in enumerate(loaded.plan.runs):
        queries = rooms[run.room].queries
        if run.query not in queries:
            message = f"{run.query!r} is not a query or template of {_named(run.room)}"
            yield _unknown(loaded, ("runs", index, "query"), message, run.query, tuple(queries))
            continue
        for name in run.parameters:
            if name not in queries[run.query]:
                message = f"{run.query!r} has no parameter {name!r}"
                yield _unknown(loaded, ("runs", index, "parameters", name), message, name, queries[run.query])


def _wrong_tables(loaded: LoadedPlan, rooms: Mapping[str | None, RoomNames]) -> Iterator[FileProblem]:
    tables = tuple(dict.fromkeys(name for room in rooms.values() for name in room.tables))
    for name in loaded.plan.tables:
        if name.lower() not in {table.lower() for table in tables}:
            yield _unknown(loaded, ("tables", name), f"no room of the plan has a table {name!r}", name, tables)


def _wrong_changes(loaded: LoadedPlan, rooms: Mapping[str | None, RoomNames]) -> Iterator[FileProblem]:
    for index, change in enumerate(loaded.plan.changes):
        room, path = rooms[change.room], ("changes", index)
        if change.view is not None:
            if change.view not in room.views:
                message = f"{_named(change.room)} has no view {change.view!r} under differential privacy"
                yield _unknown(loaded, (*path, "view"), message, change.view, room.views)
        elif change.table is not None:
            if change.table.lower() not in {table.lower() for table in room.budgeted_tables}:
                message = f"{_named(change.room)} has no access budget for a table {change.table!r}"
                yield _unknown(loaded, (*path, "table"), message, change.table, room.budgeted_tables)
        elif change.owner is not None and change.owner not in room.owners:
            message = f"the member {change.owner} has no differential privacy budget in {_named(change.room)}"
            yield _unknown(loaded, (*path, "owner"), message, change.owner, room.owners)
        elif change.owner is None and len(room.owners) != 1:
            yield loaded.document.problem(path, _no_owner(change, room), room.owners or room.views)


def _no_owner(change: PlannedChange, room: RoomNames) -> str:
    if room.views:
        return f"{_named(change.room)} has budgets of views; say which view with 'view'"
    if not room.owners:
        return f"{_named(change.room)} has no differential privacy budget to change"
    return f"{_named(change.room)} has {len(room.owners)} differential privacy budgets; say whose with 'owner'"


def _named(room: str | None) -> str:
    return "the room" if room is None else f"the room {room!r}"


def _unknown(loaded: LoadedPlan, path: DocumentPath, message: str, found: str, allowed: tuple[str, ...]) -> FileProblem:
    return loaded.document.problem(path, message, allowed, closest(found, allowed), found=found)
