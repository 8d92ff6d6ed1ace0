"""One Spark session for all tests of this folder; without PySpark they are skipped, aloud."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.spark_oracle.spark_engine import SparkEngine


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkEngine]:
    """Start Spark, once."""
    pytest.importorskip("pyspark", reason="PySpark is not installed; `make spark-oracle` installs it")
    with SparkEngine() as engine:
        yield engine
