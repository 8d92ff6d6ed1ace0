"""Protected queries whose result goes to an additional analysis of Clean Rooms ML, and to no member.

Source: API StartAudienceGenerationJob, CreateMLInputChannel; userguide/add-analysis-rule.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Call
from simulator.api.cleanrooms.lookup import ACTIVE, brought
from simulator.api.cleanrooms.protected_query import new_query
from simulator.api.cleanrooms.query_asking import accepted_query, check_concurrency, check_may, check_workers, payer_of
from simulator.api.cleanrooms.query_running import QueryRun, start
from simulator.api.cleanroomsml.generating import AllowedAudience
from simulator.api.errors import denied, invalid
from simulator.api.store import Record


def start_seed_query(call: Call, asked: AllowedAudience) -> str:
    """Run the query of a seed in the background; return its id.

    Raises:
        ApiError: The model is not associated with the collaboration, or the query is refused.
    """
    if asked.collaboration is None:
        raise invalid("the seed is the result of a query, which needs a collaborationId")
    stated = call.asked["seedAudience"]
    for association in brought(call, asked.collaboration, "configured_audience_model_association"):
        if association.body["configuredAudienceModelArn"] == asked.model.id:
            membership = _membership(call, asked.collaboration)
            compute = stated.get("sqlComputeConfiguration")
            return start_query(call, membership, association.arn, stated["sqlParameters"], compute)
    raise invalid(f"{asked.model.id} is not associated with collaboration {asked.collaboration}")


def start_query(
    call: Call,
    membership: Record,
    analysis: str,
    stated: Mapping[str, Any],
    compute: Mapping[str, Any] | None,
    payer: str | None = None,
) -> str:
    """Run a query for an additional analysis in the background; return its id, under which its rows are stored.

    Args:
        call: The call.
        membership: The caller's membership.
        analysis: ARN of the additional analysis that uses the result.
        stated: ProtectedQuerySQLParameters.
        compute: ComputeConfiguration, or None.
        payer: The payer that the caller chose, or None.

    Raises:
        ApiError: The caller may not query, or the rules refuse the query or the analysis of its result.
    """
    check_may(call, membership, "CAN_QUERY")
    check_concurrency(call, membership)
    check_workers(compute)
    payer = payer_of(call, membership, payer, "queryCompute")
    asked = accepted_query(call, membership, stated, (), additional_analysis=analysis)
    body = {"sqlParameters": stated, "queryComputePayerAccountId": payer}
    if compute is not None:
        body["computeConfiguration"] = compute
    hidden = {"additional_analysis": analysis, "is_private": asked.private is not None}
    query = call.store.put(new_query(call, membership, body, ()).hiding(**hidden))
    start(QueryRun(call.store, query.id, asked))
    return query.id


def _membership(call: Call, collaboration_id: str) -> Record:
    for membership in call.store.of("membership", parent=collaboration_id, account=call.account):
        if membership.body["status"] == ACTIVE:
            return membership
    raise denied(f"account {call.account} is not an active member of collaboration {collaboration_id}")
