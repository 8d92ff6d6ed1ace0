"""How the answers of `cleanroom diff` look."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from cli.rendering import styled, wrapped
from declarations.sign_off import SignOff
from policies.changes.comparing import Change, digest
from policies.changes.effects import Effect
from policies.reports.as_markdown import escaped

Changes = tuple[Change, ...]

_SHOWN: Final = 400


def text(changes: Changes, consent: SignOff | None) -> str:
    """Tell a person: what loosens first."""
    lines = []
    for effect in Effect:
        if found := _of(changes, effect):
            lines.append(styled(effect.value, bold=True))
            lines += [line for one in found for line in (f"  {one.target}", wrapped(_short(one), "    "))]
            lines.append("")
    lines.append(_summary(changes))
    return "\n".join([*lines, *_consented(changes, consent)])


def json_text(changes: Changes, consent: SignOff | None) -> str:
    """Tell a program; keys are stable."""
    document = {
        "digest": digest(changes),
        "signed_off": consent.model_dump(mode="json") if consent else None,
        "changes": [{"effect": one.effect.value, "target": one.target, "message": one.message} for one in changes],
    }
    return json.dumps(document, indent=2)


def markdown(changes: Changes, consent: SignOff | None) -> str:
    """Tell a pull request: what loosens first, what leaves privacy as it is folded away."""
    lines = [f"### Privacy diff: {_summary(changes)}"]
    for effect in (Effect.LOOSENS, Effect.TIGHTENS):
        if found := _of(changes, effect):
            lines += ["", f"#### {effect.value.capitalize()}: {len(found)}", "", *_rows(found)]
    if found := _of(changes, Effect.LEAVES):
        lines += ["", f"<details><summary>Leaves: {len(found)}</summary>", "", *_rows(found), "", "</details>"]
    return "\n".join([*lines, "", *_consented(changes, consent)])


VIEWS: Mapping[str, Callable[[Changes, SignOff | None], str]] = MappingProxyType(
    {"text": text, "json": json_text, "markdown": markdown}
)
"""Name of each form, and what writes it."""


def _short(change: Change) -> str:
    """Return the message without the middle of long texts; JSON and the digest have all of it."""
    half = _SHOWN // 2
    message = change.message
    return message if len(message) <= _SHOWN else f"{message[:half]} ... {message[-half:]}"


def _of(changes: Changes, effect: Effect) -> list[Change]:
    return [change for change in changes if change.effect is effect]


def _summary(changes: Changes) -> str:
    return ", ".join(f"{len(_of(changes, effect))} {effect.value}" for effect in Effect)


def _consented(changes: Changes, consent: SignOff | None) -> list[str]:
    if not _of(changes, Effect.LOOSENS):
        return []
    if consent is None:
        return [f"not signed off; its digest for signoff.yaml: {digest(changes)}"]
    return [f"signed off on {consent.date} by {consent.reviewer}: {consent.reason}"]


def _rows(changes: Sequence[Change]) -> list[str]:
    rows = (f"| {escaped(one.target)} | {escaped(_short(one))} |" for one in changes)
    return ["| where | what |", "|---|---|", *rows]
