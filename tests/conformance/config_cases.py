"""Judges the `config_cases` of a conformance file: declarations without SQL.

Each case holds one of a few forms of `declaration`; a form builds declarations and lets them object. What a form does
not know is an error, so that no case passes by being misread.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from declarations.analysis_rules import AnalysisRuleCustom, AnalysisRulePolicy, IntermediateTableAnalysisRuleCustom
from declarations.analysis_template import AnalysisTemplate
from declarations.base import Declaration, Problem
from declarations.change_request import CollaborationChange, CollaborationChangeRequest, MemberChange
from declarations.clean_room import CleanRoom
from declarations.collaboration import Collaboration
from declarations.configured_table import ConfiguredTable
from declarations.intermediate_table import InheritedConstraints, IntermediateTable, loosened_controls
from declarations.privacy_budget import PrivacyBudgetTemplate
from declarations.quotas import KILOBYTE
from declarations.rule_resources import IntermediateTableAnalysisRule
from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest, Table
from simulator.verdict import Outcome

RUNNER, OTHER = "111111111111", "222222222222"
ROLE = "arn:aws:iam::111111111111:role/clean-rooms"
KNOWN_TYPES = {"user_key": "string", "email_h": "string", "camp": "string", "clicks": "int"}
"""The types of the columns that the rule cases name; every other column is a string."""


class RefusedError(ValueError):
    """A declaration that builds, and is refused all the same."""


Judge = Callable[[Mapping[str, Any]], None]
"""Builds what a declaration describes; raises ValidationError or RefusedError where it is refused."""


def judge_config(case: Mapping[str, Any]) -> tuple[str, str]:
    """Judge one configuration case.

    Args:
        case: An entry of `config_cases`; only its `declaration` is read.

    Returns:
        "allowed" or "denied", and the reason of a denial ("" when allowed).

    Raises:
        LookupError: The declaration has a form that is not known here.
    """
    declaration = case["declaration"]
    form = next((member for member in FORMS if member in declaration), None)
    if form is None:
        message = f"no form for a declaration of {', '.join(declaration)}"
        raise LookupError(message)
    try:
        FORMS[form](declaration)
    except ValidationError as error:
        return "denied", "; ".join(f"{_dotted(line['loc'])}: {line['msg']}" for line in error.errors())
    except RefusedError as error:
        return "denied", str(error)
    return "allowed", ""


def _dotted(path: Iterable[str | int]) -> str:
    return ".".join(str(step) for step in path)


def _refuse(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        raise RefusedError("; ".join(f"{_dotted(problem.path)}: {problem.message}" for problem in found))


def _intermediate(declaration: Mapping[str, Any]) -> None:
    judged_below = {"intermediate_table", "classification", "inherited", "create", "rule"}
    table = {name: value for name, value in declaration.items() if name not in judged_below}
    _know(table, IntermediateTable)
    query = {"sqlParameters": {"queryString": "SELECT 1"}}
    IntermediateTable.model_validate({"name": "t", "populationAnalysisConfiguration": query} | table)
    if "create" in declaration:
        policy = {"v1": {declaration["create"].lower(): _smallest_rule(declaration["create"])}}
        IntermediateTableAnalysisRule.model_validate(
            {"analysisRuleType": declaration["create"], "analysisRulePolicy": policy}
        )
    if "rule" in declaration:
        body = {name: value for name, value in declaration["rule"].items() if name != "type"}
        rule = IntermediateTableAnalysisRuleCustom.model_validate(body)
        if declaration.get("classification") != "FIRST_PARTY":
            inherited = InheritedConstraints.model_validate(declaration.get("inherited", {}))
            _refuse(loosened_controls(rule, inherited))


def _table(declaration: Mapping[str, Any]) -> None:
    types = declaration.get("column_types", ["string"])
    columns = {f"c{index}": column_type for index, column_type in enumerate(types, 1)}
    kind = declaration.get("create", "CUSTOM")
    rule = declaration.get("rule") or _smallest_rule(kind, *columns)
    table = _configured_table(columns, kind, rule) | {"tableReference": _source(declaration)}
    if "existing" in declaration:
        # One rule per table holds by shape: a policy with two members is refused.
        table["analysisRule"][declaration["existing"].lower()] = _smallest_rule(declaration["existing"], *columns)
    ConfiguredTable.model_validate(table)


def _source(declaration: Mapping[str, Any]) -> dict[str, Any]:
    return SOURCES[str(declaration.get("source", "GLUE")).lower()]


def _know(members: Mapping[str, Any], model: type[Declaration]) -> None:
    """Refuse to judge members that *model* does not have: the case means something else by them."""
    known = {field.alias for field in model.model_fields.values()}
    if unknown := [member for member in members if member not in known]:
        message = f"no form for a declaration of {', '.join(unknown)}"
        raise LookupError(message)


def _rule(declaration: Mapping[str, Any]) -> None:
    body = {name: value for name, value in declaration.items() if name not in {"type", "source"}}
    policy = AnalysisRulePolicy.model_validate({declaration["type"].lower(): body})
    named = {column for _, column in policy.rule.named_columns()}
    columns = {column: KNOWN_TYPES.get(column, "string") for column in sorted(named)} or {"c1": "string"}
    table = _configured_table(columns, declaration["type"], body) | {"tableReference": _source(declaration)}
    ConfiguredTable.model_validate(table | {"analysisMethod": "MULTIPLE"})


def _configured_table(columns: Mapping[str, str], kind: str, rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": "t",
        "columns": dict(columns),
        "allowedColumns": list(columns),
        "analysisMethod": "DIRECT_QUERY",
        "analysisRule": {kind.lower(): rule},
    }


def _smallest_rule(kind: str, *columns: str) -> dict[str, Any]:
    first = columns[0] if columns else "c1"
    constraint = {"columnName": first, "minimum": 2, "type": "COUNT_DISTINCT"}
    rules: dict[str, dict[str, Any]] = {
        "AGGREGATION": {
            "aggregateColumns": [{"columnNames": [first], "function": "COUNT"}],
            "joinColumns": [],
            "dimensionColumns": [],
            "scalarFunctions": [],
            "outputConstraints": [constraint],
        },
        "LIST": {"joinColumns": [first], "listColumns": list(columns[1:])},
        "CUSTOM": {"allowedAnalyses": []},
    }
    return rules[kind]


def _changes(declaration: Mapping[str, Any]) -> None:
    request = dict(declaration["change_request"])
    count = request.pop("changes", 1)
    if not isinstance(count, int):
        CollaborationChangeRequest.model_validate({"changes": count})
        return
    if "autoApprovedChangeTypes" in request:
        _know(request, CollaborationChange)
        change = {"specificationType": "COLLABORATION", "specification": {"collaboration": request}}
    else:
        _know(request, MemberChange)
        member = {"accountId": OTHER, "memberAbilities": [], "displayName": "Member"} | request
        change = {"specificationType": "MEMBER", "specification": {"member": member}}
    CollaborationChangeRequest.model_validate({"changes": [change] * count})


def _payment(declaration: Mapping[str, Any]) -> None:
    asked = {"queryCompute": {"isResponsible": declaration["collaboration_payer"]}}
    membership: dict[str, Any] = {"accountId": OTHER, "queryLogStatus": "ENABLED"}
    if (accepts := declaration.get("membership_isResponsible")) is not None:
        membership["paymentConfiguration"] = {"queryCompute": {"isResponsible": accepts}}
    runs = bool(declaration.get("can_query"))
    runner, other = (OTHER, RUNNER) if runs else (RUNNER, OTHER)
    abilities = {runner: ["CAN_QUERY", "CAN_RECEIVE_RESULTS"], other: []}
    _room(
        creatorMemberAbilities=abilities[RUNNER],
        members=[
            {
                "accountId": OTHER,
                "displayName": "Member",
                "memberAbilities": abilities[OTHER],
                "paymentConfiguration": asked,
            }
        ],
        memberships=[membership],
    )


def _room(memberships: Iterable[Mapping[str, Any]] = (), **collaboration: Any) -> CleanRoom:  # noqa: ANN401 - members
    smallest = {
        "name": "room",
        "creatorAccountId": RUNNER,
        "creatorDisplayName": "Creator",
        "creatorMemberAbilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"],
        "members": [],
        "queryLogStatus": "ENABLED",
    }
    room = {"region": "us-east-1", "collaboration": smallest | collaboration, "memberships": list(memberships)}
    return CleanRoom.model_validate(room)


def _members(declaration: Mapping[str, Any]) -> None:
    invited = declaration["invited_members"]
    accounts = [f"{200000000000 + index}" for index in range(invited)]
    _room(members=[{"accountId": account, "displayName": account, "memberAbilities": []} for account in accounts])


def _collaboration(declaration: Mapping[str, Any]) -> None:
    Collaboration.model_validate(declaration["collaboration"])


def _template_parameters(declaration: Mapping[str, Any]) -> None:
    count = declaration["analysis_template_parameters"]
    _template(analysisParameters=[{"name": f"p{index}", "type": "STRING"} for index in range(count)])


def _template(**members: Any) -> None:  # noqa: ANN401 - any members of a template
    AnalysisTemplate.model_validate({"name": "t", "format": "SQL", "source": {"text": "SELECT 1"}} | members)


def _query_text(declaration: Mapping[str, Any]) -> None:
    sql = "SELECT COUNT(*) AS n FROM t0".ljust(declaration["query_text_kilobytes"] * KILOBYTE)
    engine = declaration.get("engine", "SPARK")
    _ask(sql, 1, engine)
    template = {"name": "long", "format": "SQL", "source": {"text": sql}}
    _room([_membership(analysisTemplates=[template])], analyticsEngine=engine)


def _tables_in_query(declaration: Mapping[str, Any]) -> None:
    count = declaration["tables_in_query"]
    joins = "".join(f" JOIN t{index} ON t{index}.k = t0.k" for index in range(1, count))
    _ask(f"SELECT COUNT(DISTINCT t0.k) AS n FROM t0{joins}", count)


def _ask(sql: str, tables: int, engine: str = "SPARK") -> None:
    rule = AnalysisRuleCustom(allowed_analyses=("ANY_QUERY",), allowed_analysis_providers=(RUNNER,))
    known = {
        f"t{index}": Table(f"t{index}", RUNNER, {"k": "string"}, rule, receivers_unlimited=True)
        for index in range(tables)
    }
    verdict = judge(AnalysisRequest(sql, known, RUNNER, engine=engine))
    if verdict.outcome is not Outcome.ALLOWED:
        raise RefusedError("; ".join(finding.message for finding in verdict.findings))


def _rule_size(declaration: Mapping[str, Any]) -> None:
    """Build a rule of exactly so many kilobytes of JSON; its columns have names of about a hundred characters."""
    room = declaration["analysis_rule_json_kilobytes"] * KILOBYTE - len(_rule_json(["k"])) + 1
    count = room // 100
    lengths = [room // count + (index < room % count) - len('"",') for index in range(count)]
    columns = ["k", *(f"{index:0{length}}" for index, length in enumerate(lengths))]
    if len(_rule_json(columns)) != declaration["analysis_rule_json_kilobytes"] * KILOBYTE:
        message = "the rule that was built has not the size that the case asks for"
        raise LookupError(message)
    AnalysisRulePolicy.model_validate({"list": {"joinColumns": columns[:1], "listColumns": columns[1:]}})


def _rule_json(columns: list[str]) -> str:
    policy = {"v1": {"list": {"joinColumns": columns[:1], "listColumns": columns[1:]}}}
    return json.dumps(policy, separators=(",", ":"))


def _membership(**members: Any) -> dict[str, Any]:  # noqa: ANN401 - any members of a membership
    return {"accountId": RUNNER, "queryLogStatus": "ENABLED", **members}


def _allowed_columns(declaration: Mapping[str, Any]) -> None:
    names = [f"c{index}" for index in range(declaration["allowed_columns"])]
    _room([_membership(configuredTables=[_bare_table(names)])])


def _bare_table(columns: list[str]) -> dict[str, Any]:
    table = {"name": "t", "tableReference": SOURCES["glue"], "analysisMethod": "DIRECT_QUERY"}
    return table | {"allowedColumns": columns}


def _associations(declaration: Mapping[str, Any]) -> None:
    names = [f"t{index}" for index in range(declaration["associations_per_membership"])]
    associations = [{"name": name, "configuredTable": "t", "roleArn": ROLE} for name in names]
    _room([_membership(configuredTables=[_bare_table(["c"])], configuredTableAssociations=associations)])


def _templates(declaration: Mapping[str, Any]) -> None:
    names = [f"t{index}" for index in range(declaration["analysis_templates_per_membership"])]
    templates = [{"name": name, "format": "SQL", "source": {"text": "SELECT 1"}} for name in names]
    _room([_membership(analysisTemplates=templates)])


def _intermediate_tables(declaration: Mapping[str, Any]) -> None:
    query = {"sqlParameters": {"queryString": "SELECT 1"}}
    names = [f"t{index}" for index in range(declaration["intermediate_tables_per_membership"])]
    tables = [{"name": name, "populationAnalysisConfiguration": query} for name in names]
    _room([_membership(intermediateTables=tables)])


def _access_budgets(declaration: Mapping[str, Any]) -> None:
    budget = {"budgetParameters": [{"type": "LIFETIME", "budget": 1}]}
    arn = f"arn:aws:cleanrooms:us-east-1:{RUNNER}:membership/m/configuredtableassociation"
    parameters = [
        {"accessBudget": budget | {"resourceArn": f"{arn}/{index}"}}
        for index in range(declaration["access_budget_templates"])
    ]
    templates = [{"privacyBudgetType": "ACCESS_BUDGET", "parameters": each} for each in parameters]
    _room([_membership(privacyBudgetTemplates=templates)])


def _budget(declaration: Mapping[str, Any]) -> None:
    PrivacyBudgetTemplate.model_validate(declaration["privacy_budget_template"])


_URL = "https://dbc.cloud.databricks.com"
_ID = "00000000-0000-4000-8000-000000000001"
_SNOWFLAKE = {
    "secretArn": "arn:aws:secretsmanager:us-east-1:111111111111:secret:s",
    "accountIdentifier": "account",
    "databaseName": "d",
    "schemaName": "s",
    "tableName": "t",
    "tableSchema": {"v1": [{"columnName": "c1", "columnType": "string"}]},
}
_DATABRICKS = {
    "schemaName": "s",
    "tableName": "t",
    "workspaceUrl": _URL,
    "connectionType": {
        "deltaSharing": {
            "deltaShareEndpoint": f"{_URL}/api/2.0/delta-sharing/metastores/{_ID}/recipients/{_ID}",
            "shareName": "s",
        }
    },
}
SOURCES: dict[str, dict[str, Any]] = {
    "glue": {"glue": {"databaseName": "d", "tableName": "t"}},
    "athena": {"athena": {"workGroup": "w", "databaseName": "d", "tableName": "t"}},
    "snowflake": {"snowflake": _SNOWFLAKE},
    "databricks": {"databricks": _DATABRICKS},
}
"""A table reference of each kind."""

FORMS: dict[str, Judge] = {
    "intermediate_table": _intermediate,
    "type": _rule,
    "column_types": _table,
    "create": _table,
    "change_request": _changes,
    "collaboration_payer": _payment,
    "collaboration": _collaboration,
    "privacy_budget_template": _budget,
    "analysis_template_parameters": _template_parameters,
    "query_text_kilobytes": _query_text,
    "invited_members": _members,
    "analysis_rule_json_kilobytes": _rule_size,
    "tables_in_query": _tables_in_query,
    "allowed_columns": _allowed_columns,
    "associations_per_membership": _associations,
    "analysis_templates_per_membership": _templates,
    "intermediate_tables_per_membership": _intermediate_tables,
    "access_budget_templates": _access_budgets,
}
"""The forms of a declaration, by the member that tells them; the first that is present counts."""
