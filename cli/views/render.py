"""`cleanroom render`: the statements that make the views of a room."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import fail
from cli.console.exit_codes import ExitCode
from cli.console.options import ProjectOption, RoomArgument, ServiceArgument
from cli.console.writing import write_or_fail

if TYPE_CHECKING:
    from declarations.bigquery.room import BigQueryRoom
    from simulator.views.order import PlacedView


def render(
    service: ServiceArgument,  # noqa: ARG001 - there is one so far, and typer refuses every other word
    room: RoomArgument,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this file instead; folders are made."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="OLD", help="The room as deployed: write an update of it.")
    ] = None,
    project: ProjectOption = None,
) -> None:
    """Write the statements that make a room's views, each after the views that it reads.

    With --against, only what changed: ALTER VIEW for a policy, CREATE OR REPLACE VIEW for a query. Comments say what
    fills privacy budgets up again, and what lets queries learn more than before.

    Example: cleanroom render bigquery examples/bigquery_exams

    Exit codes: 0 written, 1 BigQuery forbids the update, 2 files are wrong.
    """
    from cli.views.deployed_views import check_statements_or_exit, open_views_or_exit
    from cli.views.script import whole_script
    from declarations.bigquery.view_updates import Action, ViewUpdate

    declared, placed = open_views_or_exit(room, project)
    if against is None:
        replaced = [ViewUpdate(one.view, None, Action.REPLACE) for one in placed]
        check_statements_or_exit(replaced)
        text = whole_script(declared, replaced)
    else:
        text = _update_or_exit(declared, placed, against, project)
    if output is None:
        typer.echo(text, nl=False)
        return
    write_or_fail(output, text, "--output")


def _update_or_exit(declared: BigQueryRoom, placed: tuple[PlacedView, ...], against: Path, project: str | None) -> str:
    """Return the script of an update; when one of its steps is forbidden say why and exit with `ExitCode.DENIED`."""
    from cli.views.deployed_views import check_statements_or_exit, open_views_or_exit
    from cli.views.script import update_script
    from declarations.bigquery.view_updates import ViewState, view_update

    old, _ = open_views_or_exit(against, project)
    states = {view.name: ViewState.declared(view) for view in old.views}
    updates = [view_update(one.view, states.get(one.view.name), one.feeds, one.over) for one in placed]
    refusals = [f"{update.view.name}: {reason}" for update in updates for reason in update.forbidden()]
    if refusals:
        fail("\n".join(refusals), ExitCode.DENIED)
    check_statements_or_exit(updates)
    names = {view.name for view in declared.views}
    return update_script(declared, updates, [name for name in states if name not in names])
