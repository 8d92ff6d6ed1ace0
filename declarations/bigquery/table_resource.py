"""Read the state of a view from a table resource of the REST API.

Source: bigquery/docs/reference/rest/v2/tables#ViewDefinition.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from declarations.bigquery.rest import policy_from_rest, remaining_budget
from declarations.bigquery.view_updates import ViewState


class NoViewError(ValueError):
    """A table resource is not a view, or its policy cannot be read (and must not be mistaken for no policy)."""


def view_state(resource: Mapping[str, Any]) -> ViewState:
    """Read a table resource.

    Raises:
        NoViewError: It is a table, or its policy cannot be read.
    """
    if kept := resource.get("materializedView"):
        return ViewState(kept.get("query", ""), kind="MATERIALIZED_VIEW")
    view = resource.get("view")
    if not view:
        raise NoViewError(f"it is not a view; found type {resource.get('type', 'TABLE')}")
    found = view.get("privacyPolicy") or {}
    try:
        policy = policy_from_rest(found) if found else None
    except ValidationError as error:
        messages = "; ".join(line["msg"] for line in error.errors())
        raise NoViewError(f"its privacy policy cannot be read: {messages}") from None
    return ViewState(_definition(resource, view), policy, remaining=remaining_budget(found))


def _definition(resource: Mapping[str, Any], view: Mapping[str, Any]) -> str:
    """Return the query, marked if it is legacy SQL or renames columns, so that no declared query equals it."""
    query: str = view.get("query", "")
    if view.get("useLegacySql", True):
        return f"#legacySQL\n{query}"
    if view.get("useExplicitColumnNames"):
        names = ", ".join(field["name"] for field in resource.get("schema", {}).get("fields", ()))
        return f"({names}) AS {query}"
    return query
