"""Apply waivers, which accept a violation until a date; unused and expired waivers are findings themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from declarations.loading.waivers import PlacedWaiver
from declarations.naming import did_you_mean
from policies.judging import Result
from policies.policy import Policy, Violation

LinesOf = Callable[[Result, Violation], tuple[str, frozenset[int]] | None]
"""Return the file and the lines on which a violation and its target begin; None if unknown."""


class WaiverFault(StrEnum):
    """What is wrong with a waiver."""

    UNUSED = "unused_waiver"
    """It excuses nothing."""
    EXPIRED = "expired_waiver"
    """Its last day is over."""
    NOT_WAIVABLE = "waiver_of_unwaivable_policy"
    """The policy cannot be waived."""
    UNKNOWN_POLICY = "waiver_of_unknown_policy"
    """There is no such policy."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A violation, and the waiver that excuses it, if one does."""

    result: Result
    violation: Violation
    waiver: PlacedWaiver | None


@dataclass(frozen=True, slots=True)
class FaultyWaiver:
    """A waiver that must be removed or changed."""

    waiver: PlacedWaiver
    fault: WaiverFault
    message: str


@dataclass(frozen=True, slots=True)
class Waived:
    """All violations with their waivers, and what is wrong with the waivers."""

    violations: tuple[Judged, ...]
    faults: tuple[FaultyWaiver, ...]


def waive(
    results: Iterable[Result],
    waivers: Sequence[PlacedWaiver],
    policies: Sequence[Policy],
    locate: LinesOf,
    today: date,
) -> Waived:
    """Excuse violations by waivers.

    Args:
        results: The results of the policies.
        waivers: All waivers, from files and comments.
        policies: All known policies, including disabled ones.
        locate: Finds where a violation is written, for waivers in comments.
        today: The current day; a waiver holds until the end of its last day.
    """
    known = {policy.name: policy for policy in policies}
    faults = {waiver: fault for waiver in waivers if (fault := _fault(waiver, known, today))}
    usable = [waiver for waiver in waivers if waiver not in faults]
    violations = []
    targets: dict[str, list[str]] = {}
    parts: dict[tuple[str, str | None], list[str]] = {}
    for result in results:
        targets.setdefault(result.chosen.policy.name, []).append(result.placed.target)
        for violation in result.violations:
            waiver = next((one for one in usable if _excuses(one, result, violation, locate)), None)
            violations.append(Judged(result, violation, waiver))
            if violation.part is not None:
                parts.setdefault((result.chosen.policy.name, result.placed.target), []).append(violation.part)
    used = {judged.waiver for judged in violations}
    for waiver in usable:
        if waiver not in used:
            faults[waiver] = _unused(
                waiver, targets.get(waiver.policy, ()), parts.get((waiver.policy, waiver.target), ())
            )
    return Waived(tuple(violations), tuple(faults[waiver] for waiver in waivers if waiver in faults))


def _unused(waiver: PlacedWaiver, targets: Sequence[str], parts: Sequence[str]) -> FaultyWaiver:
    """Return the fault of a waiver that excuses nothing.

    Args:
        waiver: The waiver.
        targets: The targets that its policy was evaluated on; empty if it was not evaluated.
        parts: The parts of its target that violations name.
    """
    message = f"{_named(waiver)} excuses nothing; remove it"
    if waiver.target and targets and waiver.target not in targets:
        message = f"{_named(waiver)} excuses nothing: there is no such target{did_you_mean(waiver.target, targets)}"
    elif waiver.part and parts:
        near = did_you_mean(waiver.part, parts)
        message = f"{_named(waiver)} excuses nothing: nothing is found about its part {waiver.part!r}{near}"
    return FaultyWaiver(waiver, WaiverFault.UNUSED, message)


def _fault(waiver: PlacedWaiver, known: dict[str, Policy], today: date) -> FaultyWaiver | None:
    policy = known.get(waiver.policy)
    if policy is None:
        message = f"there is no policy {waiver.policy!r}{did_you_mean(waiver.policy, known)}"
        return FaultyWaiver(waiver, WaiverFault.UNKNOWN_POLICY, message)
    if not policy.waivable:
        message = f"{waiver.policy!r} cannot be waived: {policy.page.why}"
        return FaultyWaiver(waiver, WaiverFault.NOT_WAIVABLE, message)
    if waiver.expires < today:
        message = f"{_named(waiver)} expired on {waiver.expires}; mend what it excuses, or decide again"
        return FaultyWaiver(waiver, WaiverFault.EXPIRED, message)
    return None


def _excuses(waiver: PlacedWaiver, result: Result, violation: Violation, locate: LinesOf) -> bool:
    if waiver.policy != result.chosen.policy.name:
        return False
    if waiver.target is not None:
        return waiver.target == result.placed.target and waiver.part in {None, violation.part}
    place = locate(result, violation)
    return place is not None and place[0] == waiver.file and waiver.excused_line in place[1]


def _named(waiver: PlacedWaiver) -> str:
    where = f" on {waiver.target!r}" if waiver.target else ""
    return f"the waiver of {waiver.policy!r}{where}"
