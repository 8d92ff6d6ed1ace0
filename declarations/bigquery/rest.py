"""A privacy policy as the REST API shows it: `view.privacyPolicy` of a table resource.

Names are camelCase, whole numbers are text (int64), and the unit of a threshold is a list of one column.

Source: bigquery/docs/reference/rest/v2/tables#PrivacyPolicy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic.alias_generators import to_snake

from declarations.bigquery.privacy_policy import PrivacyPolicy


class RemainingBudget(NamedTuple):
    """What is left of a view's budget.

    Attributes:
        epsilon: ε left.
        delta: δ left.
    """

    epsilon: float
    delta: float


_UNIT_LIST = "privacyUnitColumns"
_INT64 = ("threshold", "maxGroupsContributed")
_REMAINING = ("epsilonBudgetRemaining", "deltaBudgetRemaining")


def policy_from_rest(resource: Mapping[str, Any]) -> PrivacyPolicy:
    """Read the member `privacyPolicy` of a response, ignoring the remaining budgets.

    Raises:
        pydantic.ValidationError: It is not a policy that a view can have.
    """
    return PrivacyPolicy.model_validate({to_snake(name): _part(part) for name, part in resource.items()})


def remaining_budget(resource: Mapping[str, Any]) -> RemainingBudget | None:
    """Return the remaining budget in the member `privacyPolicy` of a response; None if it states none."""
    private = resource.get("differentialPrivacyPolicy", {})
    found = [private.get(name) for name in _REMAINING]
    return None if None in found else RemainingBudget(float(found[0]), float(found[1]))


def _part(part: Any) -> Any:  # noqa: ANN401 - a member of a response, whatever it is
    if not isinstance(part, Mapping):
        return part
    members = {name: value for name, value in part.items() if name not in _REMAINING}
    units = members.pop(_UNIT_LIST, None)
    if units is not None:
        members["privacyUnitColumn"] = units[0] if isinstance(units, list) and len(units) == 1 else units
    for name in _INT64:
        if isinstance(value := members.get(name), str) and value.lstrip("-").isdecimal():
            members[name] = int(value)
    return members
