"""A change that loosens protection, and that nobody but its author has agreed to."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.naming import listed
from declarations.sign_off import SignOff, StateChange, same_person
from policies.changes.consenting import CHANGES
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import Placed


class Consent(Configuration):
    """Whose consent counts."""

    reviewers: tuple[str, ...] = ()
    """Who may sign off, as `signoff.yaml` names them; with none, anybody but the author."""


def loosening_without_sign_off(placed: Placed[StateChange], configuration: Consent) -> Iterator[Violation]:
    """A change that loosens protection, and that nobody but its author has agreed to.

    Why: Whoever wants a query to run has a reason to lower what refuses it. A second person, who has seen exactly
        what is lowered, keeps the decision from being made in passing.
    Avoid: `minimum: 2` where it was 10, merged by its author alone
    Prefer: a sign-off in `signoff.yaml` by a reviewer, with the digests that `cleanroom diff` prints
    Source: https://doi.org/10.6028/NIST.SP.800-53r5
    """
    change = placed.declaration
    if not change.loosened:
        return
    given = [one for one in change.sign_offs if (one.old, one.new) == (change.old, change.new)]
    faults = [_fault(one, placed, configuration) for one in given]
    if "" in faults:
        return
    if not faults:
        yield Violation((), f"nobody has signed off this change; {_loosened(change)}")
    yield from (Violation((), fault) for fault in faults)


def _loosened(change: StateChange) -> str:
    """Return what the change loosens, and who has signed off other changes."""
    told = f"it loosens {change.loosened[0]!r}"
    if more := len(change.loosened) - 1:
        told += f" and {more} more; cleanroom diff shows all"
    others = dict.fromkeys(one.reviewer for one in change.sign_offs if one not in change.used)
    return f"{told} (signoff.yaml has only sign-offs of other changes, by {listed(others)})" if others else told


def _fault(given: SignOff, placed: Placed[StateChange], configuration: Consent) -> str:
    """Return why a sign-off of this change does not count; "" if it does."""
    signed = f"the sign-off of {given.reviewer!r}"
    if given in placed.declaration.used:
        return f"{signed} of {given.date} is in the old state already, for an earlier change; sign off again"
    if given.date > placed.estate.today:
        return f"{signed} is of {given.date}, a day still to come"
    if configuration.reviewers and not any(same_person(given.reviewer, one) for one in configuration.reviewers):
        return f"{signed} does not count; the company asks for one of {listed(configuration.reviewers)}"
    return ""


POLICY = Policy(loosening_without_sign_off, CHANGES, Severity.HIGH, waivable=False, configuration=Consent)
