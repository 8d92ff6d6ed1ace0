"""The last look at the SQL that goes to the engine, through the engine's own parser: it calls listed functions only.

Whatever the translation has made of a query, and in whatever words: here a function has the name by which it is called.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import duckdb

from simulator.execution.errors import NotTranslatableError
from simulator.execution.one_row_oracles.functions import LISTED

_OPTIONS = "skip_null := true, skip_empty := true, skip_default := true"
_CLASSES = frozenset(
    {
        *("BETWEEN", "CASE", "CAST", "COLUMN_REF", "COMPARISON", "CONJUNCTION", "CONSTANT", "FUNCTION", "LAMBDA"),
        *("OPERATOR", "STAR", "SUBQUERY", "TYPE", "WINDOW"),
    }
)
"""Kinds of expressions in the engine's syntax."""


def check_text(sql: str, windows: int) -> None:
    """Refuse SQL that calls what is not listed in `functions`.

    Args:
        sql: The whole text of a query for the engine; nothing is read or run.
        windows: How many window functions the query may have: as many as are written in it. Some functions of other
            engines would become one unseen, and number the rows of all users.

    Raises:
        NotTranslatableError: It has another function, another kind of expression or more window functions, or the
            engine cannot read it.
    """
    found = 0
    for node in expressions_of(sql):
        kind = node["class"]
        if kind not in _CLASSES:
            raise NotTranslatableError(f"an expression of the kind {kind} cannot be run here")
        name = node.get("function_name", "")
        if name and name.lower() not in LISTED and name not in LISTED:
            raise NotTranslatableError(
                f"function {name.upper()} cannot be run here: it is not one of the functions known "
                "to reveal nothing about a single row"
            )
        found += kind == "WINDOW"
    if found > windows:
        raise NotTranslatableError("a function that numbers rows cannot be run here; write ROW_NUMBER() OVER (...)")


def expressions_of(sql: str) -> Iterator[Mapping[str, Any]]:
    """Yield every expression of a query, as the engine's parser describes it.

    Raises:
        NotTranslatableError: The engine cannot read the query.
    """
    waiting = [_parsed(sql)]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        elif isinstance(node, dict):
            if "class" in node:
                yield node
            waiting += node.values()


def _parsed(sql: str) -> Any:  # noqa: ANN401 - JSON
    try:
        with _parser().cursor() as connection:
            ((answer,),) = connection.execute(f"SELECT json_serialize_sql($1, {_OPTIONS})", [sql]).fetchall()
        parsed = json.loads(answer)
    except RecursionError as error:
        raise NotTranslatableError("the query is nested too deeply for the engine") from error
    except duckdb.Error as error:
        raise NotTranslatableError(f"the engine cannot read the query: {str(error).partition(chr(10))[0]}") from error
    if parsed["error"]:
        reason = str(parsed.get("error_message", "no reason")).partition("\n")[0]
        raise NotTranslatableError(f"the engine cannot read the query: {reason}")
    return parsed


@cache
def _parser() -> duckdb.DuckDBPyConnection:
    """An empty database, for its parser."""
    return duckdb.connect(config={"enable_external_access": False, "autoload_known_extensions": False})
