"""`cleanroom apply`: the views of a BigQuery project become those of a room."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.console.ending import fail, not_installed
from cli.console.exit_codes import ExitCode
from cli.console.options import Format, FormatOption, ProjectOption, RoomArgument, ServiceArgument

if TYPE_CHECKING:
    from components.bigquery import Connection
    from declarations.bigquery.view_updates import ViewUpdate
    from simulator.views.order import PlacedView


def apply(
    service: ServiceArgument,  # noqa: ARG001 - there is one so far, and typer refuses every other word
    room: RoomArgument,
    project: ProjectOption = None,
    endpoint: Annotated[
        str | None, typer.Option("--endpoint", metavar="URL", help="Another endpoint, asked without credentials.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done; change nothing.")] = False,
    allow_loosening: Annotated[
        bool, typer.Option("--allow-loosening", help="Also apply what lets queries learn more than before.")
    ] = False,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Make the views of a BigQuery project those of a room.

    Shows what changes in terms of privacy, lets BigQuery check the statements, then runs them one by one; the first
    failure ends it. Views that the room does not declare are left alone.

    Example: cleanroom apply bigquery examples/bigquery_exams --project my-project --dry-run

    Exit codes: 0 applied, or nothing to do; 1 forbidden, or it loosens; 2 files are wrong, or BigQuery cannot be asked;
    4 BigQuery refused a statement, or a view was changed meanwhile; 130 interrupted.
    """
    from cli.views.deployed_views import check_statements_or_exit, open_views_or_exit

    declared, placed = open_views_or_exit(room, project)
    try:
        from components.bigquery import BigQueryError, connect
    except ModuleNotFoundError:
        _fail(not_installed("google-cloud-bigquery", "bigquery"), ExitCode.INPUT)
    try:
        with connect(declared.project, endpoint) as connection:
            updates = _compared(connection, placed)
            _show(declared.project, updates, output_format)
            _refuse(updates, allow_loosening=allow_loosening)
            check_statements_or_exit(updates)
            steps = [update for update in updates if update.statement]
            _try_all(connection, steps, placed)
            if not dry_run:
                _run_all(connection, steps, allow_loosening=allow_loosening)
    except BigQueryError as error:
        _fail(f"{error}; nothing is changed", ExitCode.INPUT)
    except KeyboardInterrupt:
        _fail("interrupted; nothing is changed", ExitCode.INTERRUPTED)
    _tell(_summary(len(steps), len(updates), dry_run=dry_run))


def _summary(changed: int, views: int, *, dry_run: bool) -> str:
    if not changed:
        return f"nothing to do: all {views} views are as declared"
    return f"dry run: {changed} of {views} views would change" if dry_run else f"{changed} of {views} views changed"


def _compared(connection: Connection, placed: Sequence[PlacedView]) -> tuple[ViewUpdate, ...]:
    """Read the views as they are, and compare."""
    from components.bigquery import read_view
    from declarations.bigquery.view_updates import view_update

    return tuple(view_update(one.view, read_view(connection, one.view.name), one.feeds, one.over) for one in placed)


def _show(project: str, updates: Sequence[ViewUpdate], output_format: Format) -> None:
    import json

    from cli.views.deployed_views import update_document, update_lines

    if output_format is Format.JSON:
        # Queries of views stay as written: a table that names no project is looked up in this one.
        document = {"project": project, "views": [update_document(update) for update in updates]}
        typer.echo(json.dumps(document, indent=2))
        return
    for update in updates:
        typer.echo("\n".join(update_lines(update)))


def _refuse(updates: Sequence[ViewUpdate], *, allow_loosening: bool) -> None:
    """Exit with `ExitCode.DENIED` when an update is forbidden, or loosens and may not."""
    if any(True for update in updates for _ in update.forbidden()):
        _fail("an update is refused; nothing is changed", ExitCode.DENIED)
    if not allow_loosening and any(True for update in updates for _ in update.loosened()):
        _fail("queries could learn more than before; nothing is changed (--allow-loosening allows it)", ExitCode.DENIED)


def _try_all(connection: Connection, steps: Sequence[ViewUpdate], placed: Sequence[PlacedView]) -> None:
    """Let BigQuery check every statement that it can check before the others have run."""
    from components.bigquery import BigQueryError, try_statement
    from declarations.bigquery.view_updates import Action

    reads = {one.view.name: one.reads for one in placed}
    missing = {step.view.name for step in steps if step.action is Action.CREATE}
    for step in steps:
        if first := next((name for name in reads[step.view.name] if name in missing), None):
            _tell(f"{step.view.name} can be checked only when {first} is there")
            continue
        try:
            try_statement(connection, step.statement)
        except BigQueryError as error:
            _fail(f"{step.view.name}: {error}; nothing is changed", ExitCode.EXECUTION)


def _run_all(connection: Connection, steps: Sequence[ViewUpdate], *, allow_loosening: bool) -> None:
    """Run the statements; the first that fails, or is interrupted, ends it and tells what was done before."""
    from components.bigquery import BigQueryError, run_statement

    for number, step in enumerate(steps):
        try:
            _refuse_change(connection, step, allow_loosening=allow_loosening)
            run_statement(connection, step.statement)
        except BigQueryError as error:
            _end(f"{step.view.name}: {error}", ExitCode.EXECUTION, steps, number)
        except KeyboardInterrupt:
            _end(f"interrupted at {step.view.name}, which may be changed or not", ExitCode.INTERRUPTED, steps, number)
        _tell(f"applied: {step.view.name}")


def _refuse_change(connection: Connection, step: ViewUpdate, *, allow_loosening: bool) -> None:
    """Read the view once more, so that nothing that was changed or charged since is overwritten unseen.

    Raises:
        BigQueryError: It is no longer what was compared, or queries were charged that the update would now give back.
    """
    from dataclasses import replace

    from components.bigquery import BigQueryError, read_view
    from declarations.bigquery.view_updates import view_update

    now = read_view(connection, step.view.name)
    was = step.old
    if (now and replace(now, remaining=None)) != (was and replace(was, remaining=None)):
        raise BigQueryError("somebody changed it meanwhile; compare again")
    loosened = [] if allow_loosening else list(view_update(step.view, now, step.feeds, step.over).loosened())
    if loosened:
        raise BigQueryError(f"queries were charged to it meanwhile, so that the update loosens: {loosened[0]}")


def _end(message: str, code: ExitCode, steps: Sequence[ViewUpdate], number: int) -> NoReturn:
    """Fail at step *number*, and tell which steps were done before and which were not tried."""
    done, rest = (", ".join(one.view.name for one in part) or "none" for part in (steps[:number], steps[number + 1 :]))
    _fail(f"{message}\n  applied before: {done}\n  not tried: {rest}", code)


def _tell(progress: str) -> None:
    """Tell what happens, beside the result: on standard error."""
    typer.echo(progress, err=True)


def _fail(message: str, code: ExitCode) -> NoReturn:
    fail(f"cleanroom apply: {message}", code)
