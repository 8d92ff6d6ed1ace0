"""Every statement scans the tables that it is given, and no other, whatever its text says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

import simulator
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import Column
from simulator.execution.errors import NotTranslatableError

GIVEN = "data.t0"
OTHERS = (
    *('run."rows"', "data.t1", "main.left_over", "left_over", "temp.passing", "passing", '"a run".secret'),
    *("memory.run.rows", "information_schema.tables", "pg_catalog.pg_tables", "sqlite_master", "duckdb_tables"),
    *("duckdb_tables()", "duckdb_settings()", "duckdb_memory()", "duckdb_temporary_files()", "pragma_version()"),
    *("pragma_table_info('data.t1')", "pragma_storage_info('data.t1')", "query('FROM data.t1')"),
    *("query_table('data.t1')", "range(3)", "generate_series(1, 3)", "read_csv('/etc/hosts')", "glob('/*')"),
    *("in_memory", "sniff_csv('/etc/hosts')", "repeat(1, 2)", "which_secret('a', 'b')", "(DESCRIBE data.t1)"),
)
"""What else an engine could read."""
PLACES = (
    "SELECT * FROM {}",
    "SELECT 1 FROM data.t0, {}",
    "SELECT 1 FROM data.t0 LEFT JOIN {} ON true",
    "SELECT (SELECT count(*) FROM {}) FROM data.t0",
    "SELECT n FROM data.t0 WHERE EXISTS (FROM {})",
    "SELECT n FROM data.t0 WHERE 1 IN (SELECT 1 FROM {})",
    "SELECT n FROM data.t0 GROUP BY n HAVING count(*) > (SELECT count(*) FROM {})",
    "SELECT n FROM data.t0 ORDER BY (SELECT count(*) FROM {})",
    "SELECT n FROM data.t0 LIMIT (SELECT count(*) FROM {})",
    "SELECT sum(n) FILTER (WHERE EXISTS (FROM {})) FROM data.t0",
    "SELECT row_number() OVER (ORDER BY (SELECT count(*) FROM {})) FROM data.t0",
    "SELECT n FROM data.t0 UNION ALL SELECT 1 FROM {}",
    "WITH c AS (SELECT 1 AS n FROM {}) SELECT n FROM c",
    "WITH c AS MATERIALIZED (SELECT 1 AS n FROM {}) SELECT n FROM data.t0 WHERE n IN (FROM c)",
    "WITH RECURSIVE c AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM c WHERE n < (SELECT count(*) FROM {})) FROM c",
    "SELECT x FROM data.t0 AS o, LATERAL (SELECT o.n AS x FROM {}) AS l",
    "SELECT CASE WHEN n = 1 THEN (SELECT count(*) FROM {}) END FROM data.t0",
)


@pytest.fixture(scope="module")
def engine() -> Iterator[DuckDBEngine]:
    """A locked engine with one table of the query, and others in every place."""
    with DuckDBEngine() as made:
        for name in ("data.t0", "data.t1", "rows", "main.left_over"):
            made.insert(name, [Column("n", "INTEGER")], [(1,), (2,)])
        made.connection.execute("CREATE TEMP TABLE passing AS SELECT 1 AS n")
        made.connection.execute('CREATE SCHEMA "a run"; CREATE TABLE "a run".secret AS SELECT 1 AS n')
        made.lock()
        yield made


@pytest.mark.parametrize("place", PLACES)
def test_a_statement_scans_no_other_table(place: str, engine: DuckDBEngine) -> None:
    in_memory = pa.table({"n": [1]})
    for other in OTHERS:
        with pytest.raises(NotTranslatableError, match="whatever the rows"):
            engine.query(place.format(other), {GIVEN})
    assert in_memory.num_rows == 1


@pytest.mark.parametrize("place", PLACES)
def test_what_is_given_or_written_is_read(place: str, engine: DuckDBEngine) -> None:
    for own in ("data.t0 AS d", "(VALUES (1), (2)) AS d(n)", "(SELECT 1 AS n) AS d"):
        assert engine.query(place.format(own), {GIVEN}).columns


def test_rows_of_a_definition_are_found_anew(engine: DuckDBEngine) -> None:
    engine.insert("grown", [Column("n", "INTEGER")], [(1,)])
    engine.define("seen", "SELECT n + 1 AS n FROM run.grown", {"run.grown"})
    engine.append("grown", "SELECT 2")
    assert engine.query("SELECT n FROM run.seen ORDER BY n", {"run.seen"}).rows == ((2,), (3,))
    engine.drop("seen")
    engine.drop("grown")


def test_a_definition_scans_no_other_table(engine: DuckDBEngine) -> None:
    for scans in ((), ("data.t0",), ("data.t0", "run.rows")):
        with pytest.raises(NotTranslatableError, match="it reads a table that is not one of its own"):
            engine.define("seen", "SELECT n FROM data.t1", scans)


def test_arrays_are_unnested(engine: DuckDBEngine) -> None:
    for sql in ("SELECT x FROM data.t0, unnest([n, 3]) AS u(x)", "SELECT x FROM unnest([1, 2, 3, 4]) AS u(x)"):
        assert len(engine.query(sql, {GIVEN}).rows) == 4


def test_a_statement_that_is_given_nothing_reads_nothing(engine: DuckDBEngine) -> None:
    """So that who forgets to say what is read is told so."""
    assert engine.query("SELECT 1").rows == ((1,),)
    with pytest.raises(NotTranslatableError, match="it reads a table that is not one of its own"):
        engine.query("SELECT n FROM data.t0")
    with pytest.raises(NotTranslatableError, match="it reads a table that is not one of its own"):
        engine.create("copied", "SELECT n FROM data.t0")
    with pytest.raises(NotTranslatableError, match="it reads a table that is not one of its own"):
        engine.append("rows", "SELECT n FROM data.t0")


@pytest.mark.parametrize(
    "statement",
    [
        *("DROP TABLE data.t0", "CREATE TABLE data.t2 AS FROM data.t0", "INSERT INTO data.t0 SELECT 1", "SHOW TABLES"),
        *(
            "DELETE FROM data.t0",
            "UPDATE data.t0 SET n = 0",
            "COPY data.t0 TO 'rows.csv'",
            "FROM data.t0; FROM data.t1",
        ),
    ],
)
def test_nothing_but_one_select_is_run(statement: str, engine: DuckDBEngine) -> None:
    with pytest.raises(NotTranslatableError):
        engine.query(statement, {GIVEN})


def test_only_what_loads_or_writes_rows_talks_to_the_connection() -> None:
    """Everything else asks the engine, and says what it scans."""
    sources = Path(simulator.__file__).parent
    found = {
        path.relative_to(sources).as_posix()
        for path in sources.rglob("*.py")
        if re.search(r"\bengine\.connection\.(execute|sql|query|cursor)", path.read_text())
    }
    assert found == {
        "api/cleanroomsml/training_rows.py",
        "execution/loading/copying.py",
        "execution/loading/file_queries.py",
        "execution/results.py",
    }
