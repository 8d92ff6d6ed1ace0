"""`cleanroom diff OLD NEW`: what a change loosens, tightens or leaves, in privacy terms."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import problems_told
from cli.console.exit_codes import ExitCode
from cli.console.options import ReadingOption

if TYPE_CHECKING:
    from cli.diff.difference import Difference


class DiffFormat(StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A room, a folder of rooms, or REVISION:PATH of git.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The new state: as OLD.")],
    reading: ReadingOption = None,
    policies: Annotated[
        Path | None,
        typer.Option("--policies", metavar="FILE", help="The company's decisions. [nearest policies.yaml]"),
    ] = None,
    output: Annotated[DiffFormat, typer.Option("--format", help="How to print.")] = DiffFormat.TEXT,
    sign_off: Annotated[
        Path | None, typer.Option("--signoff", metavar="FILE", help="The sign-offs. [signoff.yaml next to NEW]")
    ] = None,
    allow_loosening: Annotated[
        bool, typer.Option("--allow-loosening", help="Report what is loosened, and exit 0.")
    ] = False,
) -> None:
    """Say what a change of rooms and decisions loosens and tightens, and which queries change their verdict.

    What cannot be compared (another role, another text) counts as loosening. Who has to consent to it is what the
    policy loosening_without_sign_off says in the decisions of OLD.

    Example: cleanroom diff main:examples/complete_journey/reach examples/complete_journey/reach

    Exit codes: 0 nothing is loosened, or it is signed off; 1 something is; 2 the files are wrong.
    """
    from cli.diff.answers import ANSWERS

    with problems_told():
        found = _difference(old, new, reading or [], policies, sign_off)
    typer.echo(ANSWERS[output](found))
    raise typer.Exit(ExitCode.OK if found.passes or allow_loosening else ExitCode.DENIED)


def _difference(old: str, new: str, readings: list[str], policies: Path | None, sign_off: Path | None) -> Difference:
    from datetime import date

    from cli.diff.difference import Comparing, difference
    from cli.diff.state_files import state_at
    from cli.rooms.opening import parse_settings

    today = date.today()  # noqa: DTZ011 - a consent is of a day where its reviewer lives
    comparing = Comparing(parse_settings(readings), today, policies, sign_off)
    with state_at(old, policies) as before, state_at(new, policies) as after:
        return difference(before, after, comparing)
