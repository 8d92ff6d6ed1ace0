"""Findings filters: saved criteria; those with the action ARCHIVE suppress the findings that meet them.

Source: API CreateFindingsFilter and its kin; userguide/findings-suppression.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.errors import conflict, invalid
from simulator.api.macie2.criteria import check_paths, meets_all
from simulator.api.macie2.owned import arn, check_length, check_quota, check_tags, fingerprint, own, repeated
from simulator.api.macie2.session import check_enabled
from simulator.api.service_model import load_service_model
from simulator.api.store import Record, Store
from simulator.api.tagging import show_with_tags

KIND = "macie_findings_filter"
"""The kind under which findings filters are kept."""

_MEMBERS = ("name", "description", "action", "findingCriteria", "position")
_NAME = range(3, 65)


def create_findings_filter(call: Call) -> Answer:
    """Create a filter."""
    check_enabled(call)
    if (before := repeated(call, KIND)) is not None:
        return before.body
    _check(call, call.asked, None)
    check_quota("macie_findings_filters", len(_ordered(call)) + 1)
    made = new_id()
    body = {"id": made, "arn": arn(call, "findings-filter", made), **call.chosen(*_MEMBERS)}
    hidden = {"token": call.asked.get("clientToken"), "request": fingerprint(call.asked)}
    record = Record(KIND, made, call.account, body, tags=call.asked.get("tags", {}), hidden=hidden)
    return _placed(call, record).body


def get_findings_filter(call: Call) -> Answer:
    """Show a filter."""
    check_enabled(call)
    return show_with_tags(own(call, KIND, call.asked["id"]))


def list_findings_filters(call: Call) -> Answer:
    """List the filters by their positions."""
    check_enabled(call)
    return {"findingsFilterListItems": [show_with_tags(each) for each in _ordered(call)]}


def update_findings_filter(call: Call) -> Answer:
    """Change a filter."""
    check_enabled(call)
    found = own(call, KIND, call.asked["id"])
    changes = call.chosen(*_MEMBERS)
    _check(call, changes, found)
    return _placed(call, found.showing(**changes)).body


def delete_findings_filter(call: Call) -> Answer:
    """Delete a filter; findings that it suppressed stay suppressed."""
    check_enabled(call)
    call.store.remove(own(call, KIND, call.asked["id"]))
    for index, each in enumerate(_ordered(call), start=1):
        call.store.put(each.showing(position=index))
    return {}


def is_suppressed(store: Store, finding: Record) -> bool:
    """Return whether a filter of the finding's account archives it."""
    return any(
        each.body["action"] == "ARCHIVE" and meets_all(each.body["findingCriteria"].get("criterion", {}), finding.body)
        for each in store.of(KIND, account=finding.account)
    )


def check_finding_criteria(criteria: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the conditions of a FindingCriteria.

    Raises:
        ApiError: ValidationException, when findings do not have one of the properties.
    """
    conditions: Mapping[str, Any] = criteria.get("criterion", {})
    check_paths(conditions, finding_shape())
    return conditions


def finding_shape() -> Any:  # noqa: ANN401 - botocore's shape
    """Return the shape of a finding."""
    return load_service_model("macie2").operations["GetFindings"].output.members["findings"].member


def _check(call: Call, stated: Mapping[str, Any], itself: Record | None) -> None:
    if "name" in stated:
        if len(stated["name"]) not in _NAME:
            raise invalid(f"name: a filter's name has 3 to 64 characters; found {stated['name']!r}")
        if any(each.body["name"] == stated["name"] for each in _ordered(call) if each.id != (itself and itself.id)):
            raise conflict(f"a findings filter named {stated['name']!r} already exists", "ALREADY_EXISTS")
    check_length("description", "macie_identifier_description", stated.get("description"))
    check_tags(stated.get("tags", {}))
    check_finding_criteria(stated.get("findingCriteria", {}))


def _ordered(call: Call) -> list[Record]:
    return sorted(call.store.of(KIND, account=call.account), key=lambda each: int(each.body["position"]))


def _placed(call: Call, record: Record) -> Record:
    """Store a filter at its position, and renumber all filters."""
    others = [each for each in _ordered(call) if each.id != record.id]
    position = record.body.get("position", len(others) + 1)
    others.insert(max(0, position - 1), record)
    for index, each in enumerate(others, start=1):
        placed = call.store.put(replace(each, body={**each.body, "position": index}))
        if each.id == record.id:
            record = placed
    return record
