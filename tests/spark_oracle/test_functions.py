"""The functions that are known to a verdict are those that Spark has."""

from __future__ import annotations

import pytest

from simulator.sql.spark_functions import ARRAY_FUNCTIONS, OVERLOADED_FOR_ARRAYS, SPARK_FUNCTIONS
from tests.spark_oracle.spark_engine import SparkEngine

pytestmark = pytest.mark.spark

WORDS = frozenset({"AND", "BETWEEN", "CASE", "DIV", "ILIKE", "IN", "LIKE", "NOT", "OR", "PYTHON_WORKER_LOGS", "WHEN"})
"""What Spark lists among its functions and nobody calls by its name."""


def test_every_function_of_spark_is_known(spark: SparkEngine) -> None:
    listed = {row[0].upper() for row in spark.session.sql("SHOW SYSTEM FUNCTIONS").collect()}
    assert {name for name in listed if name.isidentifier()} - SPARK_FUNCTIONS.keys() <= WORDS


def test_every_function_of_arrays_is_one_of_spark() -> None:
    assert SPARK_FUNCTIONS.keys() >= ARRAY_FUNCTIONS | OVERLOADED_FOR_ARRAYS
