"""Cases about rows: which groups come out of a query under its thresholds, by really running it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleCustom
from simulator.execution.data import MemoryData
from simulator.execution.running import run
from simulator.privacy.rng import seeded
from simulator.request import AnalysisRequest, Table

_RUNNER = "111111111111"
_UNKNOWN_SHAPES = ("having", "window", "union", "outer", "left join")


def returned_groups(case: Mapping[str, Any]) -> list[str] | None:
    """Run the query that a case describes on rows made for it.

    Every group has as many distinct values of each named column as the case says, in as few rows as possible.

    Returns:
        The groups that come out; None when the query's shape is not known here.

    Raises:
        ValueError: The case's constraints are not valid.
    """
    shape = str(case["query_shape"])
    if any(word in shape.lower() for word in _UNKNOWN_SHAPES):
        return None
    scenario = _custom(case, shape) if isinstance(case["constraints"], Mapping) else _aggregation(case)
    tables, rows, sql = scenario
    request = AnalysisRequest(sql, {table.name: table for table in tables}, _RUNNER)
    result = run(request, MemoryData(rows), privacy=None, ledger=None, source=seeded(1))
    if list(case["groups"]) == ["all"]:
        return ["all"] if result.answer.rows else []
    return [str(row[0]) for row in result.answer.rows]


_Scenario = tuple[list[Table], dict[str, list[dict[str, Any]]], str]


def _aggregation(case: Mapping[str, Any]) -> _Scenario:
    names = list(dict.fromkeys(constraint.get("table", "t") for constraint in case["constraints"]))
    tables = [_aggregation_table(name, case["constraints"]) for name in names]
    rows = {name: _rows(case, f"distinct_{name}_" if len(names) > 1 else "distinct_") for name in names}
    first = names[0]
    joins = "".join(f" JOIN {name} ON {first}.key = {name}.key" for name in names[1:])
    grouped = list(case["groups"]) != ["all"]
    item, group = (f"{first}.grp, ", f" GROUP BY {first}.grp") if grouped else ("", "")
    # The case file is our own; its names are no input of a user.
    return tables, rows, f"SELECT {item}SUM({first}.amount) AS total FROM {first}{joins}{group}"


def _aggregation_table(name: str, constraints: list[Mapping[str, Any]]) -> Table:
    own = [constraint for constraint in constraints if constraint.get("table", "t") == name]
    columns = {str(constraint["columnName"]): "string" for constraint in own}
    rule = AnalysisRuleAggregation.model_validate(
        {
            "aggregateColumns": [{"columnNames": ["amount"], "function": "SUM"}],
            "joinColumns": list(columns),
            "dimensionColumns": ["grp"],
            "scalarFunctions": [],
            "outputConstraints": [{key: value for key, value in one.items() if key != "table"} for one in own],
        }
    )
    return _table(name, columns, rule)


def _custom(case: Mapping[str, Any], shape: str) -> _Scenario:
    call = re.search(r"\b(?:APPROX_COUNT_DISTINCT|COUNT|SUM|AVG)\s*\([^)]*\)", shape, re.IGNORECASE)
    grouped = re.search(r"grouped by (\w+)", shape)
    group = grouped.group(1) if grouped else "grp"
    identity = _counted(case)[0]
    overrides = [override["outputColumnName"] for override in case["constraints"].get("outputColumnThresholds") or ()]
    threshold = {
        "identityColumns": [identity],
        "type": "COUNT_DISTINCT",
        "allowedAggregateExpressionType": "COLUMNS_ONLY",
        **case["constraints"],
    }
    rule = AnalysisRuleCustom.model_validate(
        {
            "allowedAnalyses": ["ANY_QUERY"],
            "allowedAnalysisProviders": [_RUNNER],
            "aggregationThresholds": [threshold],
        }
    )
    columns = {identity: "string", "spend": "int", group: "string", **dict.fromkeys(overrides, "string")}
    rows = [{**row, "spend": 1, group: row["grp"]} for row in _rows(case, "distinct_")]
    item, keys = (f"{group}, ", f" GROUP BY {group}") if grouped else ("", "")
    sql = f"SELECT {item}{call.group(0) if call else 'SUM(spend)'} AS value FROM t{keys}"
    return [_table("t", columns, rule)], {"t": rows}, sql


def _table(name: str, columns: Mapping[str, str], rule: AnalysisRuleAggregation | AnalysisRuleCustom) -> Table:
    types = {"grp": "string", "amount": "int", **columns}
    return Table(name, _RUNNER, types, rule=rule, receivers_unlimited=True)


def _counted(case: Mapping[str, Any]) -> list[str]:
    counts = next(iter(case["groups"].values()))
    return [name.removeprefix("distinct_") for name in counts if name.startswith("distinct_")]


def _rows(case: Mapping[str, Any], prefix: str) -> list[dict[str, Any]]:
    rows = []
    for group, counts in case["groups"].items():
        own = {name.removeprefix(prefix): number for name, number in counts.items() if name.startswith(prefix)}
        for index in range(max(own.values())):
            values = {column: f"{group}-{min(index, number - 1)}" for column, number in own.items()}
            rows.append({"grp": group, "amount": 1, **values})
    return rows
