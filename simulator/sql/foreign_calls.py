"""Finds calls that the engine does not have: a wrong number of arguments, clauses in the brackets, unknown types.

Source: https://spark.apache.org/docs/latest/sql-ref-functions.html, the grammar of Spark 4.3 and what it answers;
https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-reference-supported-data-types-dialect.html;
https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlglot.tokenizer_core import TokenType

from declarations.naming import did_you_mean
from simulator.sql.calls import Call, calls
from simulator.sql.dialects import BIGQUERY, SPARK
from simulator.sql.googlesql_functions import GOOGLESQL_FUNCTIONS
from simulator.sql.known_nodes import DATE_PARTS
from simulator.sql.resolved import Script
from simulator.sql.spark_functions import SPARK_FUNCTIONS, Arguments
from simulator.sql.written import Written, written
from simulator.verdict import Span

_SPARK_TYPES = """
boolean tinyint byte smallint short int integer bigint long float real double decimal dec numeric
date timestamp timestamp_ntz timestamp_ltz time string char character varchar binary void variant
interval array map struct geometry geography
"""
_GOOGLESQL_TYPES = """
int64 int smallint integer bigint tinyint byteint numeric decimal bignumeric bigdecimal float64 bool boolean
string bytes date datetime time timestamp interval json geography array struct range
"""


@dataclass(frozen=True, slots=True)
class _Grammar:
    """What an engine lets stand in the brackets of a call.

    Attributes:
        functions: Its functions, and how many arguments each takes.
        takers: Which functions take a word of a clause; those that are not here take none.
        anywhere: Words of clauses that this says nothing about.
        types: The types that it casts to.
        units: Functions that take a bare unit of time: if given so many arguments or any, as which one, from 0.
        has_named_bounds: Whether arguments that are given by name stand beside those that are counted.
    """

    functions: Mapping[str, Arguments]
    takers: Mapping[str, frozenset[str]]
    anywhere: frozenset[str]
    types: frozenset[str]
    units: Mapping[str, tuple[int | None, int]]
    has_named_bounds: bool = False


_SUBSTRINGS = frozenset({"SUBSTRING", "SUBSTR"})
_GRAMMARS: Mapping[str, _Grammar] = {
    SPARK: _Grammar(
        functions=SPARK_FUNCTIONS,
        takers={
            "AS": frozenset({"CAST", "TRY_CAST", "STRUCT"}),
            "FROM": _SUBSTRINGS | {"EXTRACT", "TRIM", "OVERLAY"},
            "FOR": _SUBSTRINGS | {"OVERLAY"},
            "PLACING": frozenset({"OVERLAY"}),
            "IGNORE NULLS": frozenset({"FIRST", "LAST", "ANY_VALUE"}),
        },
        anywhere=frozenset(),
        types=frozenset({*_SPARK_TYPES.upper().split(), "CHARACTER VARYING"}),
        units=dict.fromkeys(("DATEADD", "DATE_ADD", "DATEDIFF", "DATE_DIFF", "TIMESTAMPADD", "TIMESTAMPDIFF"), (3, 0)),
    ),
    BIGQUERY: _Grammar(
        functions=GOOGLESQL_FUNCTIONS,
        takers={
            "AS": frozenset({"CAST", "SAFE_CAST", "STRUCT"}),
            "FROM": frozenset({"EXTRACT"}),
            "FORMAT": frozenset({"CAST", "SAFE_CAST"}),
            "AT TIME ZONE": frozenset({"CAST", "SAFE_CAST", "EXTRACT"}),
            "ORDER BY": frozenset({"ARRAY_AGG", "STRING_AGG", "ARRAY_CONCAT_AGG"}),
            "LIMIT": frozenset({"ARRAY_AGG", "STRING_AGG", "ARRAY_CONCAT_AGG"}),
        },
        # A modifier of any aggregate; of these the checks of aggregates speak.
        anywhere=frozenset({"HAVING", "WHERE", "GROUP BY", "IGNORE NULLS", "RESPECT NULLS"}),
        types=frozenset(_GOOGLESQL_TYPES.upper().split()),
        units={
            f"{kind}_{what}": (None, place)
            for kind in ("DATE", "DATETIME", "TIME", "TIMESTAMP")
            for what, place in (("TRUNC", 1), ("DIFF", 2))
        },
        has_named_bounds=True,
    ),
}
_UNITS = DATE_PARTS | {"ISOWEEK", "ISOYEAR"}
_CASTS = frozenset({"CAST", "TRY_CAST", "SAFE_CAST"})
_HOLDERS_OF_QUERIES = frozenset({"EXISTS", "ARRAY", "ANY", "SOME", "ALL"})


def foreign_calls(script: Script) -> Iterator[tuple[str, Span]]:
    """Yield the calls that the engine of a script does not have: what it lacks, and where."""
    grammar = _GRAMMARS[script.dialect]
    text = written(script)
    for call in calls(text, grammar.functions):
        message = (
            _query(call) or _clause(text, call, grammar) or _count(text, call, grammar) or _unit(text, call, grammar)
        )
        if message:
            yield message, text.place(call.first, call.last)
        yield from _cast(text, call, grammar)
    for at in range(len(text.tokens)):
        # The tokenizer reads the number 2L as 2::L, whose parts begin at one place.
        if text.kind(at) is TokenType.DCOLON and text.tokens[at].start != text.tokens[at - 1].start:
            yield from _type(text, at + 1, grammar)


def _query(call: Call) -> str:
    if not call.holds_query or call.name in _HOLDERS_OF_QUERIES:
        return ""
    return f"{call.name} of a query without brackets of its own; write {call.name}((SELECT ...))"


def _clause(text: Written, call: Call, grammar: _Grammar) -> str:
    if call.holds_query:
        return ""
    for word, at in call.words:
        is_interval = word == "TO" and any(text.word(before) == "INTERVAL" for before in range(call.first, at))
        if word not in grammar.anywhere and not is_interval and call.name not in grammar.takers.get(word, ()):
            return f"{word} in the brackets of {call.name}"
    has_start = call.name not in _SUBSTRINGS or len(call.arguments) > 1 or any(word == "FROM" for word, _ in call.words)
    return "" if has_start or not call.words else f"FOR without FROM in the brackets of {call.name}"


def _count(text: Written, call: Call, grammar: _Grammar) -> str:
    # A comma may stand in a type, and a word in the place of a comma.
    is_worded = any(word in ("FROM", "FOR", "PLACING") for word, _ in call.words)
    if call.holds_query or call.name in _CASTS or is_worded:
        return ""
    named = sum(text.kind(at + 1) is TokenType.FARROW for at in call.arguments) if grammar.has_named_bounds else 0
    is_empty = text.word(call.last - 1) == "DISTINCT"
    found = len(call.arguments) - named - is_empty
    least, most = grammar.functions[call.name]
    if least <= found and (most is None or found <= most):
        return ""
    if least == most:
        takes = str(least) if least else "none"
    else:
        takes = f"{least} or more" if most is None else f"{least} to {most}"
    return f"{call.name} with {found or 'no'} argument{'' if found == 1 else 's'}; it takes {takes}"


def _unit(text: Written, call: Call, grammar: _Grammar) -> str:
    """Tell of a unit of time in quotes where it stands bare, and of a bare one where it stands in quotes."""
    if not call.arguments:
        return ""
    is_string = text.kind(call.arguments[0]) is TokenType.STRING
    if call.name == "EXTRACT" and is_string is any(word == "FROM" for word, _ in call.words):
        return "EXTRACT so written; write EXTRACT(YEAR FROM x)"
    count, place = grammar.units.get(call.name, (0, 0))
    if count in (None, len(call.arguments)) and text.word(call.arguments[place]) not in _UNITS:
        return f"{call.name} without a plain unit of time such as DAY as its argument {place + 1}"
    return ""


def _cast(text: Written, call: Call, grammar: _Grammar) -> Iterator[tuple[str, Span]]:
    if call.name in _CASTS:
        starts = [at for word, at in call.words if word == "AS"]
        yield from (
            _type(text, starts[0] + 1, grammar)
            if starts
            else [(f"{call.name} without AS", text.place(call.first, call.last))]
        )


def _type(text: Written, at: int, grammar: _Grammar) -> Iterator[tuple[str, Span]]:
    """Yield the type at position *at*, or one in its angle brackets, if it is none of the engine."""
    name = text.tokens[at].text.upper() if at < len(text.tokens) else ""
    if name and name not in grammar.types:
        yield f"the type {name}{did_you_mean(name, grammar.types)}", text.place(at)
    elif text.kind(at + 1) is TokenType.LT:
        yield from _type(text, _inner_type(text, at, name), grammar)


def _inner_type(text: Written, at: int, name: str) -> int:
    """Return the position of the first type in the angle brackets of *name*; in a STRUCT its field may have a name."""
    first = at + 2
    if name != "STRUCT" or text.kind(first + 1) in (TokenType.LT, TokenType.COMMA, TokenType.GT):
        return first
    return first + (2 if text.kind(first + 1) is TokenType.COLON else 1)
