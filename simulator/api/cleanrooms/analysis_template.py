"""Analysis templates: a query or job that table owners read and approve before it runs.

Source: API CreateAnalysisTemplate and its kin; userguide/create-analysis-template.
"""

from __future__ import annotations

from typing import Any

from simulator.analysis_rules.aws import differential_privacy
from simulator.api.calls import Answer, Call
from simulator.api.cleanrooms.finding_words import in_words
from simulator.api.cleanrooms.lookup import active_membership, child, own_membership
from simulator.api.cleanrooms.query_request import analysis_request
from simulator.api.cleanrooms.records import check_quota, checked, membership_record, update_record
from simulator.api.cleanrooms.tables import tables_of
from simulator.api.errors import conflict, invalid
from simulator.api.store import Record
from simulator.checks.context import QueryContext
from simulator.checks.private_relations import private_tables
from simulator.sql.malformed import malformation
from simulator.sql.resolving import resolve_script

KIND = "analysis_template"
"""The kind under which templates are kept."""


def create_analysis_template(call: Call) -> Answer:
    """Create a template; SQL is parsed, and checked against differential privacy if it reads a protected table."""
    checked("create_analysis_template", call.asked)
    membership = active_membership(call)
    if call.asked["format"] != "SQL" and "CAN_RECEIVE_RESULTS" not in membership.body["memberAbilities"]:
        raise invalid(f"a PySpark template needs a creator with CAN_RECEIVE_RESULTS; {call.account} lacks that ability")
    own = call.store.of(KIND, parent=membership.id)
    for other in own:
        if other.body["name"].lower() == call.asked["name"].lower():
            message = f"an analysis template named {other.body['name']!r} already exists in membership {membership.id}"
            raise conflict(message, "ALREADY_EXISTS", other.id)
    check_quota("analysis_templates", len(own) + 1)
    names = ("name", "description", "format", "source", "analysisParameters", "syntheticDataParameters")
    body = {"schema": {}, **call.chosen(*names, "errorMessageConfiguration", "schema")}
    made = membership_record(call, KIND, membership, body)
    if call.asked["format"] == "SQL":
        made = made.showing(**_validated(call, membership, made))
    return {"analysisTemplate": call.store.put(made).body}


def get_analysis_template(call: Call) -> Answer:
    """Show a template to its author."""
    return {"analysisTemplate": _own(call).body}


def list_analysis_templates(call: Call) -> Answer:
    """List the templates of a membership."""
    own = call.store.of(KIND, parent=own_membership(call).id)
    return {"analysisTemplateSummaries": [summary(each) for each in own]}


def update_analysis_template(call: Call) -> Answer:
    """Change the description, the only member that does not need the approval of others."""
    return {"analysisTemplate": update_record(call, _own(call), "description").body}


def delete_analysis_template(call: Call) -> Answer:
    """Delete a template; rules that list it keep its ARN."""
    call.store.remove(_own(call))
    return {}


def summary(template: Record) -> dict[str, Any]:
    """Return the summary of a template for lists."""
    return {**template.body, "isSyntheticData": "syntheticDataParameters" in template.body}


def _own(call: Call) -> Record:
    return child(call, KIND, "analysisTemplateIdentifier")


def _validated(call: Call, membership: Record, made: Record) -> dict[str, Any]:
    """Return the tables that the text references, and its validation against differential privacy.

    Raises:
        ApiError: ValidationException, INVALID_QUERY: the text is not a query.
    """
    collaboration = call.store.get("collaboration", membership.parent)
    if collaboration is None:
        return {}
    tables = tables_of(call, collaboration.id)
    request = analysis_request(call, collaboration, tables, made.body["source"]["text"], template=made)
    script = resolve_script(request)
    if wrong := malformation(script):
        raise invalid(wrong.service_message or in_words(wrong), "INVALID_QUERY")
    found: dict[str, Any] = {"schema": {"referencedTables": [table.name for table in script.tables().values()]}}
    if private_tables(script):
        found["validations"] = [_differential_privacy(QueryContext(request, script))]
    return found


def _differential_privacy(context: QueryContext) -> dict[str, Any]:
    if context.script.problems:
        status, reasons = "UNABLE_TO_VALIDATE", [in_words(each) for each in context.script.problems]
    else:
        reasons = [in_words(finding) for check in differential_privacy.CHECKS for finding in check(context)]
        status = "INVALID" if reasons else "VALID"
    messages = [{"message": reason} for reason in dict.fromkeys(reasons)]
    return {"type": "DIFFERENTIAL_PRIVACY", "status": status, "reasons": messages or None}
