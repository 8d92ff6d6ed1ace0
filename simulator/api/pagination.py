"""Pagination of lists by `maxResults` and `nextToken`."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from typing import Any

from simulator.api.errors import invalid_field
from simulator.api.service_model import Operation

_NAMES = ("id", "arn", "name", "accountId", "versionId", "analysisLogExportId")


def page(operation: Operation, asked: Mapping[str, Any], answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the requested page of *answer*.

    A page begins after the last item of the previous one, even if items were deleted in between.

    Raises:
        ApiError: The token is not one of this operation.
    """
    if operation.paging is None:
        return answer
    items = answer[operation.paging.items]
    start = _start(operation, items, asked.get("nextToken"))
    size = asked.get("maxResults", operation.paging.most)
    if size < 1:
        # Some services' models lack this minimum.
        raise invalid_field("maxResults", f"Member must have value greater than or equal to 1; found {size}")
    end = start + size
    token = _token(operation, end, items[end - 1]) if end < len(items) else None
    return {**answer, operation.paging.items: items[start:end], "nextToken": token}


def _token(operation: Operation, position: int, last: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps([operation.name, position, _identity(last)]).encode()).decode()


def _start(operation: Operation, items: list[Mapping[str, Any]], token: str | None) -> int:
    if not token:
        return 0
    try:
        name, position, last = json.loads(urlsafe_b64decode(token))
    except (ValueError, TypeError):
        name, position, last = "", 0, None
    if name != operation.name or not isinstance(position, int) or position < 1:
        raise invalid_field("nextToken", "Member must be a token that this operation returned")
    for index, item in enumerate(items):
        if _identity(item) == last:
            return index + 1
    return min(position, len(items))


def _identity(item: Mapping[str, Any] | str) -> str | None:
    if isinstance(item, str):
        return item
    return next((str(item[name]) for name in _NAMES if name in item), None)
