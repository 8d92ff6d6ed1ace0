"""Cases with SQL: from a case to a request, and its verdict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest, Table, TemplateParameter
from simulator.settings import Settings
from simulator.verdict import Verdict
from tests.conformance.fixtures import chosen, table_of

_KEYS = frozenset(
    {
        "id",
        "clause",
        "engine",
        "tables",
        "query_runner",
        "sql",
        "verdict",
        "reason",
        "source",
        "basis",
        "twin",
        "question",
        "leaning",
        "note",
        "parse",
        "analysis_template_arn",
        "template_author",
        "parameters",
        "submitted_by",
        "result_receivers",
        "analysis_type",
        "additional_analysis_arn",
        "context",
    }
)
_CONTEXT = frozenset(
    {"payer", "payer_member_status", "receiver_member_status", "query_runner_member_status", "member_status"}
)


class UnknownKeysError(ValueError):
    """A case says something by keys that this runner does not know, so that it cannot be judged.

    Attributes:
        keys: The keys.
    """

    def __init__(self, what: str, keys: list[str]) -> None:
        super().__init__(f"the {what} has unknown keys {', '.join(keys)}")
        self.keys = keys


def judge_query(case: Mapping[str, Any], fixtures: Mapping[str, Mapping[str, Any]]) -> Verdict:
    """Return the verdict on a case.

    Raises:
        UnknownKeysError: The case has unknown keys.
        ValueError: A table fixture is not valid.
    """
    return judge(request_of(case, fixtures))


def request_of(
    case: Mapping[str, Any], fixtures: Mapping[str, Mapping[str, Any]], settings: Settings | None = None
) -> AnalysisRequest:
    """Return the request that a case describes; open questions are unanswered unless *settings* answer them.

    Raises:
        UnknownKeysError: The case has unknown keys.
        ValueError: A table fixture is not valid.
    """
    _refuse_unknown("case", case, _KEYS)
    context = case.get("context") or {}
    _refuse_unknown("context", context, _CONTEXT)
    chosen_fixtures = [chosen(entry, fixtures) for entry in case["tables"]]
    tables = [table_of(fixture) for fixture in chosen_fixtures]
    receivers = tuple(str(account) for account in case.get("result_receivers") or ())
    return AnalysisRequest(
        sql=case["sql"],
        tables=_by_name(tables),
        query_runner=str(case["query_runner"]),
        submitted_by=case.get("submitted_by"),
        engine=case.get("engine", "SPARK"),
        template_arn=case.get("analysis_template_arn"),
        template_author=case.get("template_author"),
        parameters={
            name: TemplateParameter(parameter["type"], parameter.get("value"))
            for name, parameter in (case.get("parameters") or {}).items()
        },
        result_receivers=receivers,
        analysis_type=case.get("analysis_type", "DIRECT_ANALYSIS"),
        additional_analysis_arn=case.get("additional_analysis_arn"),
        member_status=_statuses(case, context, receivers),
        payer=context.get("payer"),
        differential_privacy_ready=_private_owners(chosen_fixtures),
        settings=settings or Settings(),
    )


def _refuse_unknown(what: str, found: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := sorted(set(found) - known):
        raise UnknownKeysError(what, unknown)


def _by_name(tables: list[Table]) -> dict[str, Table]:
    return {table.name.lower(): table for table in tables}


def _statuses(case: Mapping[str, Any], context: Mapping[str, Any], receivers: tuple[str, ...]) -> dict[str, str]:
    statuses: dict[str, str] = dict(context.get("member_status") or {})
    if "payer_member_status" in context:
        statuses[context.get("payer") or str(case["query_runner"])] = context["payer_member_status"]
    if "query_runner_member_status" in context:
        statuses[str(case["query_runner"])] = context["query_runner_member_status"]
    if "receiver_member_status" in context:
        statuses |= dict.fromkeys(receivers, context["receiver_member_status"])
    return statuses


def _private_owners(fixtures: list[Mapping[str, Any]]) -> frozenset[str] | None:
    policies = {
        fixture["owner"]: fixture["differentialPrivacyPolicy"] for fixture in fixtures if _states_policy(fixture)
    }
    return frozenset(owner for owner, policy in policies.items() if policy["configured"]) if policies else None


def _states_policy(fixture: Mapping[str, Any]) -> bool:
    return fixture.get("differentialPrivacyPolicy") is not None
