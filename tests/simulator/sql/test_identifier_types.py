"""Identifiers that meet are of one type, and a field of an identifier is no identifier."""

from __future__ import annotations

import pytest

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.analysis_rules.judging import judge_context
from simulator.checks.context import QueryContext
from simulator.execution.errors import NotEnforceableError
from simulator.execution.private.user_level import user_columns
from simulator.request import AnalysisRequest, Table
from simulator.sql.resolving import resolve_script
from simulator.verdict import Outcome

RUNNER, PROVIDER = "111111111111", "222222222222"
RULE = AnalysisRuleCustom.model_validate(
    {
        "allowed_analyses": ["ANY_QUERY"],
        "allowed_analysis_providers": [RUNNER],
        "additional_analyses": "NOT_ALLOWED",
        "differential_privacy": {"columns": [{"name": "uid"}]},
    }
)
JOINED = "SELECT COUNT(*) AS c FROM a JOIN b ON a.uid = b.uid"
JOINED_BELOW = "WITH x AS (SELECT b.uid AS uid FROM a JOIN b ON a.uid = b.uid) SELECT COUNT(DISTINCT uid) AS c FROM x"
UNITED = "WITH x AS (SELECT uid FROM a UNION ALL SELECT uid FROM b) SELECT COUNT(*) AS c FROM x"
FIELD = [
    "WITH x AS (SELECT uid.f AS uid, MAX(n) AS n FROM a GROUP BY uid.f) SELECT SUM(n) AS c FROM x",
    "WITH x AS (SELECT uid, SUM(n) OVER (PARTITION BY a.uid.f) AS n FROM a) SELECT SUM(n) AS c FROM x",
    "WITH x AS (SELECT y.uid AS uid FROM a y JOIN a z ON y.uid.f = z.uid.f) SELECT COUNT(*) AS c FROM x",
    "SELECT COUNT(*) AS c FROM a y JOIN a z ON y.uid.f = z.uid.f",
]


def _context(sql: str, first: str, second: str) -> QueryContext:
    tables = {
        name: Table(name, PROVIDER, {"uid": kind, "n": "int"}, rule=RULE, receivers_unlimited=True)
        for name, kind in (("a", first), ("b", second))
    }
    ready = frozenset({PROVIDER})
    request = AnalysisRequest(sql, tables, RUNNER, receivers=frozenset({RUNNER}), differential_privacy_ready=ready)
    return QueryContext(request, resolve_script(request))


def _enforced(context: QueryContext) -> None:
    assert context.script.final is not None
    user_columns(context.script, context.script.final.selects[0])


@pytest.mark.parametrize("sql", [JOINED, JOINED_BELOW, UNITED])
@pytest.mark.parametrize(("first", "second"), [("int", "bigint"), ("string", "varchar(9)"), ("double", "double")])
def test_identifiers_of_one_type_meet(sql: str, first: str, second: str) -> None:
    context = _context(sql, first, second)
    assert judge_context(context).outcome is Outcome.ALLOWED
    _enforced(context)


@pytest.mark.parametrize("sql", [JOINED, JOINED_BELOW, UNITED])
@pytest.mark.parametrize(("first", "second"), [("int", "string"), ("double", "bigint"), ("date", "timestamp")])
def test_identifiers_of_several_types_do_not(sql: str, first: str, second: str) -> None:
    context = _context(sql, first, second)
    verdict = judge_context(context)
    assert verdict.outcome is Outcome.DENIED
    assert "user identifiers of several types" in verdict.findings[0].message
    with pytest.raises(NotEnforceableError, match="equal ones need not be one user"):
        _enforced(context)


@pytest.mark.parametrize("sql", FIELD)
def test_a_field_of_an_identifier_is_none(sql: str) -> None:
    context = _context(sql, "struct<f:string,g:string>", "string")
    assert judge_context(context).outcome is Outcome.DENIED
    with pytest.raises(NotEnforceableError):
        _enforced(context)
