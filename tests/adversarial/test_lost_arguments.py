"""Whatever function a column is given to, the value is known to come from it, or the query is refused."""

from __future__ import annotations

from itertools import product

import pytest
from sqlglot.dialects.dialect import Dialect

from simulator.sql.resolving import resolve_script
from tests.sql_requests import request

ENGINES = {"SPARK": "spark", "CLEAN_ROOMS_SQL": "redshift"}
FILLERS = ("1", "day")


def _functions(engine: str) -> list[str]:
    parser = Dialect.get_or_raise(ENGINES[engine]).parser_class
    names = {*parser.FUNCTIONS, *parser.FUNCTION_PARSERS, *parser.NO_PAREN_FUNCTION_PARSERS, "NOT_KNOWN_TO_ANYONE"}
    return sorted(names)


def _calls(name: str) -> list[str]:
    """Calls with one to three arguments, one of which is the column email."""
    calls = []
    for size, filler in product((1, 2, 3), FILLERS):
        for position in range(size):
            arguments = [filler] * size
            arguments[position] = "email"
            calls.append(f"{name}({', '.join(arguments)})")
    return list(dict.fromkeys(calls))


@pytest.mark.parametrize("engine", ENGINES)
def test_no_function_loses_an_argument(engine: str) -> None:
    """The parser drops or turns into text what it does not expect, as the column in TRUNC(day, email)."""
    lost, followed = [], 0
    for call in (call for name in _functions(engine) for call in _calls(name)):
        script = resolve_script(request(f"SELECT {call} AS x FROM orders", engine))
        if script.problems or script.final is None:
            continue
        origins = {origin.column for _, found in script.final.outputs for origin in found}
        followed += 1
        if "email" not in origins:
            lost.append(call)
    assert lost == []
    assert followed > 1000  # else nearly everything would be refused
