"""Checks a StartProtectedJob request before anything runs: the template, its tables and the receiver.

Table owners review what a script does; everything that can be decided without reading the script is checked here. A
script can read only the tables that its template names, so no table is checked for a template without tables.

Source: API StartProtectedJob; userguide/create-user-script, userguide/review-pyspark-analysis-template,
userguide/custom-allowed-analyses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from simulator.api.calls import Call
from simulator.api.cleanrooms.lookup import brought
from simulator.api.cleanrooms.query_asking import check_parameters, check_receiver, check_workers
from simulator.api.cleanrooms.query_places import default_job_place
from simulator.api.cleanrooms.readiness import DIRECT, reasons_against
from simulator.api.cleanrooms.tables import RoomTable, tables_of
from simulator.api.errors import invalid, not_found
from simulator.api.store import Record
from simulator.api.world import WORLD
from simulator.request import TableKind
from simulator.settings import Reading
from simulator.table_rules import custom_rule

MOST_WORKERS = 128
"""Source: API WorkerComputeConfiguration.number, of PySpark jobs."""

_CONTROLS = {
    "differential_privacy": "differentialPrivacy",
    "aggregation_thresholds": "aggregationThresholds",
    "comparison_controls": "comparisonControls",
    "disallowed_output_columns": "disallowedOutputColumns",
}
"""Controls of a rule that apply to SQL; how a script would comply with them is not documented."""


@dataclass(frozen=True, slots=True)
class AskedJob:
    """An accepted job.

    Attributes:
        template: The PySpark template that it runs.
        used: The tables that the template refers to.
        receiver: The account that gets the result.
    """

    template: Record
    used: tuple[RoomTable, ...]
    receiver: str


def accepted_job(call: Call, membership: Record) -> AskedJob:
    """Judge a job.

    Args:
        call: The call.
        membership: The caller's membership.

    Raises:
        ApiError: ResourceNotFoundException, or ValidationException with every reason of every table.
    """
    stated = call.asked["jobParameters"]
    template = _template(call, membership, stated["analysisTemplateArn"])
    check_parameters(template, stated.get("parameters", {}), "jobParameters.parameters")
    check_workers(call.asked.get("computeConfiguration"), MOST_WORKERS, user="a PySpark job")
    receiver = _receiver(call, membership)
    names = template.body["schema"].get("referencedTables", ())
    tables = tables_of(call, membership.parent)
    if unknown := [name for name in names if name.lower() not in tables]:
        raise invalid(f"analysis template {template.arn} refers to {unknown[0]!r}, which no active member has shared")
    used = tuple({name.lower(): tables[name.lower()] for name in names}.values())
    reasons = [
        f"{held.table.name!r}: {reason}"
        for held in used
        for reason in _refusals(call, membership.parent, held, template, receiver)
    ]
    if reasons:
        raise invalid("; ".join(reasons))
    return AskedJob(template, used, receiver)


def _template(call: Call, membership: Record, arn: str) -> Record:
    for template in brought(call, membership.parent, "analysis_template"):
        if template.arn == arn:
            if template.body["format"] == "SQL":
                raise invalid(f"analysis template {arn} is SQL, not PySpark; start a protected query")
            return template
    raise not_found(f"analysis template {arn} does not exist in the collaboration", arn, "COLLABORATION")


def _receiver(call: Call, membership: Record) -> str:
    output = call.asked.get("resultConfiguration", {}).get("outputConfiguration")
    account: str = output["member"]["accountId"] if output else membership.account
    check_receiver(call, membership, account)
    if default_job_place(call.store, membership.parent, account) is None:
        raise invalid(f"the membership of account {account} has no defaultJobResultConfiguration")
    return account


def _refusals(call: Call, collaboration_id: str, held: RoomTable, template: Record, receiver: str) -> Iterator[str]:
    """Yield the reasons why a template may not read a table for a receiver."""
    table = held.table
    if table.kind is not TableKind.CONFIGURED:
        yield "a job reads associations of configured tables only"
        return
    if table.analysis_method == "DIRECT_QUERY":
        yield "its analysis method is DIRECT_QUERY; a job needs DIRECT_JOB or MULTIPLE"
    for reason in reasons_against(call, collaboration_id, held, DIRECT):
        yield reason.message
    if table.rule is not None:
        yield from _rule_refusals(held, template)
    rules = (table.association_rule, custom_rule(table))
    listed = [rule.allowed_result_receivers for rule in rules if rule is not None]
    for receivers in listed:
        if receivers is not None and receiver not in receivers:
            yield f"{receiver} is not among its allowedResultReceivers ({', '.join(receivers) or 'none'})"


def _rule_refusals(held: RoomTable, template: Record) -> Iterator[str]:
    rule = custom_rule(held.table)
    if rule is None:
        yield "its analysis rule is not a custom one, and no other kind allows jobs"
        return
    for name, member in _CONTROLS.items():
        if getattr(rule, name):
            yield f"its rule has {member}, which is documented for SQL only"
    allowed = rule.allowed_analyses or ()
    if template.arn in allowed:
        return
    if "ANY_JOB" not in allowed:
        yield f"its allowedAnalyses ({', '.join(allowed) or 'none'}) do not include {template.arn}"
    elif template.account not in (rule.allowed_analysis_providers or ()):
        yield f"{template.account}, who wrote the template, is not an allowed analysis provider"
    elif "ANY_QUERY" in allowed and WORLD.settings.reading("any_query_with_any_job") is not Reading.PERMISSIVE:
        yield "it allows ANY_JOB together with ANY_QUERY, which the documentation does not describe"
