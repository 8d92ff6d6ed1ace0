"""`cleanroom run`: the answer of one query on sample rows, with everything that the rules enforce."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from cli.ending import fail
from cli.exit_codes import ExitCode
from cli.options import Format, FormatOption, LedgerOption, MemberOption, ReadingOption, RoomArgument

if TYPE_CHECKING:
    from cli.opening import Subject
    from cli.opening_bigquery import OpenedBigQueryRoom
    from simulator.execution.results import RunResult
    from simulator.execution.views.results import ViewRunResult

SHOWN_ROWS = 40
"""Rows printed when the answer is not written to a file."""


class Asked(NamedTuple):
    """How a query is to be run.

    Attributes:
        data: Folder of the rows; None looks in and beside the room's folder.
        seed: Seed of the noise; None takes the operating system's randomness.
        ledger: The ledger's file; None is the room's own.
        dry_run: Charge nothing.
        exact: Compute the noiseless answer, too.
    """

    data: Path | None
    seed: int | None
    ledger: Path | None
    dry_run: bool
    exact: bool


def run(
    room: RoomArgument,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Query, template or .sql file.", show_default=False)],
    submitted_by: MemberOption = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with one file or folder a table. [data, in or by ROOM]"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the answer to a .csv or .parquet file.")
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Value of a template parameter.")
    ] = None,
    exact: Annotated[
        bool, typer.Option("--exact", help="Show the answer without thresholds and noise beside it.")
    ] = False,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Repeatable noise: a simulation; charged all the same."),
    ] = None,
    ledger: LedgerOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Charge no budget; the answer is a simulation, no release.")
    ] = False,
    reading: ReadingOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Run one allowed query on sample rows.

    Thresholds, contribution limits, clamps and noise are enforced as the rules demand.

    Example: cleanroom run examples/complete_journey/reach sales_by_week --as Brand

    Exit codes: 0 answered, 1 not allowed, 2 files are wrong, 3 budget exhausted, 4 the engine failed.
    """
    import json

    from cli.answers import Left, answer_document, answer_text
    from cli.opening import OpenedRoom, find_or_exit, load_any_or_exit, parse_settings
    from cli.running import answer, budgets_left, uses_left_of

    opened = load_any_or_exit(room, parse_settings(reading or []), submitted_by)
    subject = find_or_exit(opened, query, _parameters(parameter or []))
    if output is not None:
        _refuse_unwritable(output)
    if not isinstance(opened, OpenedRoom):
        _run_on_views(opened, subject, Asked(data, seed, ledger, dry_run, exact), output, output_format)
        return
    result = answer(opened, subject, data=data, seed=seed, ledger=ledger, dry_run=dry_run, exact=exact)
    left = Left(
        () if dry_run else budgets_left(opened, subject, ledger),
        () if dry_run else uses_left_of(opened, subject, ledger),
    )
    written = output is not None and _write(result, output)
    if output_format is Format.JSON:
        typer.echo(json.dumps(answer_document(opened, subject, result, left), indent=2, default=str))
    else:
        written_to = str(output) if written else None
        typer.echo(answer_text(opened, subject, result, left, written_to=written_to, shown_rows=SHOWN_ROWS))
    if output is not None and not written:
        raise typer.Exit(ExitCode.INPUT)


def _run_on_views(
    opened: OpenedBigQueryRoom, subject: Subject, asked: Asked, output: Path | None, output_format: Format
) -> None:
    """Do the same on a room of BigQuery."""
    import json

    from cli.running_views import answer_on_views, views_left
    from cli.view_answers import view_answer_document, view_answer_text

    result = answer_on_views(opened, subject, asked)
    left = views_left(opened, result, asked)
    written = output is not None and _write(result, output)
    if output_format is Format.JSON:
        typer.echo(json.dumps(view_answer_document(opened, subject, result, left), indent=2, default=str))
    else:
        written_to = str(output) if written else None
        typer.echo(view_answer_text(subject, result, left, written_to=written_to, shown_rows=SHOWN_ROWS))
    if output is not None and not written:
        raise typer.Exit(ExitCode.INPUT)


def _parameters(words: list[str]) -> dict[str, str]:
    values = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise typer.BadParameter(f"{word!r} is not NAME=VALUE", param_hint="--parameter")
        values[name] = value
    return values


def _refuse_unwritable(output: Path) -> None:
    """Refuse before the run what would lose its answer after the budget is charged."""
    from simulator.execution.results import FORMATS

    problem = None
    if output.suffix.lower() not in FORMATS:
        problem = f"its name must end in {' or '.join(FORMATS)}"
    elif output.is_dir():
        problem = "it is a folder"
    elif not output.parent.is_dir():
        problem = f"there is no folder {output.parent}"
    if problem:
        fail(f"--output: cannot write {output}: {problem}")


def _write(result: RunResult | ViewRunResult, output: Path) -> bool:
    """Write the answer; when that fails say why and return False, so that the answer is printed instead of lost."""
    from simulator.execution.errors import ExecutionError

    try:
        result.write(output)
    except ExecutionError as error:
        typer.echo(str(error), err=True)
        return False
    return True
