"""Carries out an audience generation job: reads its seed, matches it, and ranks the users of the training data.

Source: userguide/ml-metrics, userguide/ml-seed-data-requirements; API AudienceQualityMetrics.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Call
from simulator.api.cleanrooms.buckets import MissingBucketError
from simulator.api.cleanrooms.kept_rows import delete_rows
from simulator.api.cleanrooms.query_asking import UNFINISHED as RUNNING
from simulator.api.cleanroomsml.files import file_of
from simulator.api.cleanroomsml.lookalikes import ranking, recall, select_known, size_of
from simulator.api.cleanroomsml.seeds import SeedError, check_size, seed_in_s3, seed_of_query
from simulator.api.cleanroomsml.training_rows import interactions
from simulator.api.store import Record

UNFINISHED = frozenset({"CREATE_PENDING", "CREATE_IN_PROGRESS"})
"""Statuses of a job that is not finished yet."""

DEFAULT_SIZES: Mapping[str, Any] = {"audienceSizeType": "PERCENTAGE", "audienceSizeBins": [1, 2, 5, 10, 20]}
"""The sizes of a configured audience model that states none. Assumed: only 20 % is in the service's documentation."""

_FAILED_QUIETLY = {"statusCode": "INVALID_SEED", "message": "the seed audience cannot be used"}
"""The details of a failure for the owner of the model, without anything about the seed."""


def done(call: Call, job: Record) -> Record:
    """Carry out a job for both accounts, unless it is finished or its query is running; return the caller's record."""
    if job.body["status"] not in UNFINISHED:
        return job
    copies = [each for each in call.store.of(job.kind, parent=job.parent) if each.hidden["job"] == job.hidden["job"]]
    starter = next(each for each in copies if each.account == each.body["startedBy"])
    query = starter.hidden["query"] and call.store.get("protected_query", starter.hidden["query"])
    if query is not None and query.body["status"] in RUNNING:
        return call.store.put(job.showing(status="CREATE_IN_PROGRESS"))
    try:
        metrics = _generated(starter, query)
    except (SeedError, MissingBucketError) as error:
        code = error.code if isinstance(error, SeedError) else "SEED_NOT_FOUND"
        return _record_end(call, copies, "CREATE_FAILED", {"statusCode": code, "message": str(error)}, None)
    finally:
        delete_rows(starter.hidden["query"])
    return _record_end(call, copies, "ACTIVE", None, metrics)


def sizes_of(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return each AudienceSize that a configured audience model offers, smallest first."""
    stated = model.get("audienceSizeConfig", DEFAULT_SIZES)
    return [{"type": stated["audienceSizeType"], "value": value} for value in sorted(set(stated["audienceSizeBins"]))]


def audience(job: Record, kind: str, value: int) -> list[str]:
    """Return the users of an audience of some size, the most similar first.

    Args:
        job: A job that is ACTIVE.
        kind: ABSOLUTE or PERCENTAGE.
        value: Users, or percent.
    """
    users: list[str] = json.loads(file_of(job.id).read_text(encoding="utf-8"))
    return users[: size_of(kind, value, len(users))]


def _generated(job: Record, query: Record | None) -> dict[str, Any]:
    """Rank and store the users of a job; return its AudienceQualityMetrics.

    Raises:
        SeedError: The seed is missing, too small, too large, or matches too few users.
        MissingBucketError: The seed's bucket does not exist.
    """
    model = job.hidden["model"]
    seed = _seed(job, query)
    check_size(seed)
    known = interactions(model["audienceModelArn"])
    matched = select_known(known, seed)
    if len(matched) < model["minMatchingSeedSize"]:
        # The number of matches would reveal who is in the training data.
        least = f"fewer than {model['minMatchingSeedSize']} users of the seed match the training data"
        raise SeedError("INSUFFICIENT_MATCHING_SEED", f"{least}, the minimum of the configured audience model")
    wanted = known if job.body["includeSeedInOutput"] else known.keys() - matched
    ranked = ranking(known, matched, wanted)
    file_of(job.id).write_text(json.dumps(ranked.users), encoding="utf-8")
    scores = []
    for size in sizes_of(model):
        users = size_of(size["type"], size["value"], len(ranked.users))
        scores.append({"audienceSize": size, "score": ranked.relevance[users - 1] if users else 0.0})
    return {"relevanceMetrics": scores, "recallMetric": recall(known, matched)}


def _seed(job: Record, query: Record | None) -> frozenset[str]:
    if job.hidden["query"] is None:
        return seed_in_s3(job.account, job.body["seedAudience"]["dataSource"]["s3Uri"])
    if query is None or query.body["status"] != "SUCCESS":
        ended = query.body["status"] if query else "deleted"
        reason = query.body.get("error", {}).get("message", "") if query else ""
        raise SeedError("SEED_QUERY_FAILED", f"the protected query of the seed is {ended}: {reason}".rstrip(": "))
    return seed_of_query(query.id)


def _record_end(
    call: Call, copies: list[Record], status: str, details: Mapping[str, str] | None, metrics: Mapping[str, Any] | None
) -> Record:
    """Record the end of a job in every account; return the caller's record."""
    own = copies[0]
    for copy in copies:
        starts, owns = copy.account == copy.body["startedBy"], copy.account == copy.parent.split(":")[4]
        shares = copy.hidden["model"]["sharedAudienceMetrics"] == ["ALL"]
        put = call.store.put(
            copy.showing(
                status=status,
                statusDetails=details and (details if starts else _FAILED_QUIETLY),
                metrics=metrics if owns or shares else None,
                updateTime=call.now,
            )
        )
        own = put if put.account == call.account else own
    return own
