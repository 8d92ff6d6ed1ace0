"""Waivers excuse exactly what they name, until they expire; whatever else they do is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from declarations.loading.waivers import PlacedWaiver
from policies.collaboration.unlogged_queries import POLICY
from policies.judging import Result
from policies.policy import Violation
from policies.waiving import Waived, WaiverFault, waive
from tests.policies.rooms import TODAY, estate, results, room

TARGET = "reach/collaboration"
WAIVER = PlacedWaiver("unlogged_queries", "a rehearsal", "DPO", TODAY, "waivers.yaml", 2, TARGET)
COMMENT = replace(WAIVER, file="room.yaml", line=7, target=None, excused_line=8)


def _waived(*waivers: PlacedWaiver, policy: object = POLICY, line: int = 8) -> Waived:
    broken = results(POLICY, estate(room(query_log_status="DISABLED")))

    def locate(_result: Result, _violation: Violation) -> tuple[str, frozenset[int]]:
        return "room.yaml", frozenset({line})

    return waive(broken, waivers, [policy], locate, TODAY)  # type: ignore[list-item]


@pytest.mark.parametrize("waiver", [WAIVER, COMMENT, replace(WAIVER, expires=date(2099, 1, 1))])
def test_a_waiver_holds_until_the_end_of_its_last_day(waiver: PlacedWaiver) -> None:
    [judged] = _waived(waiver).violations
    assert judged.waiver == waiver
    assert _waived(waiver).faults == ()


@pytest.mark.parametrize(
    ("waiver", "fault", "message"),
    [
        (
            replace(WAIVER, target="reach/colaboration"),
            WaiverFault.UNUSED,
            (
                "the waiver of 'unlogged_queries' on 'reach/colaboration' excuses nothing: "
                "there is no such target; did you mean 'reach/collaboration'?"
            ),
        ),
        (
            replace(WAIVER, part="email"),
            WaiverFault.UNUSED,
            "the waiver of 'unlogged_queries' on 'reach/collaboration' excuses nothing; remove it",
        ),
        (
            replace(COMMENT, excused_line=9),
            WaiverFault.UNUSED,
            "the waiver of 'unlogged_queries' excuses nothing; remove it",
        ),
        (replace(COMMENT, file="other.yaml"), WaiverFault.UNUSED, None),
        (
            replace(WAIVER, expires=date(2027, 1, 14)),
            WaiverFault.EXPIRED,
            (
                "the waiver of 'unlogged_queries' on 'reach/collaboration' expired on 2027-01-14; "
                "mend what it excuses, or decide again"
            ),
        ),
        (
            replace(WAIVER, policy="unlogged_querys"),
            WaiverFault.UNKNOWN_POLICY,
            "there is no policy 'unlogged_querys'; did you mean 'unlogged_queries'?",
        ),
    ],
)
def test_any_other_waiver_excuses_nothing_and_is_told(
    waiver: PlacedWaiver, fault: WaiverFault, message: str | None
) -> None:
    waived = _waived(waiver)
    assert [judged.waiver for judged in waived.violations] == [None]
    [faulty] = waived.faults
    assert faulty.fault is fault
    assert message is None or faulty.message == message


def test_some_policies_cannot_be_waived() -> None:
    waived = _waived(WAIVER, policy=replace(POLICY, waivable=False))
    assert waived.violations[0].waiver is None
    assert waived.faults[0].fault is WaiverFault.NOT_WAIVABLE
    assert waived.faults[0].message.startswith("'unlogged_queries' cannot be waived: Members cannot audit")


def test_a_part_that_is_misspelt_is_suggested() -> None:
    """Two findings of one declaration are told apart by their parts."""
    [found] = results(POLICY, estate(room(query_log_status="DISABLED")))
    about = replace(found, violations=tuple(Violation((), "x", part) for part in ("reader", "writer")))
    waiver = replace(WAIVER, part="readr")
    waived = waive([about], [waiver], [POLICY], lambda _result, _violation: None, TODAY)
    [fault] = waived.faults
    assert fault.message == (
        "the waiver of 'unlogged_queries' on 'reach/collaboration' excuses nothing: nothing is found about its part "
        "'readr'; did you mean 'reader'?"
    )
