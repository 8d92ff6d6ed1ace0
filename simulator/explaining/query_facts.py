"""Facts about a query for policies, from the lineage of the resolved SQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sqlglot import exp

from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from declarations.query_facts import FallibleOperation, LiteralComparison, OutputColumn, Position, QueryFacts
from simulator.explaining.fallible import fallible_operations
from simulator.explaining.joined_rows import joined_otherwise
from simulator.explaining.one_to_one import stands_for
from simulator.explaining.used_columns import position, used
from simulator.request import AnalysisRequest
from simulator.room import FilledTemplate, request
from simulator.sql.comparisons import Kind, comparisons
from simulator.sql.resolved import Projection, Script, Select
from simulator.sql.resolving import resolve_script
from simulator.sql.tracing import NO_ORIGINS, parts, unchanged
from simulator.sql.values import Value, Values
from simulator.views import bigquery_room

_CONDITIONS = (Kind.PREDICATE, Kind.FUNCTION, Kind.JOIN, Kind.UNSUPPORTED_SET)


def room_facts(room: CleanRoom) -> tuple[QueryFacts, ...]:
    """Return the facts about every SQL template of *room*, in order."""
    return tuple(
        query_facts(
            template.name,
            request(room, template.source.text or "", template=FilledTemplate(member.account_id, template)),
        )
        for member, template in room.templates()
        if template.format == "SQL"
    )


def view_facts(room: BigQueryRoom) -> tuple[QueryFacts, ...]:
    """Return the facts about the query of every view of *room*, in order, traced to tables and to views with a policy.

    Raises:
        ViewError: The query of a view is not a SELECT over the room's tables and views.
    """
    known = bigquery_room.tables(room)
    return tuple(query_facts(view.name, bigquery_room.request(room, view.query, known=known)) for view in room.views)


def query_facts(name: str, asked: AnalysisRequest) -> QueryFacts:
    """Return the facts about one query.

    Args:
        name: The query's or the template's name.
        asked: The request for the query in its room.
    """
    script = resolve_script(asked)
    facts = QueryFacts(name, followed=not script.problems)
    if script.final is None:
        return facts
    values = Values(script)
    return replace(
        facts,
        tables=tuple(table.name for table in script.tables().values()),
        literal_comparisons=tuple(sorted(_literal_comparisons(script), key=_place)),
        fallible_operations=tuple(sorted(fallible_operations(script, values), key=_place)),
        outputs=tuple(_outputs(script, values)),
    )


def _place(fact: LiteralComparison | FallibleOperation) -> Position:
    return fact.position


def _literal_comparisons(script: Script) -> Iterator[LiteralComparison]:
    for comparison in comparisons(script):
        rows = [value for value in (*comparison.literals, *comparison.inline) if not value.summed]
        if comparison.kind in _CONDITIONS and rows and not _only_with_nothing(comparison.node):
            columns = used(origin for value in rows for origin in value.origins)
            yield LiteralComparison(columns, _parameters(comparison.node), position(script, comparison.node))


def _only_with_nothing(node: exp.Expression) -> bool:
    """Tell whether every literal is the empty text: `email <> ''` singles out no one."""
    literals = list(parts(node, exp.Literal, exp.Placeholder, exp.Parameter))
    return bool(literals) and all(isinstance(one, exp.Literal) and one.is_string and not one.name for one in literals)


def _parameters(node: exp.Expression) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.name for part in parts(node, exp.Placeholder, exp.Parameter)))


def _outputs(script: Script, values: Values) -> Iterator[OutputColumn]:
    """Yield each output column of each operand of a set operation, if some operand shows values of rows in it."""
    selects = script.returned.selects
    shows_rows = {
        place
        for select in selects
        for place, item in enumerate(select.projections)
        if (value := values.of_item(item)).origins and not value.summed
    }
    for select in selects:
        items = zip(script.returned.outputs, select.projections, strict=False)  # the first operand names them
        for place, ((name, _), item) in enumerate(items):
            found = _output(script, select, name, item, values.of_item(item))
            if found.columns or (place in shows_rows and _adds_rows(select)):
                yield found


def _adds_rows(select: Select) -> bool:
    """Tell whether rows of *select* can be in the result; operands after EXCEPT or INTERSECT only remove rows."""
    node: exp.Expr = select.node
    while node is not select.query.node and node.parent is not None:
        if isinstance(node.parent, (exp.Except, exp.Intersect)) and node.arg_key == "expression":
            return False
        node = node.parent
    return True


def _output(script: Script, select: Select, name: str, item: Projection, value: Value) -> OutputColumn:
    shown = NO_ORIGINS if value.summed else value.origins
    copies, people = used(unchanged(item.use)), stands_for(script, item)
    beside = joined_otherwise(script, select, people)
    return OutputColumn(name, used(shown), position(script, item.node), copies, used(people), beside)
