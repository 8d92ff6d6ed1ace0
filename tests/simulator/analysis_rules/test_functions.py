"""Every function that the parser knows, and some it does not, against rules that list all scalar functions."""

from __future__ import annotations

import pytest
from sqlglot import exp
from sqlglot.dialects.dialect import Dialect

from declarations.analysis_rules import AnalysisRuleAggregation, AnalysisRuleList, ScalarFunction
from simulator.analysis_rules import judge
from simulator.request import AnalysisRequest, Table
from simulator.verdict import Outcome

RUNNER = "111111111111"
COLUMNS = {"k": "string", "amount": "int", "r": "string", "t": "timestamp", "n": "double", "secret": "string"}

AGGREGATION = AnalysisRuleAggregation.model_validate(
    {
        "aggregateColumns": [{"columnNames": ["amount"], "function": "SUM"}],
        "joinColumns": ["k"],
        "dimensionColumns": ["r", "t", "n"],
        "scalarFunctions": list(ScalarFunction),
        "outputConstraints": [{"columnName": "k", "minimum": 2, "type": "COUNT_DISTINCT"}],
    }
)
LIST = AnalysisRuleList.model_validate({"joinColumns": ["k"], "listColumns": ["r", "t", "n"]})

ARGUMENTS = ("", "x.r", "x.n", "x.t, 'MM'", "x.r, 1", "x.r, 1, 2", "'day', 1, x.t", "day, 1, x.t", "x.r, 'a', 'b', 'c'")


def _known_names(dialect: str) -> list[str]:
    parser = Dialect.get_or_raise(dialect).parser()
    names = set(exp.FUNCTION_BY_NAME) | set(parser.FUNCTIONS) | set(parser.FUNCTION_PARSERS)
    names -= {"AND", "OR", "XOR"}  # AND(x) is x to the parser, and an error of syntax to the service
    return sorted({*names, "MY_FUNCTION", "NVL", "IFNULL", "SUBSTR", "CEIL", "UCASE", "LCASE", "TO_VARCHAR", "EXEC"})


def _outcome(sql: str, engine: str, rule: AnalysisRuleAggregation | AnalysisRuleList) -> Outcome:
    tables = {
        "x": Table("x", RUNNER, COLUMNS, rule=rule, receivers_unlimited=True),
        "y": Table("y", RUNNER, COLUMNS, rule=rule, receivers_unlimited=True),
    }
    return judge(AnalysisRequest(sql, tables, RUNNER, engine=engine)).outcome


ENGINES = {"SPARK": "spark", "CLEAN_ROOMS_SQL": "redshift"}


EVERY = 3
"""Of how many lists of arguments one is tried each time; all are, under the `statistics` mark."""


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(arguments, marks=[pytest.mark.statistics] if number % EVERY else [])
        for number, arguments in enumerate(ARGUMENTS)
    ],
)
@pytest.mark.parametrize("engine", ENGINES)
def test_only_listed_scalar_functions_are_allowed(engine: str, arguments: str) -> None:
    """Whatever the parser makes of a call, only the 24 names of the API pass, in the select list and in filters."""
    allowed = set()
    for name in _known_names(ENGINES[engine]):
        call = f"{name}({arguments})"
        selected = f"SELECT {call} AS c, SUM(x.amount) AS s FROM x GROUP BY {call}"
        filtered = f"SELECT SUM(x.amount) AS s FROM x WHERE {call} = 'v'"
        if any(_outcome(sql, engine, AGGREGATION) is not Outcome.DENIED for sql in (selected, filtered)):
            allowed.add(name)
    assert allowed <= set(ScalarFunction)


@pytest.mark.parametrize("engine", ENGINES)
def test_list_queries_take_no_function(engine: str) -> None:
    allowed = set()
    for name in _known_names(ENGINES[engine]):
        for arguments in ("", "x.r", "x.t, 'MM'"):
            call = f"{name}({arguments})"
            join = "FROM x JOIN y ON x.k = y.k"
            for sql in (f"SELECT DISTINCT {call} AS c {join}", f"SELECT DISTINCT x.r {join} WHERE {call} = 'v'"):
                if _outcome(sql, engine, LIST) is not Outcome.DENIED:
                    allowed.add(name)
    assert allowed == set()


CALLS = {
    "SPARK": (
        "ABS(x.n)",
        "CAST(x.n AS INT)",
        "CEILING(x.n)",
        "COALESCE(x.r, 'none')",
        "DATEADD(DAY, 1, x.t)",
        "EXTRACT(HOUR FROM x.t)",
        "FLOOR(x.n)",
        "LN(x.n)",
        "LOG(10, x.n)",
        "LOWER(x.r)",
        "ROUND(x.n, -1)",
        "RTRIM(x.r)",
        "SQRT(x.n)",
        "SUBSTRING(x.r, 1, 3)",
        "TO_CHAR(x.n, '999')",
        "TO_DATE(x.t)",
        "TO_NUMBER(x.r, '999')",
        "TO_TIMESTAMP(x.r)",
        "TRIM(x.r)",
        "TRUNC(x.t, 'MM')",
        "UPPER(x.r)",
        "upper ( x . r )",
    ),
    "CLEAN_ROOMS_SQL": (
        "CONVERT(INTEGER, x.n)",
        "DATEADD(day, 1, x.t)",
        "EXTRACT(hour FROM x.t)",
        "LOG(x.n)",
        "TO_CHAR(x.t, 'YYYY')",
        "TO_DATE(x.r, 'YYYY-MM-DD')",
        "TO_NUMBER(x.r, '999')",
        "TO_TIMESTAMP(x.r, 'YYYY')",
        "TRUNC(x.n)",
        "TRUNC(x.t)",
        "CEILING(x.n)",
        "SUBSTRING(x.r FROM 1 FOR 2)",
    ),
}


@pytest.mark.parametrize(("engine", "call"), [(engine, call) for engine, calls in CALLS.items() for call in calls])
def test_every_scalar_function_is_allowed_where_listed(engine: str, call: str) -> None:
    sql = f"SELECT {call} AS c, SUM(x.amount) AS s FROM x GROUP BY {call}"
    assert _outcome(sql, engine, AGGREGATION) is Outcome.ALLOWED


@pytest.mark.parametrize(("engine", "call"), [(engine, call) for engine, calls in CALLS.items() for call in calls])
def test_no_scalar_function_is_allowed_where_not_listed(engine: str, call: str) -> None:
    """The same call is denied as soon as its own name leaves the list."""
    name = call.split("(", 1)[0].strip().upper()
    listed = [function for function in ScalarFunction if function != name]
    rule = AGGREGATION.model_copy(update={"scalar_functions": tuple(listed)})
    sql = f"SELECT SUM(x.amount) AS s FROM x WHERE {call} = '1'"
    assert _outcome(sql, engine, rule) is Outcome.DENIED


@pytest.mark.parametrize("call", ["CURRENT_DATE", "CURRENT_DATE()", "GETDATE()"])
@pytest.mark.parametrize("engine", ENGINES)
def test_functions_without_arguments(engine: str, call: str) -> None:
    assert _outcome(f"SELECT SUM(x.amount) AS s FROM x WHERE x.t < {call}", engine, AGGREGATION) is Outcome.ALLOWED


@pytest.mark.parametrize(
    "call", ["CURRENT_TIMESTAMP", "CURRENT_USER", "SYSDATE", "SESSION_USER", "CURRENT_TIME", "LOCALTIMESTAMP"]
)
@pytest.mark.parametrize("engine", ENGINES)
def test_other_functions_without_arguments(engine: str, call: str) -> None:
    assert _outcome(f"SELECT SUM(x.amount) AS s FROM x WHERE x.t < {call}", engine, AGGREGATION) is Outcome.DENIED
