"""What `ALTER VIEW ... SET OPTIONS(privacy_policy = ...)` may change, and what it costs.

Source: bigquery/docs/analysis-rules#limitations, bigquery/docs/analysis-rules#join_restriction_with_policy.
"""

from __future__ import annotations

from collections.abc import Iterator

from declarations.base import Problem
from declarations.bigquery.privacy_policy import (
    DifferentialPrivacyPolicy,
    JoinCondition,
    JoinRestrictionPolicy,
    PolicyKind,
    PrivacyPolicy,
)

_NAMES = {
    PolicyKind.AGGREGATION_THRESHOLD: "aggregation_threshold_policy",
    PolicyKind.DIFFERENTIAL_PRIVACY: "differential_privacy_policy",
    PolicyKind.LIST_OVERLAP: "join_restriction_policy",
}


def forbidden_changes(old: PrivacyPolicy | None, new: PrivacyPolicy) -> Iterator[Problem]:
    """Yield why ALTER VIEW cannot change policy *old* to *new*; nothing if it can.

    The kind of rule cannot change. A policy that is combined with a join restriction cannot change either, nor can
    the restriction be removed: a later change could no longer see that the two were combined. Replacing the view
    (`CREATE OR REPLACE`) bypasses all of these limits.

    Args:
        old: The view's policy so far; None when it has none.
        new: The policy that is to be set.
    """
    if old is None:
        return
    before, after = _NAMES[old.kind], _NAMES[new.kind]
    if old.kind is not new.kind:
        yield Problem((after,), f"a view under {before} cannot be altered to {after}; create a new view")
    elif old.join_restriction_policy and before != _JOIN:
        if getattr(old, before) != getattr(new, before):
            yield Problem((before,), f"{before} cannot be changed once it is combined with {_JOIN}; create a new view")
        elif new.join_restriction_policy is None:
            yield Problem((_JOIN,), f"{_JOIN} cannot be taken off {before}, which may not change; create a new view")


_JOIN = _NAMES[PolicyKind.LIST_OVERLAP]


def resets_budget(old: PrivacyPolicy | None, new: PrivacyPolicy) -> bool:
    """Return whether altering *old* to *new* resets the budgets: any update of a rule does, even with equal values."""
    return old is not None and PolicyKind.DIFFERENTIAL_PRIVACY is old.kind is new.kind


def loosened(old: PrivacyPolicy | None, new: PrivacyPolicy | None) -> Iterator[Problem]:
    """Yield every part of *new* that lets queries learn more than *old* did.

    Args:
        old: The policy so far; None when the view has none, which nothing can loosen.
        new: The policy that is to be set; None to remove it.
    """
    if old is None:
        return
    if new is None or old.kind is not new.kind:
        yield Problem((), f"{_NAMES[old.kind]} would no longer hold")
        return
    if (old.privacy_unit_column or "").lower() != (new.privacy_unit_column or "").lower():
        found = f"'{old.privacy_unit_column}' becomes '{new.privacy_unit_column}'"
        yield Problem((_NAMES[old.kind], "privacy_unit_column"), f"the privacy unit changes: {found}")
    threshold, raised = old.aggregation_threshold_policy, new.aggregation_threshold_policy
    if threshold and raised and raised.threshold < threshold.threshold:
        message = f"the threshold falls from {threshold.threshold} to {raised.threshold}"
        yield Problem(("aggregation_threshold_policy", "threshold"), message)
    if old.differential_privacy_policy and new.differential_privacy_policy:
        yield from _more_loss(old.differential_privacy_policy, new.differential_privacy_policy)
    yield from _freer_join(old.join_restriction_policy, new.join_restriction_policy)


def _more_loss(old: DifferentialPrivacyPolicy, new: DifferentialPrivacyPolicy) -> Iterator[Problem]:
    for name in ("max_epsilon_per_query", "epsilon_budget", "delta_per_query", "delta_budget"):
        before, after = getattr(old, name), getattr(new, name)
        if after > before:
            yield Problem(("differential_privacy_policy", name), f"{name} rises from {before:g} to {after:g}")
    most, groups = old.max_groups_contributed, new.max_groups_contributed
    path = ("differential_privacy_policy", "max_groups_contributed")
    if groups == 0 and most != 0:
        yield Problem(path, "max_groups_contributed becomes 0, whose meaning is not published")
    elif most is not None and (groups is None or groups > most):
        yield Problem(path, f"max_groups_contributed rises from {most} to {'no limit' if groups is None else groups}")


def _freer_join(old: JoinRestrictionPolicy | None, new: JoinRestrictionPolicy | None) -> Iterator[Problem]:
    if old is None or old == new or _is_stricter(old, new):
        return
    found = f"{new.join_condition} {list(new.columns)}" if new is not None else "none"
    message = f"the join restriction {old.join_condition} {list(old.columns)} becomes {found}"
    yield Problem((_JOIN,), message)


def _is_stricter(old: JoinRestrictionPolicy, new: JoinRestrictionPolicy | None) -> bool:
    """Return whether *old* accepts every query that *new* accepts."""
    if new is None:
        return False
    before, after = ({name.lower() for name in policy.columns} for policy in (old, new))
    fewer, more = after <= before, after >= before
    inner = (JoinCondition.JOIN_ANY, JoinCondition.JOIN_ALL)
    if old.join_condition is JoinCondition.JOIN_NOT_REQUIRED:
        # Without columns it takes no query at all, not even one without a join.
        blocked = new.join_condition is JoinCondition.JOIN_BLOCKED and bool(old.columns)
        return blocked or (new.join_condition is old.join_condition and fewer)
    if old.join_condition is JoinCondition.JOIN_ANY:
        same_or_all = new.join_condition in inner
        return same_or_all and fewer
    return new.join_condition is old.join_condition and more
