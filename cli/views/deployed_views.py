"""The views of a room as they are to be in a project, and what an update of one means, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from cli.console.ending import fail, problems_told
from cli.console.exit_codes import ExitCode
from cli.rooms.opening_bigquery import refuse_unknown_columns, view_problem
from declarations.bigquery.room import BigQueryRoom
from declarations.bigquery.view_updates import Action, ViewUpdate
from declarations.loading import LoadedBigQueryRoom, LoadingError, load_any_room
from declarations.loading.problems import FileProblem
from simulator.sql.view_statements import ViewStatementError
from simulator.views.bigquery_room import ViewError, tables
from simulator.views.changes import check_statement
from simulator.views.order import PlacedView, placed_views


def open_views_or_exit(path: Path, project: str | None) -> tuple[BigQueryRoom, tuple[PlacedView, ...]]:
    """Load a room of BigQuery and put its views in order; on a mistake print it and exit with `ExitCode.INPUT`.

    Args:
        path: The room.
        project: The project of paths that name none; None leaves the room's.

    Returns:
        The room and its views, all with full paths.
    """
    with problems_told():
        return _placed(_views_of(path), project)


def _views_of(path: Path) -> LoadedBigQueryRoom:
    loaded = load_any_room(path)
    if not isinstance(loaded, LoadedBigQueryRoom):
        message = "this is a room of AWS, which has no views; `pulumi up` deploys it"
        raise LoadingError([FileProblem(str(loaded.path), message)])
    return loaded


def _placed(loaded: LoadedBigQueryRoom, project: str | None) -> tuple[BigQueryRoom, tuple[PlacedView, ...]]:
    try:
        room = BigQueryRoom(**{**dict(loaded.room), "project": project or loaded.room.project})
        full = [view.model_copy(update={"name": room.full_path(view.name)}) for view in room.views]
        room = room.model_copy(update={"views": tuple(full)})
        refuse_unknown_columns(loaded, tables(loaded.room))
        return room, placed_views(room)
    except ValidationError as error:
        problem = f"--project {project}: {error.errors()[0]['msg']}"
    except ViewError as error:
        raise LoadingError([view_problem(loaded, error)]) from None
    raise LoadingError([FileProblem(str(loaded.path), problem)])


def check_statements_or_exit(updates: Iterable[ViewUpdate]) -> None:
    """Read every statement back before it is written or run; one that would not do what is declared ends the program.

    Args:
        updates: None of them is forbidden.
    """
    try:
        for update in updates:
            if update.action is not Action.KEEP:
                check_statement(update)
    except ViewStatementError as error:
        fail(str(error), ExitCode.INPUT)


def update_document(update: ViewUpdate) -> dict[str, Any]:
    """Return what *update* does for a program; keys are stable. A refused update has no statement."""
    refused = list(update.forbidden())
    return {
        "view": update.view.name,
        "action": update.action.value,
        "rule": update.view.privacy_policy.kind.value if update.view.privacy_policy else None,
        "changes": list(update.differences()) if update.action is not Action.KEEP else [],
        "resets_budget": update.resets_budget,
        "loosens": list(update.loosened()),
        "refused": refused,
        "statement": None if refused else update.statement or None,
    }


def update_lines(update: ViewUpdate) -> Iterator[str]:
    """Yield what *update* does, line by line: the view first, then what changes, what loosens, what is refused."""
    kind = update.view.privacy_policy.kind if update.view.privacy_policy else "no policy of its own"
    yield f"{update.view.name}: {update.action} ({kind})"
    if update.action is not Action.KEEP:
        yield from (f"  {line}" for line in update.differences())
    if update.resets_budget:
        yield "  its privacy budgets begin anew"
    yield from (f"  loosens: {line}" for line in update.loosened())
    yield from (f"  refused: {line}" for line in update.forbidden())
