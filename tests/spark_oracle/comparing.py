"""The same question to both engines, and whether their answers are the same."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlglot import exp

from simulator.execution.engines.engine import Column, Relation
from simulator.execution.loading.column_types import duckdb_type
from simulator.execution.loading.data import MemoryData
from simulator.execution.options import RunOptions
from simulator.execution.parameters import literal_of
from simulator.execution.plain_run import PlainRun
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.running import run
from simulator.execution.working_copy import SCHEMA, working_copy
from simulator.privacy.rng import seeded
from simulator.request import AnalysisRequest
from simulator.sql.resolving import resolve_script
from tests.spark_oracle.spark_engine import SparkEngine

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Question:
    """A query with the rows of its tables.

    Attributes:
        id: Name of the test.
        request: The query; its verdict is allowed.
        rows: Makes the rows, by lower-case table name.
        ordered: True when ORDER BY decides about every row, so that the order is compared, too.
    """

    id: str
    request: AnalysisRequest
    rows: Callable[[], Mapping[str, Rows]]
    ordered: bool = False


def duckdb_answers(question: Question) -> tuple[Relation, Relation]:
    """Run the question here; return the exact answer and the one with its thresholds (the same for private queries)."""
    owners = dict.fromkeys(table.owner for table in question.request.tables.values())
    settings = [PrivacySettings(owner, epsilon=10, users_noise_per_query=30) for owner in owners]
    result = run(
        question.request,
        MemoryData(question.rows()),
        privacy=settings,
        booking=None,
        source=seeded(1),
        options=RunOptions(exact=True),
    )
    assert result.exact is not None
    return result.exact, result.exact if result.privacy else result.answer


_OFFERED: dict[str, str] = {}
"""Table name to the rows that Spark has under it."""


def offer(spark: SparkEngine, question: Question) -> None:
    """Make the question's tables known to Spark."""
    made = question.rows()
    for name, table in question.request.tables.items():
        columns = [Column(column, duckdb_type(kind)) for column, kind in table.columns.items()]
        rows = [[row.get(column.name) for column in columns] for row in made[name]]
        content = repr((columns, rows))
        if _OFFERED.get(name) != content:  # the same tables are asked for again and again
            spark.insert(name, columns, rows)
            _OFFERED[name] = content


def spark_answer(spark: SparkEngine, question: Question) -> Relation:
    """Run the question's own text on Spark, statement by statement."""
    sql = question.request.sql
    for name, parameter in question.request.parameters.items():
        sql = re.sub(rf":{name}\b", literal_of(name, parameter).sql("spark"), sql)
    statements = [text for text in sql.split(";") if text.strip()]
    for statement in statements[:-1]:
        spark.query(statement)
    return spark.query(statements[-1])


def spark_answer_with_thresholds(spark: SparkEngine, question: Question) -> Relation:
    """Run on Spark what the thresholds make of the question."""
    copy = working_copy(resolve_script(question.request), question.request)
    PlainRun(copy)  # writes the thresholds into the copy
    names = {internal: table.name.lower() for internal, table in copy.tables.items()}
    tree = copy.tree.copy()
    if not tree.args.get("limit"):
        tree.set("order", None)  # Spark cannot sort by an expression beside a HAVING that was added
    for table in list(tree.find_all(exp.Table)):
        if table.db == SCHEMA:
            table.set("this", exp.to_identifier(names[table.name], quoted=True))
            table.set("db", None)
    return spark.query(tree.sql("spark", identify=True))


def chosen_by_chance(question: Question) -> bool:
    """Tell whether LIMIT takes some of the rows without an order, so that only their number is certain."""
    final = resolve_script(question.request).final
    return final is not None and bool(final.node.args.get("limit")) and not final.node.args.get("order")


def compare(ours: Relation, theirs: Relation, *, ordered: bool) -> None:
    """Assert that two answers are the same, numbers of one kind within rounding."""
    for mine, spark_column in zip(ours.columns, theirs.columns, strict=True):
        # Without an alias the name is the text of the expression, which each engine writes in its own way.
        assert mine.name.lower() == spark_column.name.lower() or "(" in mine.name, (mine.name, spark_column.name)
    for our_kinds, spark_kinds in zip(kinds(ours), kinds(theirs), strict=True):
        # The one tolerated difference of types, see docs/engine-semantics.md: then values are compared as rounded.
        is_rounded = (our_kinds, spark_kinds) == ({"double"}, {"decimal"})
        assert our_kinds == spark_kinds or is_rounded, (ours.rows[:3], theirs.rows[:3])
    left, right = list(ours.rows), list(theirs.rows)
    if not ordered:
        left, right = sorted(left, key=_sort_key), sorted(right, key=_sort_key)
    assert len(left) == len(right), (left[:5], right[:5])
    for our_row, spark_row in zip(left, right, strict=True):
        assert all(_same(one, other) for one, other in zip(our_row, spark_row, strict=True)), (our_row, spark_row)


def kinds(relation: Relation) -> list[set[str]]:
    """The kinds of the values of each column, NULL left out."""
    return [{_kind(row[index]) for row in relation.rows} - {"null"} for index in range(len(relation.columns))]


def _kind(value: object) -> str:
    names = {bool: "boolean", int: "whole", float: "double", Decimal: "decimal", str: "text", datetime: "time"}
    if value is None:
        return "null"
    return names.get(type(value), "date" if isinstance(value, date) else "nested")


def _same(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return (math.isnan(one) and math.isnan(other)) or math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    if isinstance(one, float) and isinstance(other, Decimal):
        unit = Decimal(1).scaleb(int(other.as_tuple().exponent))
        return abs(Decimal(one) - other) <= unit
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(_same(left, right) for left, right in zip(one, other, strict=True))
    return one == other


def _sort_key(row: Sequence[object]) -> list[tuple[bool, str]]:
    return [(value is None, f"{value:.4f}" if isinstance(value, (float, Decimal)) else str(value)) for value in row]
