"""Creates records: checks requests against the declarations and quotas, and adds ids, ARNs and times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from declarations.base import Declaration
from declarations.quotas import QUOTAS, exceeded
from declarations.requests import parse_request
from simulator.api.calls import Call, new_id
from simulator.api.cleanrooms.arns import account_arn, membership_arn
from simulator.api.errors import ApiError, FieldProblem, conflict, invalid, over_quota
from simulator.api.store import Record


def checked(operation: str, asked: Mapping[str, Any]) -> Declaration:
    """Return the declaration in a request, after checking rules that the service model does not express.

    Args:
        operation: The create_* operation of the declaration.
        asked: The members of the request, which are those of that operation.

    Raises:
        ApiError: ValidationException, INVALID_CONFIGURATION, with each problem.
    """
    try:
        return parse_request(operation, asked).declaration
    except ValidationError as error:
        raise refusal(error) from None


def refusal(error: ValidationError, renamed: Mapping[str, str] | None = None) -> ApiError:
    """Return the service's error for a declaration that contradicts itself.

    Args:
        error: The validation error, with paths of the declaration.
        renamed: Member of the declaration to its path in the request, where they differ.
    """
    fields = []
    for line in error.errors(include_url=False):
        first, *rest = line["loc"] or ("",)
        path = (renamed or {}).get(str(first), str(first))
        fields.append(FieldProblem(".".join((path, *map(str, rest))), line["msg"]))
    return invalid("; ".join(f"{each.name}: {each.message}" for each in fields[:5]), "INVALID_CONFIGURATION", fields)


def check_quota(name: str, count: int) -> None:
    """Raise if *count* resources exceed the quota.

    Raises:
        ApiError: ServiceQuotaExceededException.
    """
    message = exceeded(name, count)
    if message is not None:
        raise over_quota(message, name, QUOTAS[name].limit)


def account_record(call: Call, kind: str, body: Mapping[str, Any]) -> Record:
    """Return a new resource of the caller's account; its ARN contains *kind* without underscores."""
    made = new_id()
    arn = account_arn(call, kind.replace("_", ""), made)
    stamped = {"id": made, "arn": arn, **body, "createTime": call.now, "updateTime": call.now}
    return Record(kind, made, call.account, stamped, tags=call.asked.get("tags", {}))


def membership_record(call: Call, kind: str, membership: Record, body: Mapping[str, Any]) -> Record:
    """Return a new resource of a membership of the caller."""
    made = new_id()
    stamped = {
        "id": made,
        "arn": membership_arn(call, membership.id, kind.replace("_", ""), made),
        "membershipId": membership.id,
        "membershipArn": membership.arn,
        "collaborationId": membership.parent,
        "collaborationArn": membership.body["collaborationArn"],
        "creatorAccountId": call.account,
        **body,
        "createTime": call.now,
        "updateTime": call.now,
    }
    return Record(kind, made, call.account, stamped, parent=membership.id, tags=call.asked.get("tags", {}))


def update_record(call: Call, record: Record, *names: str) -> Record:
    """Store and return the record with the named members as stated in the call; absent ones are unchanged."""
    return call.store.put(record.showing(**call.chosen(*names), updateTime=call.now))


TABLE_KINDS = ("configured_table_association", "id_mapping_table", "intermediate_table")
"""The kinds of resources that have a name in SQL."""


def check_table_name(call: Call, membership: Record, name: str) -> None:
    """Refuse a name that a table of the same collaboration already has, ignoring case.

    Raises:
        ApiError: ConflictException, ALREADY_EXISTS.
    """
    for other in call.store.of("membership", parent=membership.parent):
        for kind in TABLE_KINDS:
            for record in call.store.of(kind, parent=other.id):
                if record.body["name"].lower() == name.lower():
                    message = (
                        f"a {kind.replace('_', ' ')} named {record.body['name']!r} already exists in the collaboration"
                    )
                    raise conflict(message, "ALREADY_EXISTS", record.id, _resource_type(kind))


def _resource_type(kind: str) -> str | None:
    return "CONFIGURED_TABLE_ASSOCIATION" if kind == "configured_table_association" else None
