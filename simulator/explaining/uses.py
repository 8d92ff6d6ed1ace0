"""The uses of a column; each use writes the simplest queries that do it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from declarations.analysis_rules import AnalysisRuleAggregation
from declarations.rule_vocabulary import ScalarFunction
from simulator.explaining.asking import Answer
from simulator.explaining.carrier import Carrier, aggregate
from simulator.explaining.draft import Draft, Family, family, literal
from simulator.request import Table

Use = Callable[[Draft, Table, str], Iterator[Draft]]
"""A use of a column: takes a query that is allowed without it, and yields the ways to add it."""


def select(draft: Draft, table: Table, name: str) -> Iterator[Draft]:
    """Its values in the result: alone, or beside an aggregate that is grouped by it."""
    column = draft.column(table, name)
    if draft.distinct:
        yield draft.showing(column)
        return
    yield replace(draft, items=(column,))
    yield Draft.grouped(draft.showing(column), column)


def group(draft: Draft, table: Table, name: str) -> Iterator[Draft]:
    """A key of GROUP BY."""
    yield draft.grouped(draft.column(table, name))


def filter_by_literal(draft: Draft, table: Table, name: str) -> Iterator[Draft]:
    """Compared with a literal in WHERE."""
    yield replace(draft, where=(f"{draft.column(table, name)} = {literal(table.columns[name])}",))


def compare(draft: Draft, table: Table, name: str) -> Iterator[Draft]:
    """Compared with a column in WHERE."""
    column = draft.column(table, name)
    yield replace(draft, where=(f"{column} = {column}",))


def sort(draft: Draft, table: Table, name: str) -> Iterator[Draft]:
    """A key of ORDER BY."""
    column = draft.column(table, name)
    yield replace(draft, order=(column,))
    yield replace(draft.grouped(column), order=(column,))
    for shown in table.columns:
        yield replace(draft, items=(draft.column(table, shown),), order=(column,))


USES: dict[str, Use] = {
    "select": select,
    "group": group,
    "filter": filter_by_literal,
    "compare": compare,
    "sort": sort,
}
"""Every use that a column may have, by its name on the page."""


def answer_use(carrier: Carrier, table: Table, name: str, use: Use) -> Answer:
    """Judge every way to use the column and return the best answer."""
    return best_answer(carrier, use(carrier.draft, table, name))


def best_answer(carrier: Carrier, drafts: Iterable[Draft]) -> Answer:
    """Judge *drafts* until one is allowed; return the best answer."""
    best: Answer | None = None
    for draft in drafts:
        found = carrier.asking.ask(draft)
        if best is None or found.rank < best.rank:
            best = found
        if not any(found.rank):
            break
    assert best is not None  # noqa: S101 - every use yields at least one way
    return best


_FOR_ALL = ("COUNT", "COUNT_DISTINCT", "MIN", "MAX")
_FOR_NUMBERS = ("SUM", "SUM_DISTINCT", "AVG", "MEDIAN", "STDDEV")


def aggregate_functions(table: Table, name: str) -> tuple[str, ...]:
    """Return the aggregate functions to try: those that fit the type, and those that the rule declares."""
    numeric = family(table.columns[name]) is Family.NUMBER
    declared: tuple[str, ...] = ()
    if isinstance(table.rule, AnalysisRuleAggregation):
        declared = tuple(entry.function.value for entry in table.rule.aggregate_columns if name in entry.column_names)
    return tuple(dict.fromkeys((*declared, *_FOR_ALL, *(_FOR_NUMBERS if numeric else ()))))


def aggregated(function: str) -> Use:
    """Return the use of a column as the argument of an aggregate function: alone, or beside another aggregate."""

    def use(draft: Draft, table: Table, name: str) -> Iterator[Draft]:
        call = aggregate(function, draft.column(table, name))
        if not draft.distinct:
            yield replace(draft, items=(call,))
        yield draft.showing(call)

    return use


_CALLS: dict[ScalarFunction, tuple[str, tuple[Family, ...]]] = {
    ScalarFunction.ABS: ("ABS({0})", (Family.NUMBER,)),
    ScalarFunction.CAST: ("CAST({0} AS VARCHAR(20))", tuple(Family)),
    ScalarFunction.CEILING: ("CEILING({0})", (Family.NUMBER,)),
    ScalarFunction.COALESCE: ("COALESCE({0}, {1})", (Family.TEXT, Family.NUMBER, Family.TIME)),
    ScalarFunction.CONVERT: ("CONVERT(VARCHAR(20), {0})", ()),
    ScalarFunction.DATEADD: ("DATEADD(DAY, 1, {0})", (Family.TIME,)),
    ScalarFunction.EXTRACT: ("EXTRACT(YEAR FROM {0})", (Family.TIME,)),
    ScalarFunction.FLOOR: ("FLOOR({0})", (Family.NUMBER,)),
    ScalarFunction.LN: ("LN({0})", (Family.NUMBER,)),
    ScalarFunction.LOG: ("LOG(10, {0})", (Family.NUMBER,)),
    ScalarFunction.LOWER: ("LOWER({0})", (Family.TEXT,)),
    ScalarFunction.ROUND: ("ROUND({0}, 0)", (Family.NUMBER,)),
    ScalarFunction.RTRIM: ("RTRIM({0})", (Family.TEXT,)),
    ScalarFunction.SQRT: ("SQRT({0})", (Family.NUMBER,)),
    ScalarFunction.SUBSTRING: ("SUBSTRING({0}, 1, 3)", (Family.TEXT,)),
    ScalarFunction.TO_CHAR: ("TO_CHAR({0}, 'yyyy')", (Family.TIME,)),
    ScalarFunction.TO_DATE: ("TO_DATE({0}, 'yyyy-MM-dd')", (Family.TEXT,)),
    ScalarFunction.TO_NUMBER: ("TO_NUMBER({0}, '999')", (Family.TEXT,)),
    ScalarFunction.TO_TIMESTAMP: ("TO_TIMESTAMP({0}, 'yyyy-MM-dd')", (Family.TEXT,)),
    ScalarFunction.TRIM: ("TRIM({0})", (Family.TEXT,)),
    ScalarFunction.TRUNC: ("TRUNC({0}, 'MM')", (Family.TIME,)),
    ScalarFunction.UPPER: ("UPPER({0})", (Family.TEXT,)),
}
"""Scalar functions: the call, and the families that they suit; without any, the function is tried only if declared."""


def scalar_functions(table: Table, name: str) -> tuple[ScalarFunction, ...]:
    """Return the scalar functions to try: those that fit the type, and some others that the rule declares."""
    kind = family(table.columns[name])
    listed = table.rule.scalar_functions if isinstance(table.rule, AnalysisRuleAggregation) else ()
    return tuple(
        function
        for function, (_, families) in _CALLS.items()
        if kind in families or (function in listed and not families)
    )


def computed(function: ScalarFunction) -> Use:
    """Return the use of a column as the argument of a scalar function: selected, grouped by, or in WHERE."""

    def use(draft: Draft, table: Table, name: str) -> Iterator[Draft]:
        call = _CALLS[function][0].format(draft.column(table, name), literal(table.columns[name]))
        if draft.distinct:
            yield draft.showing(call)
            return
        yield replace(draft, items=(call,))
        yield draft.showing(call).grouped(call)

    return use
