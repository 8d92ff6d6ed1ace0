# ruff: noqa: S608 - names and paths are quoted by quoted() and literal(); no other text enters the SQL
"""The rows of a training data set: interactions of users with items, read from S3 through the Glue Data Catalog.

A model stores each pair of user and item once, in a file of its own, so that the rows may change afterwards.

Source: userguide/ml-training-data-requirements.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import duckdb

from simulator.api.cleanrooms.buckets import MissingBucketError
from simulator.api.cleanrooms.glue import GlueTable, glue_table
from simulator.api.cleanrooms.query_data import RoomData
from simulator.api.cleanrooms.tables import RoomTable
from simulator.api.cleanroomsml.files import file_of
from simulator.api.cleanroomsml.training_dataset import REQUIRED, roles
from simulator.api.store import Record
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal, quoted
from simulator.execution.engines.engine import RUN
from simulator.execution.errors import ExecutionError
from simulator.request import Table

TYPES: Mapping[str, tuple[str, ...]] = {
    "USER_ID": ("string", "int", "bigint"),
    "ITEM_ID": ("string", "int", "bigint"),
    "TIMESTAMP": ("bigint", "int", "timestamp"),
    "CATEGORICAL_FEATURE": ("string", "int", "float", "bigint", "double", "boolean", "array"),
    "NUMERICAL_FEATURE": ("double", "float", "int", "bigint"),
}
"""The Glue types that a column of each role may have."""


_PAIRS = f"{RUN}.pairs"
"""Internal table of the distinct pairs of user and item."""


class TrainingError(Exception):
    """The data cannot train a model.

    Attributes:
        code: A code for programs; the simulator's own, since the service does not publish its codes.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


class Trained(NamedTuple):
    """The size of a model's training data.

    Attributes:
        users: Number of users.
        interactions: Number of distinct pairs of user and item.
    """

    users: int
    interactions: int


def train(dataset: Record, region: str, start: datetime | None, end: datetime | None, model: str) -> Trained:
    """Store the interactions of a data set for a model.

    Args:
        dataset: The data set.
        region: Its region.
        start: Start of the period of interactions; None for no limit.
        end: End of the period of interactions; None for no limit.
        model: ARN of the model.

    Raises:
        TrainingError: The table does not exist or does not match the data set's schema, or its rows cannot be read.
    """
    (trained,) = dataset.body["trainingData"]
    columns = roles(trained)
    table = _table(dataset, trained["inputConfig"]["dataSource"]["glueDataSource"], region, columns)
    user, item, time = (columns[role][0] for role in REQUIRED)
    try:
        with tempfile.TemporaryDirectory(prefix="cleanroom-training-") as folder, DuckDBEngine() as engine:
            data = RoomData({table.table.name: table}, region, Path(folder))
            data.load(engine, table.table, (user, item, time), "interactions")
            seconds = f"epoch({quoted(time)})" if table.table.columns[time] == "timestamp" else quoted(time)
            limits = [f"{seconds} >= {start.timestamp()}"] if start else []
            limits += [f"{seconds} <= {end.timestamp()}"] if end else []
            return _kept(engine, quoted(user), quoted(item), limits, file_of(model))
    except (ExecutionError, MissingBucketError, duckdb.Error) as error:
        raise TrainingError("TRAINING_DATA_NOT_READABLE", f"the training data cannot be read: {error}") from None


def interactions(model: str) -> dict[str, frozenset[str]]:
    """Return the items of each user in a model's training data; empty for a model that was only declared."""
    file = file_of(model)
    if not file.exists():
        return {}
    with duckdb.connect(":memory:") as connection:
        rows = connection.execute(
            f"SELECT user_id, list(item_id) FROM read_parquet({literal(str(file))}) GROUP BY user_id"
        ).fetchall()
    return {user: frozenset(items) for user, items in rows}


def _table(dataset: Record, glue: Mapping[str, Any], region: str, columns: Mapping[str, list[str]]) -> RoomTable:
    """Return the table in the form that `RoomData` reads, after checking its columns."""
    if glue.get("catalogId", dataset.account) != dataset.account:
        raise TrainingError("GLUE_TABLE_NOT_FOUND", f"catalog {glue['catalogId']} is not account {dataset.account}'s")
    reference = {"glue": {"databaseName": glue["databaseName"], "tableName": glue["tableName"]}}
    source = Record(dataset.kind, dataset.id.rpartition("/")[2], dataset.account, {"tableReference": reference})
    found = glue_table(source, region)
    if found is None:
        name = f"{glue['databaseName']}.{glue['tableName']}"
        raise TrainingError("GLUE_TABLE_NOT_FOUND", f"table {name!r} is not in the Glue Data Catalog")
    types = _checked_types(found, columns)
    keys = tuple(key for key in found.partition_keys if key in types)
    return RoomTable(Table("training data", dataset.account, types), source, source, keys)


def _checked_types(found: GlueTable, columns: Mapping[str, list[str]]) -> dict[str, str]:
    known = {**found.columns, **found.partition_keys}
    types = {}
    for role, names in columns.items():
        for name in names:
            if name not in known:
                listed = ", ".join(known) or "none"
                message = f"column {name!r} is not in the Glue table (its columns: {listed})"
                raise TrainingError("SCHEMA_MISMATCH", message)
            if known[name].lower().partition("<")[0] not in TYPES[role]:
                allowed = ", ".join(TYPES[role])
                message = f"column {name!r} is {known[name]}; a {role} column is one of {allowed}"
                raise TrainingError("SCHEMA_MISMATCH", message)
            types[name] = known[name]
    return types


def _kept(engine: DuckDBEngine, user: str, item: str, limits: list[str], file: Path) -> Trained:
    """Write each pair of user and item once, as text; *user*, *item* and *limits* are SQL."""
    wanted = " AND ".join([f"{user} IS NOT NULL", f"{item} IS NOT NULL", *limits])
    pairs = f"SELECT DISTINCT {user}::VARCHAR AS user_id, {item}::VARCHAR AS item_id FROM interactions WHERE {wanted}"
    engine.create(_PAIRS, pairs)
    engine.connection.execute(f"COPY {_PAIRS} TO {literal(str(file))} (FORMAT parquet)")
    ((users, count),) = engine.query(f"SELECT count(DISTINCT user_id), count(*) FROM {_PAIRS}", {_PAIRS}).rows
    return Trained(users, count)
