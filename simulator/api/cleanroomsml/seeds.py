"""The seed of an audience: user ids, from JSON lines in S3 or from the result of a protected query.

Source: userguide/ml-seed-data-requirements; API AudienceGenerationJobDataSource.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import duckdb

from simulator.api.cleanrooms.buckets import list_objects, read_object
from simulator.api.cleanrooms.kept_rows import rows_file
from simulator.execution.engines.duckdb_engine import literal

SMALLEST, LARGEST = 25, 500_000
"""Minimum and maximum number of distinct users in a seed."""

COLUMN = "user_id"
"""The member of each JSON line that holds the id; the column of a query's result, unless it has only one column."""


class SeedError(Exception):
    """The seed cannot be used.

    Attributes:
        code: A code for programs; the simulator's own, since the service does not publish its codes.
    """

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def seed_in_s3(account: str, uri: str) -> frozenset[str]:
    """Return the users in the object, or the objects below the prefix, at an S3 address.

    Args:
        account: Account id of the reader.
        uri: `s3://bucket/key` or `s3://bucket/prefix/`.

    Raises:
        MissingBucketError: There is no such bucket.
        SeedError: There is no object, or a line is not `{"user_id": "..."}`.
    """
    address = urlsplit(uri)
    prefix = address.path.removeprefix("/")
    # A prefix without a final slash means the object or folder of that name, not every key that begins with it.
    folder = f"{prefix}/" if prefix and not prefix.endswith("/") else prefix
    keys = [key for key in list_objects(account, address.netloc, prefix) if key == prefix or key.startswith(folder)]
    if not keys:
        raise SeedError("SEED_NOT_FOUND", f"there is no object at {uri}")
    return frozenset(user for key in keys for user in _users(key, read_object(account, address.netloc, key)))


def seed_of_query(query_id: str) -> frozenset[str]:
    """Return the users in the result of a protected query that has succeeded.

    Raises:
        SeedError: The result has several columns, and none is `user_id`.
    """
    scan = f"read_parquet({literal(str(rows_file(query_id)))})"
    with duckdb.connect(":memory:") as connection:
        relation = connection.sql(f"FROM {scan}")
        names = relation.columns
        named = [name for name in names if name.lower() == COLUMN]
        if not named and len(names) > 1:
            raise SeedError("INVALID_SEED", f"the query must return a column {COLUMN!r}; found {', '.join(names)}")
        values = relation.select(duckdb.ColumnExpression((named or names)[0])).fetchall()
    return frozenset(str(value) for (value,) in values if value is not None)


def check_size(seed: frozenset[str]) -> None:
    """Refuse a seed that is too small or too large.

    Raises:
        SeedError: INVALID_SEED_SIZE.
    """
    if not SMALLEST <= len(seed) <= LARGEST:
        message = f"the seed has {len(seed)} different users; it needs {SMALLEST} to {LARGEST:,}"
        raise SeedError("INVALID_SEED_SIZE", message)


def _users(key: str, content: bytes) -> Iterator[str]:
    """Yield the users of one object."""
    try:
        for line in content.decode("utf-8").split("\n"):
            if line.strip():
                yield _user(json.loads(line))
    except (ValueError, RecursionError, KeyError, TypeError):
        message = f'object {key!r} is not JSON lines of the form {{"{COLUMN}": "..."}}'
        raise SeedError("INVALID_SEED", message) from None


def _user(line: object) -> str:
    if not isinstance(line, dict) or not isinstance(line[COLUMN], str | int) or isinstance(line[COLUMN], bool):
        raise TypeError(line)
    return str(line[COLUMN])
