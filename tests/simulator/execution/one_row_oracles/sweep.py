"""Every listed function, called by the engine on the worst values that its arguments can have.

`calls.yml` holds the calls. A slot `{x}` is an argument; in its place comes every other column, and a literal. A call
that is refused before a row is read is fine. One that then fails would tell whether the row is there that it failed on.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import sqlglot
from sqlglot import exp

from simulator.execution.clock import stop_clock
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Engine
from simulator.execution.engines.engine_plan import bound_plan
from simulator.execution.engines.limits import EngineLimits
from simulator.execution.errors import NotTranslatableError, QueryFailedError
from simulator.execution.loading.column_types import duckdb_type
from simulator.execution.one_row_oracles import refuse_one_row_oracles
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.execution.working_copy import SCHEMA
from simulator.privacy.rng import secure
from tests.yaml_text import from_yaml

CALLS: Mapping[str, Any] = from_yaml(
    (Path(__file__).parents[3] / "cases/functions/calls.yml").read_text(encoding="utf-8")
)
DIALECTS = ("spark", "bigquery")
_LONG_TEXT = "ab(" * 1000
_TEXTS = (
    *("", "zz", "*", "$", "[", "\\", "%", "_\\", "(", "a{", "+", "$.a[", '{"a": 1}', "é😀", "\t", "-5", "1e400", "nan"),
    *("9" * 40, "2024-13-45", "99999-01-01", "10000-01-01 00:00:00", "1 day", "UTC", "%Q", "%Y", "0x", "=", "ab", None),
    _LONG_TEXT,
)
_WHOLE = (0, 1, -1, 7, 40, 64, 300, None)
_FLOATS = ("0.0", "-0.0", "-1.0", "0.5", "1e19", "5e-324", "nan", "inf", "-inf", None)
NASTY: Mapping[str, tuple[str, tuple[Any, ...]]] = {
    "ti": ("tinyint", (127, -128, 0, 1, None)),
    "si": ("smallint", (32767, -32768, 0, None)),
    "n": ("int", (2**31 - 1, -(2**31), *_WHOLE)),
    "b": ("bigint", (2**63 - 1, -(2**63), 10**12, 1_114_112, 55_296, 253_402_300_800, *_WHOLE)),
    "fl": ("float", ("3.4e38", "-3.4e38", "1e-45", *_FLOATS)),
    "f": ("double", ("1.7976931348623157e308", "-1e308", *_FLOATS)),
    "d0": ("decimal(38,0)", ("9" * 38, "-" + "9" * 38, "0", "1", None)),
    "d37": ("decimal(38,37)", ("9.9", "-9." + "9" * 37, "0." + "0" * 36 + "1", "0", None)),
    "d2": ("decimal(10,2)", ("99999999.99", "-99999999.99", "0", None)),
    "s": ("string", _TEXTS),
    "t": ("boolean", (True, False, None)),
    "day": (
        "date",
        ("0001-01-01", "9999-12-31", "1970-01-01", "2024-02-29", "5881580-07-10", "5877642-06-25 (BC)", None),
    ),
    "ts": (
        "timestamp",
        ("0001-01-01", "9999-12-31 23:59:59.999999", "294247-01-10 04:00:54", "290309-12-22 (BC)", "1970-01-01", None),
    ),
    "y": ("binary", ("\\xFF\\xFE", "", "ab", "\\x00", None)),
    "arr": ("array<bigint>", ([], [None], [2**63 - 1] * 2, [-(2**63), 0, 3], None)),
    "sa": ("array<string>", ([], [None], ["", "("], ["a", _LONG_TEXT], None)),
    "m": ("map<string,bigint>", ("{}", "{k=NULL}", "{k=9223372036854775807, zz=-9223372036854775808}", None)),
}
"""Column name to its type and the values at which functions fail."""
OTHERS = ("day - day", "INTERVAL '1' MONTH", "'zz'", "'['", "-1", "1E300", "9" * 38, "NULL", "ARRAY(ARRAY(n))")
"""Arguments that are no columns."""
FEW = ("b", "f", "d0", "s", "ts", "'['")
ROWS = 90
_SLOT = re.compile(r"(?<!\{)\{([a-z0-9]+)\}(?!\})")


def nasty_engine() -> DuckDBEngine:
    """Return an engine that holds the nasty values in random rows of the table t, locked as for a run."""
    chance = random.Random(7)  # noqa: S311 - which values meet, nothing secret
    engine = DuckDBEngine(limits=EngineLimits(memory="1500MB"))
    columns = {name: duckdb_type(kind) for name, (kind, _) in NASTY.items()}
    listed = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    engine.connection.execute(f"CREATE TABLE {SCHEMA}.t (u INTEGER, {listed})")
    rows = [[number % 9, *(chance.choice(values) for _, values in NASTY.values())] for number in range(ROWS)]
    marks = ", ".join(f"CAST(? AS {kind})" for kind in columns.values())
    engine.connection.executemany(f"INSERT INTO {SCHEMA}.t VALUES (?, {marks})", rows)
    engine.connection.execute(f"CREATE TABLE {SCHEMA}.empty AS FROM {SCHEMA}.t LIMIT 0")
    engine.lock([f"{SCHEMA}.t"])
    engine.draw_secretly(secure())
    return engine


def variants(call: str, arguments: tuple[str, ...]) -> Iterator[str]:
    """Yield *call* with its own arguments, then with every other argument in every slot."""
    slots = list(_SLOT.finditer(call))
    yield _filled(call, [slot[1] for slot in slots])
    for place in range(len(slots)):
        for argument in arguments:
            yield _filled(call, [argument if place == index else slot[1] for index, slot in enumerate(slots)])
    for argument in arguments:
        yield _filled(call, [argument] * len(slots))


def _filled(call: str, arguments: list[str]) -> str:
    given = iter(arguments)
    return _SLOT.sub(lambda _: next(given), call).replace("{{", "{").replace("}}", "}")


def translated(sql: str, dialect: str, *, is_private: bool = False) -> str | None:
    """Return the engine's SQL of a query on t; None when it is refused."""
    try:
        tree = sqlglot.parse_one(sql, read=dialect)
    except sqlglot.ParseError:
        return None
    assert isinstance(tree, exp.Query)
    for table in tree.find_all(exp.Table):
        table.set("db", exp.to_identifier(SCHEMA))
    for column in tree.find_all(exp.Column):
        if not column.table and (column.name in NASTY or column.name == "u"):
            column.set("table", exp.to_identifier("t"))
    stop_clock(tree, {}, datetime.now(UTC))
    schema = {SCHEMA: {"t": {"u": "int", **{name: kind for name, (kind, _) in NASTY.items()}}}}
    try:
        return to_duckdb(tree, dialect, schema, is_private=is_private)
    except NotTranslatableError:
        return None


def failure(engine: Engine, sql: str | None) -> str | None:
    """Return why the engine fails on rows; None when it does not, or refuses before it reads one, as without rows."""
    if sql is None:
        return None
    try:
        refuse_one_row_oracles(bound_plan(engine, sql))
        engine.query(sql.replace(f'"{SCHEMA}"."t"', f'"{SCHEMA}"."empty"'), {f"{SCHEMA}.empty"})
    except (NotTranslatableError, QueryFailedError):
        return None
    try:
        engine.connection.execute(sql).fetchall()  # type: ignore[attr-defined]
    except (duckdb.Error, OverflowError, ValueError) as error:
        return f"{type(error).__name__}: {error}"
    return None
