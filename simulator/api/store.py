"""The resources of all accounts in one region, changed in transactions."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any


@dataclass(frozen=True, slots=True)
class Record:
    """One resource.

    Attributes:
        kind: Its kind, such as `membership`.
        id: Its id, unique among resources of its kind.
        account: Account id of its owner.
        body: The members that the API shows, under the names of its largest output shape; times are aware datetimes.
        parent: Id of the resource to which it belongs; empty if there is none.
        tags: Its tags.
        hidden: Data that the API does not show.
    """

    kind: str
    id: str
    account: str
    body: Mapping[str, Any]
    parent: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, Any] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """Its ARN."""
        return str(self.body["arn"])

    def showing(self, **changes: Any) -> Record:  # noqa: ANN401 - members of any shape
        """Return the record with some members of its body changed; None removes a member."""
        body = {name: value for name, value in {**self.body, **changes}.items() if value is not None}
        return replace(self, body=body)

    def hiding(self, **changes: Any) -> Record:  # noqa: ANN401 - values of any kind
        """Return the record with some hidden values changed."""
        return replace(self, hidden={**self.hidden, **changes})


Key = tuple[str, str]
Listener = Callable[[Mapping[Key, Record | None]], None]
"""Called at the end of every transaction with the changed keys and their records, None for removed ones.

If it raises, the transaction is rolled back.
"""


class Store:
    """The resources of one region.

    Args:
        region: The region's name.
        listener: Called with the changes of every transaction.
    """

    def __init__(self, region: str, listener: Listener | None = None) -> None:
        self.region = region
        self.listener = listener
        self._lock = RLock()
        self._depth = 0
        self._undo: dict[Key, Record | None] = {}
        self._records: dict[str, dict[str, Record]] = {}
        self._children: dict[tuple[str, str], dict[str, None]] = {}
        self._arns: dict[str, Key] = {}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Lock the store; roll back all changes if the block or the listener raises."""
        with self._lock:
            self._depth += 1
            try:
                yield
                if self._depth == 1:
                    self._finish()
            except BaseException:
                if self._depth == 1:
                    self._take_back()
                raise
            finally:
                self._depth -= 1

    def put(self, record: Record) -> Record:
        """Add the record, or replace the one of its kind and id; return it."""
        with self.transaction():
            self._remember((record.kind, record.id))
            self._set((record.kind, record.id), record)
        return record

    def remove(self, record: Record) -> None:
        """Remove the record, if it still exists."""
        with self.transaction():
            self._remember((record.kind, record.id))
            self._set((record.kind, record.id), None)

    def get(self, kind: str, record_id: str) -> Record | None:
        """Return a record, or None."""
        return self._records.get(kind, {}).get(record_id)

    def of(self, kind: str, *, parent: str | None = None, account: str | None = None) -> list[Record]:
        """Return the records of a kind in the order of their creation.

        Args:
            kind: The kind.
            parent: Only those that belong to this resource.
            account: Only those of this owner.
        """
        with self._lock:
            found = self._records.get(kind, {})
            chosen = (
                found.values() if parent is None else [found[each] for each in self._children.get((kind, parent), ())]
            )
            return [record for record in chosen if account in (None, record.account)]

    def with_arn(self, arn: str) -> Record | None:
        """Return the record with an ARN, or None."""
        key = self._arns.get(arn)
        return self.get(*key) if key else None

    def _remember(self, key: Key) -> None:
        self._undo.setdefault(key, self.get(*key))

    def _set(self, key: Key, record: Record | None) -> None:
        kind, record_id = key
        before = self.get(kind, record_id)
        if before is not None:
            self._arns.pop(before.body.get("arn", ""), None)
        if record is None:
            self._records.get(kind, {}).pop(record_id, None)
            if before is not None:
                self._children.get((kind, before.parent), {}).pop(record_id, None)
            return
        self._records.setdefault(kind, {})[record_id] = record
        self._children.setdefault((kind, record.parent), {})[record_id] = None
        if "arn" in record.body:
            self._arns[record.body["arn"]] = key

    def _take_back(self) -> None:
        for key, before in self._undo.items():
            self._set(key, before)
        self._undo = {}

    def _finish(self) -> None:
        if self._undo and self.listener is not None:
            self.listener({key: self.get(*key) for key in self._undo})
        self._undo = {}
