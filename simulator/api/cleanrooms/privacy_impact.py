"""Previews what a differential privacy budget would allow.

Source: API PreviewPrivacyImpact; userguide/dp-settings.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.lookup import own_membership
from simulator.privacy.budget import Aggregation, BudgetModel


def preview_privacy_impact(call: Call) -> Answer:
    """Return how many calls of each aggregate function alone a fresh budget would allow."""
    own_membership(call)
    stated = call.asked["parameters"]["differentialPrivacy"]
    model = BudgetModel()
    counts = [
        {"type": each.value, "maxCount": model.max_count(each, stated["epsilon"], stated["usersNoisePerQuery"])}
        for each in Aggregation
    ]
    return {"privacyImpact": {"differentialPrivacy": {"aggregations": counts}}}
