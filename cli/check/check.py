"""`cleanroom check`: may these queries run, do these declarations keep the company's policies, and if not, why?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import problems_told
from cli.console.exit_codes import ExitCode
from cli.console.options import MemberOption, ReadingOption
from cli.console.writing import write_or_fail

if TYPE_CHECKING:
    from cli.check.request import CheckRequest
    from cli.check.results import Checked
    from policies.reports.report import Report


class ReportFormat(StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    JUNIT = "junit"
    GITHUB = "github"
    MARKDOWN = "markdown"


def check(
    room: Annotated[Path, typer.Argument(metavar="ROOM", help="A room, or a folder of rooms.", show_default=False)],
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ROOM|QUERY]...", help="More rooms; or queries of the room: names or files. [all]"),
    ] = None,
    submitted_by: MemberOption = None,
    reading: ReadingOption = None,
    policies: Annotated[
        Path | None,
        typer.Option("--policies", metavar="FILE", help="The company's decisions. [nearest policies.yaml]"),
    ] = None,
    no_policies: Annotated[bool, typer.Option("--no-policies", help="Judge queries only.")] = False,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="POLICY", help="Apply only this policy; repeatable.")
    ] = None,
    against: Annotated[
        str | None,
        typer.Option("--against", metavar="REVISION", help="Also require the sign-off of changes since REVISION."),
    ] = None,
    output: Annotated[ReportFormat, typer.Option("--format", help="How to print.")] = ReportFormat.TEXT,
    report: Annotated[
        list[str] | None,
        typer.Option("--report", metavar="FORMAT=FILE", help="Also write a report to a file; each format once."),
    ] = None,
    allow_undocumented: Annotated[
        bool,
        typer.Option("--allow-undocumented", help="Let undocumented verdicts pass, unless a header expects one."),
    ] = False,
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="Let policies pass that depend on an unknown value.")
    ] = False,
    no_cache: Annotated[bool, typer.Option("--no-cache", help="Judge again even if nothing has changed.")] = False,
) -> None:
    """Check rooms: queries against every member's rules, declarations against policies.

    A query whose header says `-- expect: denied CHECK` passes when it is denied by that check. If queries are
    named, policies are not applied.

    Exit codes: 0 all allowed or as expected and every mandatory policy kept, 1 otherwise, 2 the files are wrong.
    """
    from cli.check.request import CheckRequest, PolicyOptions
    from cli.check.whole_report import lenient, whole_report

    files = _report_files(report or ())
    rooms, queries = _split(room, names or ())
    choice = None if no_policies or queries else PolicyOptions(policies, tuple(only or ()))
    if choice is None:
        _refuse_policy_options({"--policies": policies, "--only": only, "--against": against})
    request = CheckRequest(rooms, queries, tuple(reading or ()), submitted_by, choice, against)
    checked = _checked_or_exit(request, use_cache=not no_cache)
    whole = lenient(whole_report(checked), unknown_policies=allow_unknown, undocumented_queries=allow_undocumented)
    code = ExitCode.OK if whole.passes() else ExitCode.DENIED
    for form, file in files.items():
        write_or_fail(file, _rendered(form, checked, whole, code).removesuffix("\n") + "\n", "--report")
    typer.echo(_rendered(output, checked, whole, code))
    raise typer.Exit(code)


def _refuse_policy_options(options: Mapping[str, object]) -> None:
    """Refuse options about policies where none is asked: the run would pass without evaluating any policy."""
    for option, value in options.items():
        if value is not None:
            message = "is about policies; leave out --no-policies and names of queries, or this option"
            raise typer.BadParameter(message, param_hint=option)


def _split(room: Path, names: Sequence[str]) -> tuple[tuple[Path, ...], tuple[str, ...]]:
    """Tell further rooms from queries; a query belongs to one room."""
    from cli.rooms.finding import is_room

    rooms = (room, *(Path(name) for name in names if is_room(name)))
    queries = tuple(name for name in names if not is_room(name))
    if queries and len(rooms) > 1:
        raise typer.BadParameter(f"{queries[0]!r} is not a room, and queries can be named of one room only")
    return rooms, queries


def _checked_or_exit(request: CheckRequest, *, use_cache: bool) -> Checked:
    """Judge everything; on mistakes in files print all of them and exit with `ExitCode.INPUT`."""
    from datetime import date

    from cli.check.cache import remembered
    from cli.rooms.opening import parse_settings

    settings = parse_settings(list(request.readings))
    today = date.today()  # noqa: DTZ011 - the last day of a waiver is a day where its owner lives

    def judge() -> Checked:
        from cli.check.judging import check_rooms

        return check_rooms(request, settings, today)

    with problems_told():
        return remembered(request, today, judge) if use_cache else judge()


def _rendered(form: ReportFormat, checked: Checked, whole: Report, code: ExitCode) -> str:
    from cli.check.answers import json_text, text
    from policies.reports import FORMATS

    if form is ReportFormat.TEXT:
        return text(checked)
    if form is ReportFormat.JSON:
        return json_text(checked, code)
    return FORMATS[form](whole)


def _report_files(words: Sequence[str]) -> Mapping[ReportFormat, Path]:
    """Read `--report FORMAT=FILE`."""
    files: dict[ReportFormat, Path] = {}
    for word in words:
        name, _, file = word.partition("=")
        if name not in set(ReportFormat) or not file:
            forms = ", ".join(ReportFormat)
            raise typer.BadParameter(f"{word!r} is not FORMAT=FILE (formats: {forms})", param_hint="--report")
        if name in files:
            raise typer.BadParameter(f"{name!r} is written once, found {word!r} as another", param_hint="--report")
        files[ReportFormat(name)] = Path(file)
    return files
