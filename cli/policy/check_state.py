"""`cleanroom policy check-state`: policies on what Pulumi has deployed, or is about to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import problems_told
from cli.console.exit_codes import ExitCode

if TYPE_CHECKING:
    from policies.checking import Locate
    from policies.judging import Chosen
    from policies.reading.stack import StackReading
    from policies.reading.state import StateFile
    from policies.reports.report import Asked, Finding, Report


def check_state(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="What pulumi stack export or pulumi preview --json printed.", show_default=False
        ),
    ],
    policies: Annotated[
        Path | None,
        typer.Option("--policies", metavar="FILE", help="The company's decisions. [nearest policies.yaml]"),
    ] = None,
    only: Annotated[
        list[str] | None, typer.Option("--only", metavar="POLICY", help="Apply only this policy; repeatable.")
    ] = None,
    form: Annotated[
        str, typer.Option("--format", help="text, json, sarif, junit, github or markdown.", metavar="FORMAT")
    ] = "text",
    allow_unknown: Annotated[
        bool, typer.Option("--allow-unknown", help="Let policies pass that depend on an unknown value.")
    ] = False,
) -> None:
    """Check an exported stack or a preview against the company's policies, without AWS and without Pulumi.

    Reads resources of cleanrooms, aws and aws-native; secrets are judged where they are readable, and never printed.

    Exit codes: 0 every mandatory policy is kept, 1 not so, 2 the file or the settings are wrong.
    """
    from policies.reports import FORMATS

    if form not in FORMATS:
        raise typer.BadParameter(f"{form!r} is not a format (formats: {', '.join(FORMATS)})", param_hint="--format")
    with problems_told():
        report = state_report(file, policies, tuple(only or ()), date.today())  # noqa: DTZ011 - a waiver's last day is a day where its owner lives
    typer.echo(FORMATS[form](report))
    passes = report.passes(allow_unknown=allow_unknown)
    if not passes and report.passes(allow_unknown=True):
        hint = "no policy is broken, but what is not known is not a pass: deploy the data sources with the stack"
        typer.echo(f"{hint} and pull evidence (docs/crossguard.md, docs/macie.md), or use --allow-unknown", err=True)
    raise typer.Exit(ExitCode.OK if passes else ExitCode.DENIED)


def state_report(file: Path, policies: Path | None, only: tuple[str, ...], today: date) -> Report:
    """Return what policies say about the stack in *file*.

    Args:
        file: An exported state or a preview.
        policies: The `policies.yaml`; None: the nearest above *file*.
        only: The policies to ask; empty: all that are chosen.
        today: The day, for waivers and evidence that grow old.

    Raises:
        LoadingError: The file or the settings are wrong; *only* names a policy that does not apply.
    """
    from declarations.loading import LoadingError
    from declarations.loading.evidence import load_evidence
    from policies.checking import check
    from policies.configuration import configure, settings_to_judge_by
    from policies.reading.resource import without_secrets
    from policies.reading.stack import read_stack
    from policies.reading.state import load_state
    from policies.registry import BASELINE

    configured = configure(policies or settings_to_judge_by(file.parent), BASELINE)
    state = load_state(file)
    evidence = load_evidence(configured.evidence) if configured.evidence else None
    reading = read_stack(state.resources, today, evidence)
    names = {room.name for room in reading.estate.rooms}
    waivers = [
        one
        for one in configured.waivers
        if one.target and one.target.partition("/")[0] in names and (not only or one.policy in only)
    ]
    chosen = _chosen(configured.chosen, only)
    try:
        report = check(reading.estate, chosen, configured.policies, waivers, _locate(reading, state, file))
    except LoadingError as error:
        raise without_secrets(error, reading.secrets) from None
    return replace(report, asked=tuple(_shown(report.asked, reading)))


def _chosen(chosen: tuple[Chosen, ...], only: tuple[str, ...]) -> tuple[Chosen, ...]:
    from cli.policy.only import refuse_unknown_policies

    refuse_unknown_policies(only, [one.policy.name for one in chosen])
    return tuple(one for one in chosen if not only or one.policy.name in only)


def _locate(reading: StackReading, state: StateFile, file: Path) -> Locate:
    """Return how places are found: a violation is shown where its resource begins in the file."""
    from policies.checking import WrittenAt
    from policies.judging import Result
    from policies.policy import Violation
    from policies.reports.report import Location

    def locate(result: Result, violation: Violation | None) -> WrittenAt | None:
        path = (*result.placed.path, *(violation.path if violation else ()))
        urn = reading.urn(result.placed.named_room.name, path)
        place = state.places.get(urn or "")
        if place is None:
            return None
        return WrittenAt(Location(str(file), place.line, place.column, place.length), frozenset({place.line}))

    return locate


def _shown(asked: tuple[Asked, ...], reading: StackReading) -> Iterator[Asked]:
    """Yield what is asked of the stack's own resources, without secrets.

    A waiver that excuses nothing here may excuse something in the stack of another member.
    """
    from policies.reading.resource import redacted
    from policies.waiving import WaiverFault

    def safe(text: str) -> str:
        return redacted(text, reading.secrets)

    for one in asked:
        if one.target not in reading.elsewhere and one.rule != WaiverFault.UNUSED:
            findings = tuple(_safe(finding, safe) for finding in one.findings)
            yield replace(one, room=safe(one.room), target=safe(one.target), findings=findings)


def _safe(finding: Finding, safe: Callable[[str], str]) -> Finding:
    part = finding.part and safe(finding.part)
    return replace(finding, target=safe(finding.target), message=safe(finding.message), part=part)
