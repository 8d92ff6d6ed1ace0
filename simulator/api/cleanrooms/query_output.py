"""Where the result of a query goes: to buckets of the members who receive it, or into an intermediate table.

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
    """Refuse a query whose result has nowhere to go; asked before it reads a row, it costs no budget.

    Raises:
        MissingBucketError: A bucket of a receiver does not exist.
        ExecutionError: A receiver has no place for results any more.
    """
    if not (_is_additional(query) or _fills_table(query)):
        for _, _, stated in _places(store, query):
            check_bucket(stated["bucket"])


def check_deliverable(store: Store, query: Record, result: RunResult) -> None:
    """Refuse a result that could be delivered only in part, before anything of it is.

    Raises:
        MissingBucketError: A bucket of a receiver does not exist.
        ExecutionError: A column has a name that no intermediate table may have, or a receiver has no place any more.
    """
    check_places(store, query)
    if not _is_additional(query) and _fills_table(query):
        check_columns(result)


def delivered(store: Store, query: Record, asked: AskedQuery, result: RunResult, folder: Path) -> dict[str, Any] | None:
    """Write the result everywhere it goes; return the ProtectedQueryOutput, or None when no member gets it.

    The result of an additional analysis is kept under the id of its query, for Clean Rooms ML alone.

    Args:
        store: The region's resources.
        query: The query's record.
        asked: What ran.
        result: Its answer.
        folder: Where files may be made.

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
    """Yield each place of a result: `s3` or `member`, whose it is, and the S3 configuration."""
    for kind, stated in locations(query.body["resultConfiguration"]["outputConfiguration"]):
        if kind == "s3":
            yield kind, query.account, stated
            continue
        place = default_place(store, query.hidden["collaboration"], stated["accountId"])
        if place is None:
            raise ExecutionError(f"the membership of account {stated['accountId']} has no place for results any more")
        yield kind, stated["accountId"], place["s3"]


def _written(query: Record, account: str, stated: Mapping[str, Any], result: RunResult, folder: Path) -> str:
    """Write the result as one object, as few rows as samples have; return the folder that it is in."""
    ending = stated["resultFormat"].lower()
    file = folder / f"result.{ending}"
    result.write(file)
    prefix = stated.get("keyPrefix", "").strip("/")
    place = f"{prefix}/{query.id}" if prefix else query.id
    name = f"{query.id}.{ending}" if stated.get("singleFileOutput") else f"part-00000-{query.id}-c000.{ending}"
    write_object(account, stated["bucket"], f"{place}/{name}", file.read_bytes())
    return f"s3://{stated['bucket']}/{place}/"
