"""The policy on changes: what loosens needs the consent of a second person, to exactly this change."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from declarations.sign_off import SignOff, StateChange
from policies.changes.consenting import CHANGES, judge_change
from policies.changes.loosening_without_sign_off import POLICY, Consent
from policies.configuration import configure, decided
from policies.judging import Chosen, choose, judge
from policies.policy import Level
from policies.registry import BASELINE, CHANGE_POLICIES, POLICIES
from policies.subjects import Estate
from tests.policies.cases import TODAY, PolicyCase, estate

OLD, NEW, OTHER = "0" * 64, "1" * 64, "2" * 64


def sign_off(old: str = OLD, new: str = NEW, day: date = TODAY, reviewer: str = "DPO") -> SignOff:
    """Return a consent."""
    return SignOff(old=old, new=new, author="analyst", reviewer=reviewer, date=day, reason="a pilot")


def said(change: StateChange, *reviewers: str) -> list[str]:
    """Return what the policy says."""
    [result] = judge_change(change, choose([POLICY], configurations={POLICY.name: Consent(reviewers=reviewers)}), TODAY)
    return [violation.message for violation in result.violations]


def change(*sign_offs: SignOff, used: tuple[SignOff, ...] = (), loosened: tuple[str, ...] = ("a",)) -> StateChange:
    """Return a change with these consents."""
    return StateChange(old=OLD, new=NEW, loosened=loosened, sign_offs=sign_offs, used=used)


NOBODY = "nobody has signed off this change; it loosens 'a'"


@pytest.mark.parametrize(
    ("judged", "messages"),
    [
        (change(loosened=()), []),
        (change(sign_off()), []),
        (change(sign_off(day=date(2027, 1, 14))), []),
        (change(sign_off(day=date(2027, 1, 16)), sign_off()), []),
        (change(sign_off(), used=(sign_off(old=OTHER),)), []),
        (change(), [NOBODY]),
        (change(loosened=("a", "b", "c")), [f"{NOBODY} and 2 more; cleanroom diff shows all"]),
        (change(sign_off(old=OTHER)), [f"{NOBODY} (signoff.yaml has only sign-offs of other changes, by 'DPO')"]),
        (change(sign_off(new=OTHER)), [f"{NOBODY} (signoff.yaml has only sign-offs of other changes, by 'DPO')"]),
        (change(sign_off(new=OTHER), used=(sign_off(new=OTHER),)), [NOBODY]),
        (
            change(sign_off(), used=(sign_off(),)),
            ["the sign-off of 'DPO' of 2027-01-15 is in the old state already, for an earlier change; sign off again"],
        ),
        (change(sign_off(day=date(2027, 1, 16))), ["the sign-off of 'DPO' is of 2027-01-16, a day still to come"]),
    ],
)
def test_it_says_exactly_this(judged: StateChange, messages: list[str]) -> None:
    assert said(judged) == messages


def test_only_reviewers_of_the_company_count() -> None:
    refused = "the sign-off of 'DPO' does not count; the company asks for one of 'CISO', 'CPO'"
    assert said(change(sign_off()), "CISO", "CPO") == [refused]
    assert said(change(sign_off()), "CISO", " dpo ") == []


def test_it_stands_in_the_baseline_and_cannot_be_waived() -> None:
    assert CHANGE_POLICIES == (POLICY,)
    assert (*POLICIES, POLICY) == BASELINE
    assert (POLICY.level, POLICY.waivable, POLICY.subject) == (Level.MANDATORY, False, CHANGES)


def test_no_room_holds_a_change() -> None:
    judged: Estate = estate(PolicyCase())
    assert list(judge(judged, choose(CHANGE_POLICIES))) == []


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("{}", [Level.MANDATORY]),
        ("policies: {loosening_without_sign_off: {level: advisory}}", [Level.ADVISORY]),
        ("policies: {loosening_without_sign_off: {level: disabled}}", []),
        ("{policies: {own: {level: advisory}}, packs: [own]}", [Level.MANDATORY]),
        ("baseline: false", []),
    ],
)
def test_it_is_decided_without_running_packs(tmp_path: Path, text: str, levels: list[Level]) -> None:
    (tmp_path / "policies.yaml").write_text(text)
    assert [one.level for one in decided(tmp_path / "policies.yaml", CHANGE_POLICIES)] == levels


def test_without_decisions_it_is_asked_as_it_is() -> None:
    assert decided(None, CHANGE_POLICIES) == (Chosen(POLICY, Level.MANDATORY, Consent()),)


def test_a_company_configures_it_as_any_other(tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text("policies: {loosening_without_sign_off: {configuration: {reviewers: [DPO]}}}")
    asked = {one.policy.name: one.configuration for one in configure(file, BASELINE).chosen}
    assert asked[POLICY.name] == Consent(reviewers=("DPO",))
    assert [one.configuration for one in decided(file, CHANGE_POLICIES)] == [Consent(reviewers=("DPO",))]
