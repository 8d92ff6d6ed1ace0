"""The store: what a transaction changed is there as a whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from simulator.api.store import Key, Record, Store


def record(number: str, **body: object) -> Record:
    return Record("thing", number, "111111111111", {"arn": f"arn:{number}", **body}, parent="home")


def test_an_exception_takes_everything_back() -> None:
    store = Store("us-east-1")
    kept = store.put(record("1", name="before"))

    def fail() -> None:
        with store.transaction():
            store.put(kept.showing(name="after"))
            store.put(record("2"))
            store.remove(kept)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert store.of("thing", parent="home") == [kept]
    assert store.with_arn("arn:1") == kept
    assert store.with_arn("arn:2") is None


def test_the_listener_hears_of_one_call_once() -> None:
    heard: list[dict[Key, Record | None]] = []
    store = Store("us-east-1", lambda changes: heard.append(dict(changes)))
    with store.transaction():
        made = store.put(record("1"))
        store.put(record("2"))
        store.remove(record("2"))
    assert heard == [{("thing", "1"): made, ("thing", "2"): None}]


def test_what_the_listener_cannot_keep_has_not_happened() -> None:
    def fail(_changes: Mapping[Key, Record | None]) -> None:
        raise OSError

    store = Store("us-east-1")
    kept = store.put(record("1"))
    store.listener = fail
    for change in (lambda: store.put(record("2")), lambda: store.remove(kept)):
        with pytest.raises(OSError):  # noqa: PT011 - whatever the listener raises
            change()
    store.listener = None
    assert store.of("thing") == [kept]
    assert store.put(record("3")) in store.of("thing")


def test_replacing_keeps_the_order() -> None:
    store = Store("us-east-1")
    for number in "123":
        store.put(record(number))
    store.put(record("1", name="new"))
    assert [each.id for each in store.of("thing")] == ["1", "2", "3"]
