# ruff: noqa: S608 - names and texts are quoted by quoted() and literal(); no other text enters the SQL
"""The rows of a collaboration's tables: objects in the emulated S3, found through the Glue Data Catalog.

The objects are first copied to a folder: the engine that runs the query has no access to S3, and is locked before it
receives the SQL.

Source: Glue API StorageDescriptor, SerDeInfo.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from simulator.api.cleanrooms.buckets import MissingBucketError, list_objects, read_object
from simulator.api.cleanrooms.csv_objects import csv_scan
from simulator.api.cleanrooms.glue import GlueTable, glue_table
from simulator.api.cleanrooms.kept_rows import rows_file
from simulator.api.cleanrooms.tables import RoomTable
from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal, quoted
from simulator.execution.errors import DataError, MissingDataError
from simulator.execution.loading.copying import Scan, copy_checked
from simulator.execution.loading.file_queries import query_files
from simulator.execution.loading.json_files import json_scan
from simulator.execution.loading.parquet_files import group_by_schema, parquet_scan
from simulator.request import Table, TableKind

Values = tuple[tuple[str, str], ...]
"""Partition keys with the values of one folder."""

_FORMATS = ("parquet", "json", "csv")
_SCHEMES = frozenset({"s3", "s3a", "s3n"})
_ENDINGS = frozenset({".parquet", ".json", ".csv", ".gz", ".zst"})


@dataclass(slots=True)
class RoomData:
    """The rows of a query's tables, as a `DataSource`.

    Attributes:
        tables: The tables by lower-case SQL name.
        region: The collaboration's region.
        folder: The folder into which objects are copied.
        engine: The engine that the rows were loaded into last, so that a running query can be interrupted.
    """

    tables: Mapping[str, RoomTable]
    region: str
    folder: Path
    engine: DuckDBEngine | None = None

    def load(self, engine: DuckDBEngine, table: Table, columns: Sequence[str], target: str) -> None:
        """Copy the needed columns of the table's objects into the engine; see `DataSource.load`."""
        self.engine = engine
        held = self.tables[table.name.lower()]
        copy_checked(engine, table, columns, target, self._scans(engine, held), fills_missing=True)

    def refuse_missing(self) -> None:
        """Refuse a query before it runs if one of its tables is not in the catalog.

        Raises:
            MissingDataError: A table is not in the Glue Data Catalog, so its column types are not known.
        """
        for held in self.tables.values():
            if held.table.kind is TableKind.CONFIGURED:
                self._catalogued(held)

    def _catalogued(self, held: RoomTable) -> GlueTable:
        found = glue_table(held.source, self.region)
        if found is None:
            raise MissingDataError(
                held.table.name, "its table is not in the Glue Data Catalog, or its rows are not in S3"
            )
        return found

    def _scans(self, engine: DuckDBEngine, held: RoomTable) -> list[Scan]:
        if held.table.kind is TableKind.INTERMEDIATE:
            return [Scan(_kept(held))]
        if held.table.kind is TableKind.ID_MAPPING:
            return [Scan(_empty(held.table.columns))]
        found = self._catalogued(held)
        scans = [
            Scan(_select(engine, held, values, reader))
            for values, files in self._copied(held, found)
            for reader in _readers(engine, held, found, files)
        ]
        return scans or [Scan(_empty({**found.columns, **found.partition_keys}))]

    def _copied(self, held: RoomTable, found: GlueTable) -> list[tuple[Values, list[Path]]]:
        """Copy the table's objects; return the files of each partition."""
        try:
            objects = sorted(_objects(held, found))
        except MissingBucketError as error:
            raise MissingDataError(held.table.name, str(error)) from None
        folders = []
        for values, group in groupby(objects, key=lambda each: each[0]):
            files = []
            for _, bucket, key in group:
                # Keep only the extension: the rest of a key may contain pattern characters of the engine.
                ending = "".join(each for each in Path(key.lower()).suffixes[-2:] if each in _ENDINGS)
                file = self.folder / f"{held.source.id}-{len(list(self.folder.iterdir()))}{ending}"
                file.write_bytes(read_object(held.source.account, bucket, key))
                files.append(file)
            folders.append((values, files))
        return folders


def _kept(held: RoomTable) -> str:
    file = rows_file(held.resource.hidden["rows"])
    if not file.exists():
        raise MissingDataError(held.table.name, "its rows were deleted after the query was accepted")
    return f"read_parquet({literal(str(file))})"


def _objects(held: RoomTable, found: GlueTable) -> Iterator[tuple[Values, str, str]]:
    """Yield the objects below the table's locations, with their partition values."""
    for location in found.locations:
        address = _address(held, location.uri)
        prefix = address.path.strip("/")
        for key in list_objects(held.source.account, address.netloc, f"{prefix}/" if prefix else ""):
            if posixpath.basename(key).startswith(("_", ".")):
                continue
            path = dict(part.split("=", 1) for part in key.split("/")[:-1] if "=" in part)
            named = {name.lower(): unquote(value) for name, value in path.items()}
            values = {name: named[name] for name in found.partition_keys if name in named} | dict(location.values)
            yield tuple(values.items()), address.netloc, key


def _address(held: RoomTable, uri: str) -> SplitResult:
    with suppress(ValueError):
        address = urlsplit(uri)
        if address.scheme in _SCHEMES and address.netloc:
            return address
    raise DataError(
        held.table.name, f"its location in the Glue Data Catalog must be s3://bucket/prefix/; found {uri!r}"
    )


def _select(engine: DuckDBEngine, held: RoomTable, values: Values, reader: str) -> str:
    """Return SQL for the rows of one partition. Its keys have the folder's values, whatever its files hold."""
    if not values:
        return reader
    described = query_files(engine, held.table.name, f"DESCRIBE SELECT * FROM {reader}")
    in_files = {row[0].lower() for row in described}
    hidden = ", ".join(quoted(name) for name, _ in values if name in in_files)
    added = ", ".join(f"{literal(value)} AS {quoted(name)}" for name, value in values)
    return f"(SELECT *{f' EXCLUDE ({hidden})' if hidden else ''}, {added} FROM {reader})"


def _readers(engine: DuckDBEngine, held: RoomTable, found: GlueTable, files: list[Path]) -> list[str]:
    """Return SQL that reads *files*: one SELECT for all those of one format that state their columns alike."""
    formats: dict[str, list[Path]] = {}
    for file in files:
        formats.setdefault(_format(held, found, file), []).append(file)
    return [reader for kind, alike in formats.items() for reader in _readers_of(kind, engine, held, found, alike)]


def _readers_of(kind: str, engine: DuckDBEngine, held: RoomTable, found: GlueTable, files: list[Path]) -> list[str]:
    if kind == "parquet":
        return [parquet_scan(alike) for alike in group_by_schema(engine, held.table.name, files, None)]
    names = "[" + ", ".join(literal(str(file)) for file in files) + "]"
    if kind == "json":
        return [json_scan(engine, held.table.name, {**found.columns, **found.partition_keys}, names)]
    return [csv_scan(held.table.name, found, names)]


def _format(held: RoomTable, found: GlueTable, file: Path) -> str:
    serde = found.storage.get("SerdeInfo", {}).get("SerializationLibrary", "")
    words = f"{found.parameters.get('classification', '')} {serde} {found.storage.get('InputFormat', '')}".lower()
    for kind in _FORMATS:
        if kind in words:
            return kind
    if "orc" in words.replace("org.", "") or "avro" in words:
        raise DataError(held.table.name, "ORC and Avro files cannot be read here; use Parquet, CSV or JSON")
    if "lazysimple" in words:
        return "csv"
    return next((kind for kind in _FORMATS if f".{kind}" in file.name.lower()), "csv")


def _empty(columns: Mapping[str, str]) -> str:
    nothing = ", ".join(f"NULL::VARCHAR AS {quoted(name)}" for name in columns)
    return f"(SELECT {nothing} WHERE false)"
