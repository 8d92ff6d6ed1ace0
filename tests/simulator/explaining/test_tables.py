"""What a page says about a table is what `judge` says, of queries that do just what the page speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from sqlglot import exp

from simulator.analysis_rules import judge
from simulator.explaining import TablePage
from simulator.explaining.asking import Answer
from simulator.explaining.draft import literal
from simulator.request import AnalysisRequest
from simulator.sql.resolved import Clause, ColumnUse, Select
from simulator.sql.resolving import resolve_script
from simulator.verdict import Outcome
from tests.conformance.query_cases import request_of
from tests.simulator.explaining.rooms import CORPUS, cases, pages, room_of, rooms


def _the_example_is_allowed_or_the_reason_is_given(room: str) -> None:
    for page in pages(room).values():
        verdict = judge(page.example_request)
        assert verdict.outcome == page.example.outcome
        assert verdict.findings == page.refusals
        assert (page.asked is None) == (verdict.outcome is Outcome.DENIED)
        assert page.table.name.lower() in resolve_script(page.example_request).tables()


def _every_cell_is_what_judge_says(room: str) -> None:
    for page in pages(room).values():
        for answer in _answers(page):
            assert judge(replace(page.example_request, sql=answer.sql)).outcome == answer.outcome


def _answers(page: TablePage) -> Iterator[Answer]:
    for column in page.columns:
        for answers in (column.uses, column.aggregates, column.functions):
            yield from answers.values()


_PROOFS: dict[str, Callable[[Select, ColumnUse], bool]] = {
    "select": lambda select, use: any(item.use is use for item in select.projections),
    "group": lambda _, use: use.clause is Clause.GROUP_BY,
    "filter": lambda _, use: use.clause is Clause.WHERE and isinstance(use.node.parent.expression, exp.Literal),
    "compare": lambda _, use: use.clause is Clause.WHERE and isinstance(use.node.parent.expression, exp.Column),
    "sort": lambda _, use: use.clause is Clause.ORDER_BY,
}


def _every_cell_is_about_a_query_that_does_it(room: str) -> None:
    """The judged query really selects, groups by, ... the column; else a cell could be true about nothing."""
    for page in pages(room).values():
        for column in page.columns if page.asked else ():
            for name, answer in column.uses.items():
                uses = _uses(replace(page.example_request, sql=answer.sql), page, column.name)
                assert any(_PROOFS[name](select, use) for select, use in uses), answer.sql
            for name, answer in {**column.aggregates, **column.functions}.items():
                uses = _uses(replace(page.example_request, sql=answer.sql), page, column.name)
                assert any(isinstance(use.node.find_ancestor(exp.Func), exp.Func) for _, use in uses), (name, answer)


def _uses(request: AnalysisRequest, page: TablePage, column: str) -> list[tuple[Select, ColumnUse]]:
    script = resolve_script(request)
    return [
        (select, use)
        for select in script.selects
        for use in select.uses
        if use.name == column and use.source is not None and use.source.table is page.table
    ]


def _whatever_an_allowed_query_does_the_page_allows(room: str) -> None:
    """The other direction: no page says no to what some accepted query of the corpus does with a column."""
    for case in (case for case in cases().values() if room_of(case) == room):
        request = request_of(case, CORPUS["table_fixtures"])
        script = resolve_script(request)
        plain = not (request.template_arn or request.template_author or script.cached)
        if plain and script.final is not None and judge(request).outcome is Outcome.ALLOWED:
            for select in script.final.selects:
                _page_allows(room, select)


def _page_allows(room: str, select: Select) -> None:
    for use in select.uses:
        if use.source is not None and use.source.table is not None and not _joins_inline_rows(select, use):
            page = pages(room)[use.source.table.name.lower()]
            assert page.asked is not None
            assert Outcome.ALLOWED in set(_outcomes(page, select, use)), (use.name, use.clause)


def _joins_inline_rows(select: Select, use: ColumnUse) -> bool:
    """Pages speak of joins of one table with another: not with a CTE, rows of VALUES, or itself."""
    names = [source.table.name if source.table is not None else "" for source in select.sources.values()]
    return use.clause is Clause.JOIN and ("" in names or len(set(names)) < len(names))


def _outcomes(page: TablePage, select: Select, use: ColumnUse) -> Iterator[Outcome]:
    """The verdicts of the page on what *use* does with its column."""
    column = next(column for column in page.columns if column.name == use.name)
    inside = use.node.find_ancestor(exp.Func, exp.Select)
    if isinstance(inside, exp.Func) and not isinstance(inside, (exp.Connector, exp.Predicate)):
        # Functions that no page lists, such as windows, are not spoken of.
        named = {
            *(answer.outcome for answer in (*column.aggregates.values(), *column.functions.values())),
            Outcome.ALLOWED,
        }
        yield from named
    elif use.clause is Clause.JOIN:
        yield from (join.answer.outcome for join in page.joins if use.name in join.columns)
    elif use.clause is Clause.WHERE:
        yield from (column.uses[name].outcome for name in ("filter", "compare"))
    elif use.clause in {Clause.SELECT, Clause.GROUP_BY, Clause.ORDER_BY}:
        yield column.uses[{"SELECT": "select", "GROUP BY": "group", "ORDER BY": "sort"}[use.clause]].outcome
    else:
        yield Outcome.ALLOWED


def _each_pair_of_join_columns_is_judged_as_the_page_says(room: str) -> None:
    """Each column of one side with each of the other, also those that the page leaves out."""
    request, _ = rooms()[room]
    for page in pages(room).values():
        for join in page.joins:
            if "JOIN" not in join.answer.sql or len(request.tables) != 2:
                continue
            other = request.tables[join.table.lower()]
            head, _, tail = join.answer.sql.partition(" ON ")
            _, _, rest = tail.partition("\n")
            for own in page.table.columns:
                for theirs in other.columns:
                    sql = f"{head} ON {page.table.name}.{own} = {other.name}.{theirs}\n{rest}"
                    outcome = judge(replace(page.example_request, sql=sql)).outcome
                    said = own in join.columns and theirs in join.with_columns
                    expected = join.answer.outcome if said else Outcome.DENIED
                    assert (outcome is expected) or (not said and outcome is not Outcome.ALLOWED), sql


CATEGORIES = {
    "dimension": {"select", "group", "filter", "compare", "sort"},
    "other": set(),
}
"""Uses of a column by its category in an aggregation rule. Source: userguide/analysis-rules-aggregation."""


def _aggregation_rules_give_each_category_its_uses(room: str) -> None:
    """An oracle of its own: the table of the guide, not `judge`."""
    for page in pages(room).values():
        rule = page.table.rule
        if rule is None or rule.rule_type != "AGGREGATION" or page.example.outcome is not Outcome.ALLOWED:
            continue
        for column in page.columns:
            allowed = {use for use, answer in column.uses.items() if answer.outcome is Outcome.ALLOWED}
            assert allowed == CATEGORIES["dimension" if column.name in rule.dimension_columns else "other"]
            declared = {entry.function.value for entry in rule.aggregate_columns if column.name in entry.column_names}
            assert {name for name, answer in column.aggregates.items() if answer.outcome is Outcome.ALLOWED} == declared
            functions = {name for name, answer in column.functions.items() if answer.outcome is Outcome.ALLOWED}
            listed = set(rule.scalar_functions) if column.name in rule.dimension_columns else set()
            assert functions == set(column.functions) & listed
        joined = {name for join in page.joins for name in join.columns}
        assert joined <= set(rule.join_columns)


def _list_rules_give_each_category_its_uses(room: str) -> None:
    for page in pages(room).values():
        rule = page.table.rule
        if rule is None or rule.rule_type != "LIST" or page.example.outcome is not Outcome.ALLOWED:
            continue
        for column in page.columns:
            allowed = {use for use, answer in column.uses.items() if answer.outcome is Outcome.ALLOWED}
            assert allowed == ({"select", "filter", "compare"} if column.name in rule.list_columns else set())
            assert not any(answer.outcome is Outcome.ALLOWED for answer in column.aggregates.values())
            assert not any(answer.outcome is Outcome.ALLOWED for answer in column.functions.values())


EVERY = 9
"""Of how many rooms one is asked each time; all are, under the `statistics` mark."""


@pytest.mark.parametrize(
    "room",
    [
        pytest.param(room, id=str(number), marks=[pytest.mark.statistics] if number % EVERY else [])
        for number, room in enumerate(rooms())
    ],
)
def test_a_page_is_true(room: str) -> None:
    """One test a room, since its pages are made once: every proof of this module."""
    for proof in (
        _the_example_is_allowed_or_the_reason_is_given,
        _every_cell_is_what_judge_says,
        _every_cell_is_about_a_query_that_does_it,
        _whatever_an_allowed_query_does_the_page_allows,
        _each_pair_of_join_columns_is_judged_as_the_page_says,
        _aggregation_rules_give_each_category_its_uses,
        _list_rules_give_each_category_its_uses,
    ):
        proof(room)


@pytest.mark.parametrize(
    ("declared", "text"),
    [("string", "'A'"), ("VARCHAR(20)", "'A'"), ("decimal(10,2)", "1"), ("timestamp", "'2024-01-01'"), ("", "'A'")],
)
def test_literals_fit_the_type(declared: str, text: str) -> None:
    assert literal(declared) == text
