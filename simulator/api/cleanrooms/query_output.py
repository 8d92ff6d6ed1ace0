"""Delivers the result of a query: to buckets of the receiving members, or into an intermediate table.

Source: API ProtectedQueryOutput, ProtectedQueryS3OutputConfiguration; userguide/receive-query-results.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from simulator.api.cleanrooms.buckets import check_bucket, write_object
from simulator.api.cleanrooms.intermediate_rows import check_columns, populated
from simulator.api.cleanrooms.kept_rows import rows_file
from simulator.api.cleanrooms.query_asking import AskedQuery
from simulator.api.cleanrooms.query_places import default_place, locations
from simulator.api.store import Record, Store
from simulator.execution.errors import ExecutionError
from simulator.execution.results import RunResult


def check_places(store: Store, query: Record) -> None:
    """Refuse a query whose result cannot be delivered; called before a row is read, so it costs no budget.

    Raises:
        MissingBucketError: A bucket of a receiver does not exist.
        ExecutionError: A receiver no longer has a default location for results.
    """
    if not (_is_additional(query) or _fills_table(query)):
        for _, _, stated in _places(store, query):
            check_bucket(stated["bucket"])


def check_deliverable(store: Store, query: Record, result: RunResult) -> None:
    """Refuse a result that could be delivered only in part, before any part is delivered.

    Raises:
        MissingBucketError: A bucket of a receiver does not exist.
        ExecutionError: The name of a column is not valid for an intermediate table, or a receiver no longer has a
            default location for results.
    """
    check_places(store, query)
    if not _is_additional(query) and _fills_table(query):
        check_columns(result)


def delivered(store: Store, query: Record, asked: AskedQuery, result: RunResult, folder: Path) -> dict[str, Any] | None:
    """Write the result to all its destinations; return the ProtectedQueryOutput, or None when no member gets it.

    The result for an additional analysis is stored under the id of its query, for Clean Rooms ML only.

    Args:
        store: The region's resources.
        query: The query's record.
        asked: The query that ran.
        result: Its result.
        folder: A folder for temporary files.

    Raises:
        MissingBucketError: A bucket does not exist.
    """
    if _is_additional(query):
        result.write(rows_file(query.id))
        return None
    if _fills_table(query):
        populated(store, query, asked, result)
        return None
    s3: dict[str, str] | None = None
    accounts: list[dict[str, str]] = []
    for kind, account, stated in _places(store, query):
        location = _written(query, account, stated, result, folder)
        if kind == "s3":
            s3 = {"location": location}
        else:
            accounts.append({"accountId": account})
    if "distribute" in query.body["resultConfiguration"]["outputConfiguration"]:
        return {"distribute": {"s3": s3, "memberList": accounts or None}}
    return {"s3": s3} if s3 else {"memberList": accounts}


def _is_additional(query: Record) -> bool:
    return "additional_analysis" in query.hidden


def _fills_table(query: Record) -> bool:
    return "intermediateTable" in query.body["resultConfiguration"]["outputConfiguration"]


def _places(store: Store, query: Record) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Yield each destination of a result: `s3` or `member`, the account, and the S3 configuration."""
    for kind, stated in locations(query.body["resultConfiguration"]["outputConfiguration"]):
        if kind == "s3":
            yield kind, query.account, stated
            continue
        place = default_place(store, query.hidden["collaboration"], stated["accountId"])
        if place is None:
            raise ExecutionError(
                f"the membership of account {stated['accountId']} no longer has a default location for results"
            )
        yield kind, stated["accountId"], place["s3"]


def _written(query: Record, account: str, stated: Mapping[str, Any], result: RunResult, folder: Path) -> str:
    """Write the result as one object; return the address of its folder."""
    ending = stated["resultFormat"].lower()
    file = folder / f"result.{ending}"
    result.write(file)
    prefix = stated.get("keyPrefix", "").strip("/")
    place = f"{prefix}/{query.id}" if prefix else query.id
    name = f"{query.id}.{ending}" if stated.get("singleFileOutput") else f"part-00000-{query.id}-c000.{ending}"
    write_object(account, stated["bucket"], f"{place}/{name}", file.read_bytes())
    return f"s3://{stated['bucket']}/{place}/"
