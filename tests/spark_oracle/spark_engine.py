"""Spark as an engine: the service's own, run locally, to ask what it would answer.

It is not what `cleanroom run` uses: DuckDB starts a thousand times faster and reaches no file while a query runs. Spark
is the authority on what SQL means, so the two are compared (see docs/engine-semantics.md).
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from sqlglot import exp

from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal
from simulator.execution.engines.engine import RUN, Column, Relation
from simulator.execution.errors import COULD_NOT_FINISH, QueryFailedError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

SETTINGS: Mapping[str, str] = {
    # A value that does not fit is NULL and not an error: whether a query fails must not depend on a single row.
    "spark.sql.ansi.enabled": "false",
    "spark.sql.session.timeZone": "UTC",
    # Small tables: one partition and a plan made once are fastest.
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
"""What differs from Spark's defaults."""


class SparkEngine:
    """One local Spark session of two threads; needs the extra `spark` and Java 17 or newer.

    Raises:
        ImportError: PySpark is not installed.
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="cleanroom-spark-")
        self.session = self._start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop Spark and drop every table."""
        self.session.stop()
        self._folder.cleanup()

    def query(self, sql: str) -> Relation:
        """Run one statement and fetch its rows; one that is no SELECT gives none.

        Raises:
            QueryFailedError: Spark gave up; its words are the error's detail.
        """
        try:
            frame = self.session.sql(sql)
            columns = tuple(Column(field.name, field.dataType.simpleString()) for field in frame.schema.fields)
            return Relation(columns, tuple(tuple(row) for row in _without_zones(frame).collect()))
        except Exception as error:
            raise QueryFailedError(COULD_NOT_FINISH, str(error)) from error

    def create(self, name: str, sql: str) -> None:
        """Keep the rows of the SELECT *sql* as the table *name*."""
        self.session.sql(sql).createOrReplaceTempView(name)

    def insert(self, name: str, columns: Sequence[Column], rows: Sequence[Sequence[Any]]) -> None:
        """Keep *rows* as the table *name* with the given columns, whose types are DuckDB's."""
        path = Path(self._folder.name) / f"{abs(hash((name, id(rows))))}.parquet"
        with DuckDBEngine() as duckdb:
            duckdb.insert("rows", columns, rows)
            duckdb.connection.execute(f"COPY {RUN}.rows TO {literal(str(path))} (FORMAT parquet)")
        self.read(name, path, {column.name: _spark_type(column.type) for column in columns})

    def read(self, name: str, path: Path, types: Mapping[str, str]) -> None:
        """Offer a Parquet file as the table *name*.

        Args:
            name: SQL name.
            path: The file.
            types: The columns to offer with their declared types, to which they are cast.
        """
        frame = self.session.read.parquet(str(path))
        casts = [f"CAST(`{column}` AS {kind}) AS `{column}`" for column, kind in types.items()]
        frame.selectExpr(*casts).createOrReplaceTempView(f"`{name}`")

    def _start(self) -> SparkSession:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # PySpark about a pandas that is not used here
            from pyspark.sql import SparkSession

        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
        builder = SparkSession.builder.master("local[2]").appName("cleanroom")
        for name, value in {**SETTINGS, "spark.sql.warehouse.dir": self._folder.name}.items():
            builder = builder.config(name, value)
        session = builder.getOrCreate()
        session.sparkContext.setLogLevel("OFF")
        return session


def _without_zones(frame: DataFrame) -> DataFrame:
    """Make moments plain times in UTC; PySpark would give them in the time zone of this machine."""
    from pyspark.sql import functions
    from pyspark.sql.types import TimestampType

    plain = frame.toDF(*(f"c{index}" for index in range(len(frame.columns))))
    return plain.select(
        *(
            functions.col(field.name).cast(
                "timestamp_ntz" if isinstance(field.dataType, TimestampType) else field.dataType
            )
            for field in plain.schema.fields
        )
    )


def _spark_type(duckdb: str) -> str:
    return exp.DataType.build(duckdb, dialect="duckdb").sql("spark")
