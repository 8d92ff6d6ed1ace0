"""Resources of an account: ids and ARNs, look-up by id, and checks of quotas and requests.

Source: Macie API, the resources' ARNs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from random import SystemRandom
from typing import Any

from pydantic import ValidationError

from declarations.base import CAMEL_CASE_PATHS, Declaration
from declarations.macie import RESERVED_TAGS
from declarations.quotas import QUOTAS, exceeded
from simulator.api.calls import Call, new_id
from simulator.api.errors import ApiError, FieldProblem, invalid, not_found, over_quota
from simulator.api.store import Record

_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_RANDOM = SystemRandom()
_MOST_SHOWN = 5
_LONGEST_KEY = 128
_LONGEST_VALUE = 256


def hex_id() -> str:
    """Return a new id of 32 hexadecimal digits, for jobs, invitations and findings."""
    return new_id().replace("-", "")


def short_id() -> str:
    """Return a new id of 22 letters and digits, for allow lists."""
    return "".join(_RANDOM.choice(_ALPHABET) for _ in range(22))


def arn(call: Call, word: str, resource_id: str) -> str:
    """Return the ARN of a resource of the caller; *word* is the kind in the ARN."""
    return f"arn:aws:macie2:{call.store.region}:{call.account}:{word}/{resource_id}"


def own(call: Call, kind: str, resource_id: str) -> Record:
    """Return a resource of the caller.

    Raises:
        ApiError: ResourceNotFoundException, also for resources of others.
    """
    found = call.store.get(kind, resource_id)
    if found is None or found.account != call.account:
        raise no_such_resource(resource_id)
    return found


def no_such_resource(resource_id: str) -> ApiError:
    """Return the error for a resource that the caller does not have."""
    return not_found("The request failed because the specified resource doesn't exist.", resource_id, "")


def repeated(call: Call, kind: str) -> Record | None:
    """Return the resource that an identical request with the same client token created before; None if none did."""
    token = call.asked.get("clientToken")
    if token is None:
        return None
    wanted = fingerprint(call.asked)
    for record in call.store.of(kind, account=call.account):
        if record.hidden.get("token") == token and record.hidden.get("request") == wanted:
            return record
    return None


def fingerprint(asked: Mapping[str, Any]) -> str:
    """Return a text that is the same for equal requests."""
    return json.dumps(asked, sort_keys=True, default=str)


def check_quota(name: str, count: int) -> None:
    """Raise if *count* resources exceed the quota.

    Raises:
        ApiError: ServiceQuotaExceededException.
    """
    if message := exceeded(name, count):
        raise over_quota(message, name, QUOTAS[name].limit)


def check_length(member: str, quota: str, value: str | list[Any] | None) -> None:
    """Refuse a text or a list that is too long.

    Raises:
        ApiError: ValidationException.
    """
    if message := exceeded(quota, len(value or ())):
        raise invalid(f"{member}: {message}")


def check_tags(tags: Mapping[str, str]) -> None:
    """Refuse tags that no resource can have: too many, too long, or with a reserved key.

    Raises:
        ApiError: ValidationException.
    """
    check_length("tags", "macie_tags", list(tags))
    for key, value in tags.items():
        if key.startswith(RESERVED_TAGS):
            raise invalid(f"tags: {key!r}: keys that begin with {RESERVED_TAGS!r} are reserved")
        if not 1 <= len(key) <= _LONGEST_KEY or len(value) > _LONGEST_VALUE:
            message = f"a key has 1 to {_LONGEST_KEY} characters, a value at most {_LONGEST_VALUE}"
            raise invalid(f"tags: {message}; found {len(key)} and {len(value)}")


def parse_declaration(model: type[Declaration], asked: Mapping[str, Any]) -> Declaration:
    """Return the declaration in a request.

    Raises:
        ApiError: ValidationException, with each problem.
    """
    body = {name: value for name, value in asked.items() if name != "clientToken"}
    try:
        return model.model_validate(body, by_alias=True, by_name=False, context={CAMEL_CASE_PATHS: True})
    except ValidationError as error:
        lines = error.errors(include_url=False)
        fields = [FieldProblem(".".join(map(str, line["loc"])), line["msg"]) for line in lines]
        shown = "; ".join(
            f"{each.name}: {each.message}" if each.name else each.message for each in fields[:_MOST_SHOWN]
        )
        raise invalid(shown) from None
