"""How the answers of `cleanroom diff` look."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from cli.console.terminal import styled, wrapped
from cli.diff.difference import Difference
from declarations.naming import counted
from policies.changes.comparing import Change
from policies.changes.effects import Effect
from policies.policy import Level
from policies.reports.as_markdown import escaped

_SHOWN: Final = 400
_BLOCK: Final = """\
version: 2
sign_offs:
  - old: {old}
    new: {new}
    author:    # who made the change
    reviewer:  # who consents: somebody else
    date: {today}
    reason:    # why it is right to loosen
"""


def text(found: Difference) -> str:
    """Tell a person: what loosens first."""
    lines = []
    for effect in Effect:
        if changes := _of(found, effect):
            lines.append(styled(effect.value, bold=True))
            lines += [line for one in changes for line in (f"  {one.target}", wrapped(_short(one), "    "))]
            lines.append("")
    lines.append(_summary(found))
    lines += [wrapped(line, "") for line in _consented(found)]
    return "\n".join([*lines, *_block(found)]).removesuffix("\n")


def json_text(found: Difference) -> str:
    """Tell a program; keys are stable."""
    consent = found.consent
    document = {
        "old": found.change.old,
        "new": found.change.new,
        "signed_off": consent.model_dump(mode="json") if consent else None,
        "violations": [
            {"policy": one.chosen.policy.name, "level": one.chosen.level.value, "message": violation.message}
            for one in found.results
            for violation in one.violations
        ],
        "changes": [
            {"effect": one.effect.value, "target": one.target, "message": one.message} for one in found.changes
        ],
    }
    return json.dumps(document, indent=2)


def markdown(found: Difference) -> str:
    """Tell a pull request: what loosens first, what leaves privacy as it is folded away."""
    lines = [f"### Privacy diff: {_summary(found)}"]
    for effect in (Effect.LOOSENS, Effect.TIGHTENS):
        if changes := _of(found, effect):
            lines += ["", f"#### {effect.value.capitalize()}: {len(changes)}", "", *_rows(changes)]
    if changes := _of(found, Effect.LEAVES):
        lines += ["", f"<details><summary>Leaves: {len(changes)}</summary>", "", *_rows(changes), "", "</details>"]
    lines += ["", *map(escaped, _consented(found))]
    if block := list(_block(found)):
        lines += ["", block[0], "", "```yaml", *block[1:], "```"]
    return "\n".join(lines)


ANSWERS: Mapping[str, Callable[[Difference], str]] = MappingProxyType(
    {"text": text, "json": json_text, "markdown": markdown}
)
"""Name of each form, and what writes it."""


def _short(change: Change) -> str:
    """Return the message without the middle of long texts; JSON and the digests have all of it."""
    half = _SHOWN // 2
    message = change.message
    return message if len(message) <= _SHOWN else f"{message[:half]} ... {message[-half:]}"


def _of(found: Difference, effect: Effect) -> list[Change]:
    return [change for change in found.changes if change.effect is effect]


def _summary(found: Difference) -> str:
    loosen, tighten, leave = (len(_of(found, effect)) for effect in Effect)
    told = counted(loosen, "change loosens", "changes loosen"), counted(tighten, "tightens", "tighten")
    return f"{', '.join(told)}, {counted(leave, 'leaves', 'leave')} privacy as it is"


def _consented(found: Difference) -> Iterator[str]:
    """Yield what is to say about consent: who gave it, or what the policies miss."""
    if found.change.loosened and not found.results:
        yield "loosening_without_sign_off is disabled: nobody has to consent"
    if consent := found.consent:
        yield f"signed off on {consent.date} by {consent.reviewer}: {consent.reason}"
    yield from dict.fromkeys(_missed(found))  # rooms with decisions of their own may miss the same


def _missed(found: Difference) -> Iterator[str]:
    for one in found.results:
        told = "" if one.chosen.level is Level.MANDATORY else f" ({one.chosen.level})"
        yield from (f"{one.chosen.policy.name}{told}: {violation.message}" for violation in one.violations)


def _block(found: Difference) -> Iterator[str]:
    """Yield what a reviewer puts into the file, where a sign-off is missing; the first line introduces it."""
    if any(one.violations for one in found.results):
        yield "to consent to exactly this change, in signoff.yaml:"
        today = found.results[0].placed.estate.today
        yield from _BLOCK.format(old=found.change.old, new=found.change.new, today=today).splitlines()


def _rows(changes: Sequence[Change]) -> list[str]:
    rows = (f"| {escaped(one.target)} | {escaped(_short(one))} |" for one in changes)
    return ["| where | what |", "|---|---|", *rows]
