"""Cases about rows: which groups come out of a query under its thresholds, by really running it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleCustom
from simulator.execution.loading.data import MemoryData
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
    result = run(request, MemoryData(rows), booking=None, source=seeded(1))
    if list(case["groups"]) == ["all"]:
        return ["all"] if result.answer.rows else []
    return [str(row[0]) for row in result.answer.rows]


_Scenario = tuple[list[Table], dict[str, list[dict[str, Any]]], str]


def _aggregation(case: Mapping[str, Any]) -> _Scenario:
    columns: dict[str, list[str]] = {}
    for constraint in case["constraints"]:
        columns.setdefault(str(constraint.get("table", "t")), []).append(str(constraint["columnName"]))
    tables = [_aggregation_table(name, case["constraints"]) for name in columns]
    rows = {name: _rows(case, name, own) for name, own in columns.items()}
    first = next(iter(columns))
    # Rows of two tables meet by the first column of each: the n-th value of a group has the same name everywhere.
    joins = "".join(
        f" JOIN {name} ON {first}.{columns[first][0]} = {name}.{own[0]}" for name, own in list(columns.items())[1:]
    )
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
    call = re.search(r"\b(?:APPROX_COUNT_DISTINCT|COUNT|SUM|AVG)\s*\(([^)]*)\)", shape, re.IGNORECASE)
    written = call.group(0) if call else "SUM(spend)"
    used = [name for name in re.findall(r"\w+", call.group(1) if call else "spend") if name.upper() != "DISTINCT"]
    grouped = re.search(r"grouped by (\w+(?: *, *\w+)*)", shape)
    groups = re.findall(r"\w+", grouped.group(1)) if grouped else []
    identity = str(case["constraints"].get("identityColumns", _counted(case))[0])
    overrides = [override["outputColumnName"] for override in case["constraints"].get("outputColumnThresholds") or ()]
    columns = dict.fromkeys((name for name in used if not name.isdecimal()), "int")
    columns |= dict.fromkeys((identity, *groups, *overrides), "string")
    rows = [
        {**dict.fromkeys(used, 1), **dict.fromkeys(groups, row["grp"]), **row} for row in _rows(case, "t", [identity])
    ]
    join, others, more = _joined(shape, identity, rows)
    items = "".join(f"{group}, " for group in groups)
    keys = f" GROUP BY {', '.join(groups)}" if groups else ""
    tables = [_table("t", columns, _threshold_rule(case, identity)), *others]
    return tables, {"t": rows, **more}, f"SELECT {items}{written} AS value FROM t{join}{keys}"


def _threshold_rule(case: Mapping[str, Any], identity: str) -> AnalysisRuleCustom:
    threshold = {
        "identityColumns": [identity],
        "type": "COUNT_DISTINCT",
        "allowedAggregateExpressionType": "ANY_EXPRESSION",  # rows are judged here, and COUNT(*) is no question then
        **case["constraints"],
    }
    return _custom_rule(aggregationThresholds=[threshold])


def _custom_rule(**controls: object) -> AnalysisRuleCustom:
    approved = {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [_RUNNER]}
    return AnalysisRuleCustom.model_validate({**approved, **controls})


def _joined(
    shape: str, identity: str, rows: list[dict[str, Any]]
) -> tuple[str, list[Table], dict[str, list[dict[str, Any]]]]:
    """Return the JOIN of a shape that has one, with the table that it joins and that table's rows."""
    if not re.search(r"\bjoin", shape, re.IGNORECASE) or re.search(r"\bno join", shape, re.IGNORECASE):
        return "", [], {}
    partners = [{"partner": key, "grp": "", "amount": 1} for key in dict.fromkeys(row[identity] for row in rows)]
    return f" JOIN u ON t.{identity} = u.partner", [_table("u", {"partner": "string"}, _custom_rule())], {"u": partners}


def _table(name: str, columns: Mapping[str, str], rule: AnalysisRuleAggregation | AnalysisRuleCustom) -> Table:
    types = {"grp": "string", "amount": "int", **columns}
    return Table(name, _RUNNER, types, rule=rule, receivers_unlimited=True)


def _counted(case: Mapping[str, Any]) -> list[str]:
    counts = next(iter(case["groups"].values()))
    return [name.removeprefix("distinct_") for name in counts if name.startswith("distinct_")]


def _rows(case: Mapping[str, Any], table: str, columns: list[str]) -> list[dict[str, Any]]:
    """Return rows of *table* with as many values of *columns* in a group as the case counts for them.

    A count is named `distinct_<column>`, or `distinct_<table>_<column>` where it is of one table only.
    """
    rows = []
    for group, counts in case["groups"].items():
        own = {
            column: counts.get(f"distinct_{table}_{column}", counts.get(f"distinct_{column}", 1)) for column in columns
        }
        for index in range(max(own.values())):
            values = {column: f"{group}-{min(index, number - 1)}" for column, number in own.items() if number}
            rows.append({"grp": group, "amount": 1, **dict.fromkeys(columns), **values})
    return rows
