"""The table in the Glue Data Catalog behind a configured table: columns, partitions, and locations of the rows.

Source: Glue API Table, StorageDescriptor, Partition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from moto.backends import get_backend

from simulator.api.store import Record


@dataclass(frozen=True, slots=True)
class Location:
    """A folder of S3 objects, and the values of the partition keys for all rows in it.

    Attributes:
        uri: `s3://bucket/prefix`.
        values: Partition key to value; empty for a table without partitions.
    """

    uri: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class GlueTable:
    """A table in the catalog.

    Attributes:
        columns: Name to type, lower case, without partition keys.
        partition_keys: Name to type.
        locations: The folders of the partitions, or the table's own folder when none is registered.
        storage: The table's StorageDescriptor.
        parameters: The table's Parameters.
    """

    columns: Mapping[str, str]
    partition_keys: Mapping[str, str]
    locations: tuple[Location, ...]
    storage: Mapping[str, Any]
    parameters: Mapping[str, str]


def glue_table(table: Record, region: str) -> GlueTable | None:
    """Return the catalog table behind a configured table, from the owner's account; None if it does not exist."""
    reference = table.body["tableReference"].get("glue") or table.body["tableReference"].get("athena")
    if reference is None:
        return None
    catalog = get_backend("glue")[table.account][reference.get("region", region)]
    # moto's own look-up creates a slow error document for anything that does not exist.
    database = catalog.databases.get(reference["databaseName"])
    found = database.tables.get(reference["tableName"]) if database else None
    if found is None:
        return None
    described = found.as_dict()
    storage = described.get("StorageDescriptor", {})
    keys = _types(described.get("PartitionKeys", ()))
    whole = Location(storage.get("Location", ""), {})
    parts = tuple(_part(partition.as_dict(), tuple(keys), whole.uri) for partition in found.partitions.values())
    return GlueTable(
        _types(storage.get("Columns", ())), keys, parts or (whole,), storage, described.get("Parameters", {})
    )


def _part(partition: Mapping[str, Any], keys: tuple[str, ...], table_uri: str) -> Location:
    values = dict(zip(keys, partition["Values"], strict=False))
    path = "/".join(f"{key}={value}" for key, value in values.items())
    uri = partition.get("StorageDescriptor", {}).get("Location") or f"{table_uri.rstrip('/')}/{path}/"
    return Location(uri, values)


def _types(columns: Any) -> dict[str, str]:  # noqa: ANN401 - Glue's list of columns
    return {column["Name"].lower(): column.get("Type", "string") for column in columns}
