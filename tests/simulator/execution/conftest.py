"""Small clean rooms for tests of execution: two members, a few tables, rows in memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from declarations.analysis_rules import AnalysisRule, AnalysisRuleCustom
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Relation
from simulator.execution.loading.data import MemoryData
from simulator.execution.loading.tables import load_tables
from simulator.execution.output_names import name_outputs
from simulator.execution.plain_run import PlainRun
from simulator.execution.working_copy import WorkingCopy, working_copy
from simulator.request import AnalysisRequest, Table, TemplateParameter
from simulator.sql.resolving import resolve_script

RUNNER, PROVIDER = "111111111111", "222222222222"
Rows = Sequence[Mapping[str, Any]]


@pytest.fixture(scope="session")
def table() -> Callable[..., Table]:
    """Make a table of the provider."""

    def make(name: str, columns: Mapping[str, str], rule: AnalysisRule | None = None, owner: str = PROVIDER) -> Table:
        return Table(name, owner, columns, rule=rule, receivers_unlimited=True)

    return make


@pytest.fixture
def custom() -> Callable[..., AnalysisRuleCustom]:
    """Make a custom rule that admits every query of the runner."""

    def make(**controls: object) -> AnalysisRuleCustom:
        wildcard = {"allowed_analyses": ["ANY_QUERY"], "allowed_analysis_providers": [RUNNER]}
        return AnalysisRuleCustom.model_validate(wildcard | {"additional_analyses": "ALLOWED"} | controls)

    return make


@pytest.fixture
def copied() -> Callable[..., WorkingCopy]:
    """Bind and copy a query, whether or not its rules would allow it."""

    def make(
        sql: str,
        tables: Sequence[Table],
        engine: str = "SPARK",
        parameters: Mapping[str, TemplateParameter] | None = None,
    ) -> WorkingCopy:
        by_name = {table.name.lower(): table for table in tables}
        template = f"arn:aws:cleanrooms:us-east-1:{RUNNER}:membership/m/analysistemplate/t" if parameters else None
        request = AnalysisRequest(
            sql,
            by_name,
            RUNNER,
            engine=engine,
            parameters=parameters or {},
            template_arn=template,
            template_author=RUNNER,
        )
        script = resolve_script(request)
        assert not script.problems, [problem.message for problem in script.problems]
        copy = working_copy(script, request)
        name_outputs(copy)
        return copy

    return make


@pytest.fixture
def answered(copied: Callable[..., WorkingCopy]) -> Callable[..., Relation]:
    """Run a query with its thresholds; gives the answer, and puts the number of removed rows into `removed`."""

    def run(
        sql: str,
        pairs: Sequence[tuple[Table, Rows]],
        engine: str = "SPARK",
        removed: list[int] | None = None,
        parameters: Mapping[str, TemplateParameter] | None = None,
    ) -> Relation:
        copy = copied(sql, [table for table, _ in pairs], engine, parameters)
        plain = PlainRun(copy)
        with DuckDBEngine() as duckdb:
            load_tables(copy, MemoryData({table.name.lower(): rows for table, rows in pairs}), duckdb)
            if removed is not None:
                removed.append(plain.removed(duckdb))
            return plain.answer(duckdb)

    return run
