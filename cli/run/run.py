"""`cleanroom run`: the answer of one query on sample rows, with everything that the rules enforce."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import fail
from cli.console.exit_codes import ExitCode
from cli.console.options import Format, FormatOption, LedgerOption, MemberOption, ReadingOption, RoomArgument
from cli.console.writing import make_folder_or_fail

if TYPE_CHECKING:
    from cli.rooms.opening import AnyRoom
    from cli.rooms.subject import Subject
    from cli.run.answers import Answered
    from cli.run.inputs import RunArguments


def run(
    room: RoomArgument,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Query, template or .sql file.", show_default=False)],
    submitted_by: MemberOption = None,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder with a file or folder per table. [data, in or by ROOM]"),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write to this .csv or .parquet file; folders are made."),
    ] = None,
    parameter: Annotated[
        list[str] | None, typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="Value of a template parameter.")
    ] = None,
    exact: Annotated[bool, typer.Option("--exact", help="Also show the answer without thresholds and noise.")] = False,
    seed: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="Repeatable noise: a simulation, but still charged."),
    ] = None,
    ledger: LedgerOption = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Charge no budget; the answer is a simulation, not a release.")
    ] = False,
    refund_failed: Annotated[
        bool,
        typer.Option("--refund-failed", help="Charge no run that fails, as BigQuery; a failure may tell of a row."),
    ] = False,
    reading: ReadingOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Run one allowed query on sample rows.

    Thresholds, contribution limits, clamps and noise are enforced as the rules require.

    Example: cleanroom run examples/complete_journey/reach sales_by_week --as Brand

    Exit codes: 0 answered, 1 not allowed, 2 files are wrong, 3 budget exhausted, 4 the engine failed.
    """
    from cli.rooms.opening import find_or_exit, load_any_or_exit, parse_settings
    from cli.run.inputs import RunArguments

    opened = load_any_or_exit(room, parse_settings(reading or []), submitted_by)
    subject = find_or_exit(opened, query, _parameters(parameter or []))
    if output is not None:
        _refuse_unwritable(output)
    answered = _answered(opened, subject, RunArguments(data, seed, ledger, dry_run, exact, refund_failed))
    written = output is not None and _write(answered, output)
    if output_format is Format.JSON:
        import json

        typer.echo(json.dumps(answered.document(), indent=2, default=str, allow_nan=False))
    else:
        typer.echo(answered.text(str(output) if written else None))
    if output is not None and not written:
        raise typer.Exit(ExitCode.INPUT)


def _answered(opened: AnyRoom, subject: Subject, arguments: RunArguments) -> Answered:
    from cli.rooms.opening_aws import OpenedRoom
    from cli.run.run_aws import run_or_exit
    from cli.run.run_bigquery import run_on_views_or_exit

    if isinstance(opened, OpenedRoom):
        return run_or_exit(opened, subject, arguments)
    return run_on_views_or_exit(opened, subject, arguments)


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

    if output.suffix.lower() not in FORMATS:
        fail(f"--output: cannot write {output}: its name must end in {' or '.join(FORMATS)}")
    make_folder_or_fail(output, "--output")


def _write(answered: Answered, output: Path) -> bool:
    """Write the answer; when that fails say why and return False, so that the answer is printed instead of lost."""
    from simulator.execution.errors import ExecutionError

    try:
        answered.write(output)
    except ExecutionError as error:
        typer.echo(str(error), err=True)
        return False
    return True
