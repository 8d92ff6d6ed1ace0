"""`cleanroom diff OLD NEW`: what a change loosens, tightens or leaves, in privacy terms."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.exit_codes import ExitCode
from cli.options import ReadingOption

if TYPE_CHECKING:
    from declarations.sign_off import SignOff
    from policies.changes.comparing import Change


class DiffFormat(StrEnum):
    """The forms of an answer."""

    TEXT = "text"
    JSON = "json"
    MARKDOWN = "markdown"


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A room, a folder of rooms, or REVISION:PATH of git.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="The same, as it is to be.")],
    reading: ReadingOption = None,
    output: Annotated[DiffFormat, typer.Option("--format", help="How to print.")] = DiffFormat.TEXT,
    sign_off: Annotated[
        Path | None, typer.Option("--signoff", metavar="FILE", help="Consents. [signoff.yaml beside NEW]")
    ] = None,
    allow_loosening: Annotated[bool, typer.Option("--allow-loosening", help="Tell, and let pass.")] = False,
) -> None:
    """Say what a change of rooms loosens and tightens, and which queries change their verdict.

    What cannot be compared (another role, another text) counts as loosening.

    Example: cleanroom diff main:examples/complete_journey/reach examples/complete_journey/reach

    Exit codes: 0 nothing is loosened, or it is signed off; 1 something is; 2 the files are wrong.
    """
    from cli.diff_views import VIEWS
    from declarations.loading import LoadingError, render
    from policies.changes.effects import Effect

    try:
        changes, consent = _compared(old, new, reading or [], sign_off)
    except LoadingError as error:
        typer.echo(render(error.problems), err=True)
        raise typer.Exit(ExitCode.INPUT) from None
    typer.echo(VIEWS[output](changes, consent))
    loosened = any(change.effect is Effect.LOOSENS for change in changes)
    raise typer.Exit(ExitCode.DENIED if loosened and not consent and not allow_loosening else ExitCode.OK)


def _compared(
    old: str, new: str, readings: list[str], sign_off: Path | None
) -> tuple[tuple[Change, ...], SignOff | None]:
    from datetime import date

    from cli.differing import changes_between, signed_off
    from cli.opening import parse_settings
    from cli.room_state import state_at
    from declarations.loading.sign_offs import SIGN_OFF_FILE, load_sign_offs

    with state_at(old) as before, state_at(new) as after:
        changes = changes_between(before, after, parse_settings(readings))
        beside = (after if after.is_dir() else after.parent) / SIGN_OFF_FILE
        file = sign_off or (beside if beside.exists() else None)
        if file is None:
            return changes, None
        today = date.today()  # noqa: DTZ011 - a consent is of a day where its reviewer lives
        return changes, signed_off(changes, load_sign_offs(file), today, file)
