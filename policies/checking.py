"""Check rooms against policies: evaluate them, apply waivers, and build a report with places in files."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from declarations.loading.room import LoadedBigQueryRoom, LoadedRoom
from declarations.loading.waivers import PlacedWaiver
from policies.judging import Chosen, Result, judge
from policies.policy import Level, Policy, Severity, Violation
from policies.reports.report import Asked, Excuse, Finding, Location, Report, Rule, rule_of
from policies.subjects import Estate
from policies.waiving import FaultyWaiver, Judged, WaiverFault, waive

WAIVERS: Final = "waivers"
"""The room and the target of findings about waivers themselves."""

_PAGE: Final = "docs/policies.md#waivers"
_FAULTS: Final = (
    (WaiverFault.UNUSED, Level.ADVISORY, "A waiver that excuses nothing", "It would excuse the next violation unseen"),
    (WaiverFault.EXPIRED, Level.ADVISORY, "A waiver whose last day is over", "Fix the violation or renew the waiver"),
    (
        WaiverFault.NOT_WAIVABLE,
        Level.MANDATORY,
        "A waiver of a policy that cannot be waived",
        "It suggests a decision that nobody may take",
    ),
    (
        WaiverFault.UNKNOWN_POLICY,
        Level.MANDATORY,
        "A waiver of a policy that does not exist",
        "Whoever wrote it believes that something is excused",
    ),
)

WAIVER_RULES: Final[Mapping[WaiverFault, Rule]] = MappingProxyType(
    {
        fault: Rule(fault.value, title, why, "", _PAGE, Severity.LOW, level, "waiver")
        for fault, level, title, why in _FAULTS
    }
)
"""What can be wrong with a waiver, as rules of a report."""


class WrittenAt(NamedTuple):
    """Where a violation is in a file.

    Attributes:
        location: Where it begins.
        lines: The lines on which it and its target begin: a comment at either can excuse it.
    """

    location: Location
    lines: frozenset[int]


Locate = Callable[[Result, Violation | None], WrittenAt | None]
"""Return where a violation is in a file (for None: where the target itself is); None if unknown."""


def check(
    estate: Estate,
    chosen: Sequence[Chosen],
    policies: Sequence[Policy],
    waivers: Sequence[PlacedWaiver],
    locate: Locate,
    *,
    complete: bool = True,
) -> Report:
    """Check rooms against policies.

    Args:
        estate: The rooms, the day and the evidence.
        chosen: The policies to evaluate.
        policies: All known policies, including disabled ones: a waiver may name any.
        waivers: The waivers from files and comments; their file names are spelled as *locate* spells them.
        locate: Finds where a violation is in a file.
        complete: Whether *estate* holds every room that the waivers are about; if not, no waiver counts as unused.
    """
    results = tuple(judge(estate, chosen))
    waived = waive(results, waivers, policies, _lines(locate), estate.today)
    rules = {one.policy.name: rule_of(one.policy, one.level) for one in chosen}
    judged = iter(waived.violations)
    asked = [
        _asked(result, rules[result.chosen.policy.name], islice(judged, len(result.violations)), locate)
        for result in results
    ]
    faults = [_about(faulty) for faulty in waived.faults if complete or faulty.fault is not WaiverFault.UNUSED]
    return Report((*rules.values(), *WAIVER_RULES.values()), (*asked, *faults))


def locate_in(rooms: Mapping[str, LoadedRoom | LoadedBigQueryRoom], shown: Callable[[Path], str]) -> Locate:
    """Return a function that finds places in loaded rooms.

    Args:
        rooms: Each room by its name in reports.
        shown: How a report spells a file.
    """

    def locate(result: Result, violation: Violation | None) -> WrittenAt | None:
        loaded = rooms[result.placed.named_room.name]
        path = (*result.placed.path, *violation.path) if violation else result.placed.path
        begin, target = loaded.place(path), loaded.place(result.placed.path)
        if loaded.document is None or begin is None or target is None:
            return None
        text = loaded.document.lines[begin.line - 1] if begin.line <= len(loaded.document.lines) else ""
        length = max(1, min(begin.length, len(text) - begin.column + 1))
        location = Location(shown(loaded.path), begin.line, begin.column, length, text)
        return WrittenAt(location, frozenset({begin.line, target.line}))

    return locate


def _lines(locate: Locate) -> Callable[[Result, Violation], tuple[str, frozenset[int]] | None]:
    def lines(result: Result, violation: Violation) -> tuple[str, frozenset[int]] | None:
        place = locate(result, violation)
        return (place.location.file, place.lines) if place else None

    return lines


def _asked(result: Result, rule: Rule, judged: Iterable[Judged], locate: Locate) -> Asked:
    target = result.placed.target
    return Asked(result.placed.named_room.name, rule.name, target, tuple(_findings(result, rule, judged, locate)))


def _findings(result: Result, rule: Rule, judged: Iterable[Judged], locate: Locate) -> Iterator[Finding]:
    target = result.placed.target
    for one in judged:
        place = locate(result, one.violation)
        excuse = _excuse(one.waiver) if one.waiver else None
        yield Finding(
            rule,
            target,
            one.violation.message,
            part=one.violation.part,
            location=place.location if place else None,
            excuse=excuse,
        )
    if result.unknown is not None:
        place = locate(result, None)
        yield Finding(rule, target, result.unknown, known=False, location=place.location if place else None)


def _excuse(waiver: PlacedWaiver) -> Excuse:
    return Excuse(waiver.reason, waiver.owner, waiver.expires, in_source=waiver.target is None)


def _about(faulty: FaultyWaiver) -> Asked:
    rule = WAIVER_RULES[faulty.fault]
    place = Location(faulty.waiver.file, faulty.waiver.line, 1)
    return Asked(WAIVERS, rule.name, WAIVERS, (Finding(rule, WAIVERS, faulty.message, location=place),))
