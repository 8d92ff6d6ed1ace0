"""Facts of queries are plain values: frozen, and in an order that does not depend on who states them."""

from __future__ import annotations

import dataclasses

import pytest

from declarations.query_facts import Failure, Position, QueryFacts, UsedColumn


def test_nothing_is_known_of_a_query_that_could_not_be_followed() -> None:
    facts = QueryFacts("broken", followed=False)
    assert (facts.tables, facts.literal_comparisons, facts.fallible_operations, facts.outputs) == ((), (), (), ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        facts.followed = True  # type: ignore[misc] # that is the test


def test_columns_and_places_have_an_order() -> None:
    assert min(UsedColumn("b", "a"), UsedColumn("a", "z"), UsedColumn("a", "b")) == UsedColumn("a", "b")
    assert Position(1, 9) < Position(2, 1)


def test_operations_fail_in_three_ways() -> None:
    assert [failure.value for failure in Failure] == ["conversion", "overflow", "division"]
