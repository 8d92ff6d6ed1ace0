"""`cleanroom check`: may these queries run, and if not, whose rule says so?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.exit_codes import ExitCode
from cli.options import Format, FormatOption, MemberOption, ReadingOption, RoomArgument

if TYPE_CHECKING:
    from cli.opening import OpenedRoom, Subject
    from simulator.verdict import Finding, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with its verdict."""

    subject: Subject
    verdict: Verdict

    @property
    def as_expected(self) -> bool:
        """True when the verdict is allowed, or what the query's `-- expect:` line says."""
        outcome, check_name = self.subject.expect or ("allowed", None)
        if self.verdict.outcome != outcome:
            return False
        return check_name is None or check_name in {finding.check for finding in self.verdict.findings}


def check(
    room: RoomArgument,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[QUERY]...", help="Queries to judge: names or files. [all]")
    ] = None,
    submitted_by: MemberOption = None,
    reading: ReadingOption = None,
    output: FormatOption = Format.TEXT,
    allow_undocumented: Annotated[
        bool,
        typer.Option("--allow-undocumented", help="Let undocumented verdicts pass, unless a header expects one."),
    ] = False,
) -> None:
    """Check a room and its queries against every member's rules.

    A query whose header says `-- expect: denied CHECK` passes when it is denied by that check.

    Exit codes: 0 all allowed or as expected, 1 some are not, 2 the files are wrong.
    """
    from cli.opening import find_or_exit, load_or_exit, parse_settings, submitted_or_exit
    from simulator.analysis_rules import judge

    opened = submitted_or_exit(load_or_exit(room, parse_settings(reading or [])), submitted_by)
    subjects = [find_or_exit(opened, name) for name in names] if names else opened.subjects
    judged = [Judged(subject, judge(subject.request)) for subject in subjects]
    passed = all(_passes(one, allow_undocumented=allow_undocumented) for one in judged)
    code = ExitCode.OK if passed else ExitCode.DENIED
    if output is Format.JSON:
        typer.echo(_json(opened, judged, code))
    else:
        _print_text(opened, judged)
    raise typer.Exit(code)


def _passes(one: Judged, *, allow_undocumented: bool) -> bool:
    undocumented = one.verdict.outcome == "undocumented" and one.subject.expect is None
    return one.as_expected or (allow_undocumented and undocumented)


def _print_text(opened: OpenedRoom, judged: Sequence[Judged]) -> None:
    from cli.rendering import coloured, finding_text, styled, table

    room = opened.room
    typer.echo(styled(room.collaboration.name, bold=True) + f"  ({opened.loaded.path})")
    typer.echo(f"query runner: {opened.member(room.query_runner)}\n")
    if not judged:
        typer.echo(f"no queries: {opened.loaded.folder / 'queries'} holds no .sql file, and the room has no template")
    if judged:
        typer.echo(coloured(table(("verdict", "query", "why"), [_row(one) for one in judged])))
    for one in judged:
        if one.verdict.findings and (not one.as_expected or len(judged) == 1):
            for finding in one.verdict.findings:
                owner = opened.member(finding.owner) if finding.owner else None
                typer.echo("\n" + finding_text(finding, one.subject.request.sql, one.subject.place, owner))
    typer.echo("\n" + _summary(judged))


def _row(one: Judged) -> tuple[str, str, str]:
    checks = ", ".join(dict.fromkeys(finding.check for finding in one.verdict.findings))
    if one.subject.expect and not one.as_expected:
        outcome, name = one.subject.expect
        return (
            one.verdict.outcome,
            one.subject.name,
            f"EXPECTED {outcome} {name or ''}".rstrip() + f"; {checks}".rstrip("; "),
        )
    return one.verdict.outcome, one.subject.name, checks + (" (expected)" if checks and one.as_expected else "")


def _summary(judged: Sequence[Judged]) -> str:
    outcomes = [one.verdict.outcome.value for one in judged]
    counts = ", ".join(f"{outcomes.count(name)} {name}" for name in ("allowed", "denied", "undocumented"))
    unexpected = sum(not one.as_expected for one in judged)
    return f"{len(judged)} checked: {counts}; " + (f"{unexpected} not as expected" if unexpected else "all as expected")


def _json(opened: OpenedRoom, judged: Sequence[Judged], code: ExitCode) -> str:
    import json

    document = {
        "room": opened.room.collaboration.name,
        "file": str(opened.loaded.path),
        "exit_code": int(code),
        "queries": [_json_of(one) for one in judged],
    }
    return json.dumps(document, indent=2)


def _json_of(one: Judged) -> dict[str, Any]:
    return {
        "name": one.subject.name,
        "kind": one.subject.kind,
        "file": one.subject.place if one.subject.path else None,
        "verdict": one.verdict.outcome.value,
        "expected": one.subject.expect[0] if one.subject.expect else "allowed",
        "as_expected": one.as_expected,
        "findings": [_finding_json(finding) for finding in one.verdict.findings],
    }


def _finding_json(finding: Finding) -> dict[str, Any]:
    from dataclasses import asdict

    return {**asdict(finding), "basis": finding.basis.value}
