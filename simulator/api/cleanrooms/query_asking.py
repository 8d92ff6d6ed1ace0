"""Checks a StartProtectedQuery request before anything runs: the text, the receivers and the payer.

Source: API StartProtectedQuery; userguide/use-sql-editor, userguide/running-sql-queries, userguide/clean-rooms-quotas.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from simulator.analysis_rules.judging import judge_context
from simulator.api.calls import Call
from simulator.api.cleanrooms.finding_words import in_words
from simulator.api.cleanrooms.lookup import ACTIVE, brought, member
from simulator.api.cleanrooms.payment import find_payers
from simulator.api.cleanrooms.query_places import default_place, locations
from simulator.api.cleanrooms.query_request import analysis_request
from simulator.api.cleanrooms.readiness import ADDITIONAL
from simulator.api.cleanrooms.spending import is_privacy_template, ledger, privacy_settings
from simulator.api.cleanrooms.tables import RoomTable, tables_of
from simulator.api.errors import denied, invalid, invalid_field, not_found, over_quota
from simulator.api.store import Record
from simulator.checks.context import QueryContext
from simulator.checks.private_relations import private_tables
from simulator.execution.costs import functions_of_allowed
from simulator.execution.errors import NotEnforceableError, NotTranslatableError
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.privacy.accounts import too_few_aggregations
from simulator.request import AnalysisRequest
from simulator.sql.resolving import resolve_script
from simulator.verdict import Outcome

MOST_CONCURRENT = 5
"""Maximum number of running or waiting queries of one membership. Source: userguide/clean-rooms-quotas."""

MOST_WORKERS = 400
"""Maximum number of workers of one SQL query. Source: API WorkerComputeConfiguration.number."""

UNFINISHED = frozenset({"SUBMITTED", "STARTED", "CANCELLING"})
"""Statuses of a query that is running or waiting."""


@dataclass(frozen=True, slots=True)
class AskedQuery:
    """An accepted query.

    Attributes:
        request: The request that the simulator judges and runs.
        used: The tables that it reads.
        private: The differential privacy budget template that it draws on, or None.
    """

    request: AnalysisRequest
    used: tuple[RoomTable, ...]
    private: Record | None

    @property
    def privacy(self) -> PrivacySettings | None:
        """The settings of that template."""
        return privacy_settings(self.private) if self.private else None


def check_may(call: Call, membership: Record, ability: str) -> None:
    """Refuse members without an ability, and all members if more than one has it.

    A collaboration with several such members can be created: the documentation requires exactly one, but does not say
    where more are refused. As it does not say either which rules would then apply, no member may query.

    Args:
        call: The call.
        membership: The caller's membership.
        ability: `CAN_QUERY` or `CAN_RUN_JOB`.

    Raises:
        ApiError: AccessDeniedException, or ValidationException.
    """
    if ability not in membership.body["memberAbilities"]:
        raise denied(f"account {membership.account} does not have {ability} in collaboration {membership.parent}")
    members = call.store.of("member", parent=membership.parent)
    holders = [each.account for each in members if ability in each.body["abilities"]]
    if len(holders) > 1:
        raise invalid(f"exactly one member can have {ability}; collaboration {membership.parent}: {', '.join(holders)}")


def check_concurrency(call: Call, membership: Record) -> None:
    """Refuse a query beyond the maximum of running or waiting ones.

    Raises:
        ApiError: ServiceQuotaExceededException.
    """
    running = [
        each for each in call.store.of("protected_query", parent=membership.id) if each.body["status"] in UNFINISHED
    ]
    if len(running) >= MOST_CONCURRENT:
        message = f"membership {membership.id} already has {len(running)} running or waiting queries"
        raise over_quota(message, "concurrent queries per membership", MOST_CONCURRENT)


def asked_text(call: Call, membership: Record, stated: Mapping[str, Any]) -> tuple[str, Record | None]:
    """Return the SQL, and its template if it comes from one.

    Args:
        call: The call.
        membership: The caller's membership.
        stated: ProtectedQuerySQLParameters or PopulationAnalysisSqlParameters.

    Raises:
        ApiError: None or both are stated, or the template is not in the collaboration, or is not SQL.
    """
    text, arn = stated.get("queryString"), stated.get("analysisTemplateArn")
    if (text is None) == (arn is None):
        raise invalid_field("sqlParameters", "Member must have exactly one of queryString, analysisTemplateArn")
    if text is not None:
        return text, None
    for template in brought(call, membership.parent, "analysis_template"):
        if template.arn == arn:
            if template.body["format"] != "SQL":
                raise invalid(f"analysis template {arn} is {template.body['format']}, not SQL")
            return template.body["source"]["text"], template
    raise not_found(
        f"analysis template {arn} does not exist in collaboration {membership.parent}", str(arn), "COLLABORATION"
    )


def check_parameters(template: Record | None, stated: Mapping[str, str], path: str = "parameters") -> None:
    """Refuse values for parameters that the template does not have, and parameters without a value.

    Args:
        template: The analysis template; None for ad hoc SQL, which has no parameters.
        stated: The values by name.
        path: Path of the values in the request, for messages.

    Raises:
        ApiError: ValidationException.
    """
    declared = {each["name"]: each for each in template.body.get("analysisParameters", ())} if template else {}
    if unknown := sorted(set(stated) - set(declared)):
        allowed = ", ".join(declared) or "none"
        raise invalid_field(f"{path}.{unknown[0]}", f"Member must be a parameter of the template (it has {allowed})")
    for name, parameter in declared.items():
        if name not in stated and "defaultValue" not in parameter:
            raise invalid_field(f"{path}.{name}", "Member must not be null: the parameter has no default value")


def accepted_query(
    call: Call,
    membership: Record,
    stated: Mapping[str, Any],
    receivers: tuple[str, ...],
    seen: Callable[[RoomTable], RoomTable] = lambda held: held,
    additional_analysis: str | None = None,
) -> AskedQuery:
    """Judge a query, and check that the budgets are enough for it.

    Args:
        call: The call.
        membership: The caller's membership.
        stated: ProtectedQuerySQLParameters.
        receivers: Accounts that get the result.
        seen: Changes a table before the query is judged; by default, tables are unchanged.
        additional_analysis: ARN of the additional analysis that gets the result; None for a direct result.

    Raises:
        ApiError: ValidationException, INVALID_QUERY, with every reason.
    """
    collaboration = call.store.get("collaboration", membership.parent)
    if collaboration is None:
        raise denied(f"collaboration {membership.parent} was deleted")
    text, template = asked_text(call, membership, stated)
    values = stated.get("parameters", {})
    check_parameters(template, values)
    full = tables_of(call, collaboration.id)
    tables = {name: seen(held) for name, held in full.items()}
    request = analysis_request(call, collaboration, tables, text, template=template, parameters=values)
    request = replace(request, result_receivers=receivers)
    if additional_analysis is not None:
        request = replace(request, analysis_type=ADDITIONAL, additional_analysis_arn=additional_analysis)
    context = QueryContext(request, resolve_script(request))
    _check_verdict(context)
    used = tuple(full[name] for name in context.script.tables())
    asked = AskedQuery(request, used, _private_template(call, collaboration.id, context))
    _check_budget(call, asked, context)
    return asked


def _check_verdict(context: QueryContext) -> None:
    """Refuse a query that is not allowed, with the service's own message if it is known, else the simulator's."""
    verdict = judge_context(context)
    if verdict.outcome is Outcome.ALLOWED:
        return
    known = [finding.service_message for finding in verdict.findings if finding.service_message]
    raise invalid("; ".join(dict.fromkeys(known or map(in_words, verdict.findings))), "INVALID_QUERY")


def _private_template(call: Call, collaboration_id: str, context: QueryContext) -> Record | None:
    owners = {table.owner for table in private_tables(context.script)}
    for template in brought(call, collaboration_id, "privacy_budget_template"):
        if template.account in owners and is_privacy_template(template):
            return template
    return None


def _check_budget(call: Call, asked: AskedQuery, context: QueryContext) -> None:
    """Refuse a query that exceeds the differential privacy budget, with the service's own message."""
    settings = asked.privacy
    if settings is None:
        return
    try:
        functions = functions_of_allowed(context)
    except (NotEnforceableError, NotTranslatableError) as error:
        raise invalid(str(error), "INVALID_QUERY") from None
    needed = settings.model.query_rho(functions, settings.users_noise_per_query)
    if needed > ledger().remaining(settings.account, call.now):
        raise invalid(too_few_aggregations(settings.owner), "INVALID_QUERY")


def receivers_of(call: Call, membership: Record, output: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the accounts to which an output configuration sends results, after checking each.

    Args:
        call: The call.
        membership: The caller's membership.
        output: ProtectedQueryOutputConfiguration.

    Raises:
        ApiError: A receiver cannot receive results, is not active, or has no default location; or the locations
            contradict each other.
    """
    found = []
    for kind, stated in _locations(call, output):
        account = membership.account if kind == "s3" else stated["accountId"]
        check_receiver(call, membership, account)
        if kind == "member" and default_place(call.store, membership.parent, account) is None:
            raise invalid(f"the membership of account {account} has no defaultResultConfiguration")
        found.append(account)
    return tuple(dict.fromkeys(found))


def check_receiver(call: Call, membership: Record, account: str) -> None:
    """Refuse a receiver who is not an active member, or cannot receive results.

    Raises:
        ApiError: ValidationException.
    """
    receiver = member(call, membership.parent, account)
    if receiver is None or receiver.body["status"] != ACTIVE:
        raise invalid(f"account {account} is not an active member of collaboration {membership.parent}")
    if "CAN_RECEIVE_RESULTS" not in receiver.body["abilities"]:
        raise invalid(f"account {account} does not have CAN_RECEIVE_RESULTS")


def check_workers(
    compute: Mapping[str, Any] | None, most: int = MOST_WORKERS, member: str = "worker", user: str = "a SQL query"
) -> None:
    """Refuse more workers than the service offers; its model states only lower limits.

    Args:
        compute: A ComputeConfiguration or similar; None when none is stated.
        most: The upper limit.
        member: The member that states the workers.
        user: What the workers are for, for the message.

    Raises:
        ApiError: ValidationException, FIELD_VALIDATION_FAILED.
    """
    number = (compute or {}).get(member, {}).get("number")
    if number is not None and number > most:
        message = f"Member must have value less than or equal to {most} for {user}; found {number}"
        raise invalid_field(f"computeConfiguration.{member}.number", message)


def _locations(call: Call, output: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    if "intermediateTable" in output:
        raise invalid("outputConfiguration.intermediateTable is set by PopulateIntermediateTable only")
    found = list(locations(output))
    if sum(kind == "s3" for kind, _ in found) > 1:
        raise invalid("a result can be distributed to at most one S3 location")
    accounts = [stated["accountId"] for kind, stated in found if kind == "member"]
    if "distribute" in output and call.account in accounts:
        raise invalid("the member who runs the query cannot be a member location; use an S3 location")
    if len(set(accounts)) < len(accounts):
        raise invalid("an account is listed more than once among the member locations")
    return found


def payer_of(call: Call, membership: Record, stated: str | None, cost: str) -> str:
    """Return the account that pays.

    Args:
        call: The call.
        membership: The caller's membership.
        stated: The account that the caller chose; None for the first candidate.
        cost: `queryCompute` or `jobCompute`.

    Raises:
        ApiError: The account is not a candidate, or has not joined.
    """
    members = call.store.of("member", parent=membership.parent)
    candidates = find_payers([each.body for each in members], cost)
    payer = stated or (candidates[0] if candidates else membership.account)
    if payer not in candidates:
        raise invalid(f"account {payer} is not a payer of {cost} (payers: {', '.join(candidates) or 'none'})")
    if not any(each.account == payer and each.body["status"] == ACTIVE for each in members):
        raise invalid(f"the payer {payer} is not an active member yet")
    return payer
