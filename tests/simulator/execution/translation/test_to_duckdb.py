"""What a translated query may never do, whoever wrote it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlglot
from sqlglot import exp

from simulator.execution.engines.engine import Relation
from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.to_duckdb import to_duckdb
from simulator.request import Table

SMUGGLED = (
    "SELECT read_text('/etc/passwd') AS x FROM data.t0",
    "SELECT getenv('HOME') AS x FROM data.t0",
    "SELECT current_setting('threads') AS x FROM data.t0",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM parquet.`/etc/passwd`",
    "SELECT * FROM `/etc/passwd`",
    "SELECT * FROM other.data.t0",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM information_schema.tables",
    "SELECT * FROM data.t0 TABLESAMPLE (1 PERCENT)",
    "SELECT (SELECT MAX(x) FROM read_blob('/*') AS g(x)) AS y FROM data.t0",
    "SELECT query_table('t') AS x FROM data.t0",
    "SELECT java_method('java.lang.System', 'getenv') AS x FROM data.t0",
)


@pytest.mark.parametrize("sql", SMUGGLED)
def test_only_tables_of_the_room_and_pure_functions_pass(sql: str) -> None:
    tree = sqlglot.parse_one(sql, read="spark")
    assert isinstance(tree, exp.Query)
    with pytest.raises(NotTranslatableError):
        to_duckdb(tree, "spark", {"data": {"t0": {"x": "int"}}})


def test_no_cast_can_fail() -> None:
    tree = sqlglot.parse_one("SELECT x::int, CAST(x AS DATE), DATE '2024-01-01', YEAR(x) FROM data.t0", read="spark")
    assert isinstance(tree, exp.Query)
    text = to_duckdb(tree, "spark", {"data": {"t0": {"x": "string"}}})
    assert " CAST(" not in text.replace("TRY_CAST(", "")
    assert "TIMESTAMPTZ" not in text


@pytest.mark.parametrize("name", ["select", "weird name", 'a"b', "x; DROP TABLE t", "data", "t0", "naïve-table"])
def test_names_are_never_read_as_sql(name: str, table: Callable[..., Table], answered: Callable[..., Relation]) -> None:
    sql = f"SELECT `{name}`.x FROM `{name}`"
    answer = answered(sql, [(table(name, {"x": "int"}), [{"x": 5}])])
    assert answer.rows == ((5,),)


def test_a_wrong_number_of_arguments_is_refused_here_as_well() -> None:
    """The verdict denies it first; the translation does not rely on that."""
    tree = sqlglot.parse_one("SELECT PERCENTILE(n) AS v FROM t", read="spark")
    assert isinstance(tree, exp.Select)
    with pytest.raises(NotTranslatableError, match="a function has too few arguments, or too many"):
        to_duckdb(tree, "spark", {})
