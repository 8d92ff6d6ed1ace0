"""Builds the simulator's request for a query in a collaboration from the API's resources."""

from __future__ import annotations

from collections.abc import Mapping

from simulator.api.calls import Call
from simulator.api.cleanrooms.lookup import ACTIVE, brought
from simulator.api.cleanrooms.spending import is_privacy_template
from simulator.api.cleanrooms.tables import RoomTable
from simulator.api.store import Record
from simulator.api.world import WORLD
from simulator.request import AnalysisRequest, TemplateParameter


def analysis_request(
    call: Call,
    collaboration: Record,
    tables: Mapping[str, RoomTable],
    sql: str,
    *,
    template: Record | None = None,
    parameters: Mapping[str, str] | None = None,
) -> AnalysisRequest:
    """Return the request to run *sql* in a collaboration.

    Args:
        call: The call; its account is the submitter.
        collaboration: The collaboration.
        tables: Its tables, by lower-case SQL name.
        sql: The text.
        template: The analysis template whose text it is; None for ad hoc SQL.
        parameters: Values of the template's parameters.
    """
    members = call.store.of("member", parent=collaboration.id)
    runner = next((each.account for each in members if "CAN_QUERY" in each.body["abilities"]), call.account)
    templates = brought(call, collaboration.id, "privacy_budget_template")
    return AnalysisRequest(
        sql=sql,
        tables={name: held.table for name, held in tables.items()},
        query_runner=runner,
        submitted_by=call.account,
        engine=collaboration.body["analyticsEngine"],
        template_arn=template.arn if template else None,
        template_author=template.account if template else None,
        parameters=_parameters(template, parameters or {}),
        member_status={each.account: each.body["status"] for each in members},
        receivers=frozenset(
            each.account
            for each in members
            if "CAN_RECEIVE_RESULTS" in each.body["abilities"] and each.body["status"] == ACTIVE
        ),
        differential_privacy_ready=frozenset(each.account for each in templates if is_privacy_template(each)),
        settings=WORLD.settings,
    )


def _parameters(template: Record | None, stated: Mapping[str, str]) -> dict[str, TemplateParameter]:
    declared = template.body.get("analysisParameters", ()) if template else ()
    return {
        each["name"]: TemplateParameter(each["type"], stated.get(each["name"], each.get("defaultValue")))
        for each in declared
    }
