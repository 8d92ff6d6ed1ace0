"""Ranking: no surprise for any interactions, and the right users first for plain ones."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from simulator.api.cleanroomsml.lookalikes import ranking, recall, select_known, size_of

ITEMS = st.frozensets(st.sampled_from("abcdef"), min_size=1)
INTERACTIONS = st.dictionaries(st.text("xyz0123", min_size=1, max_size=4), ITEMS, min_size=1, max_size=40)


def test_users_with_the_items_of_the_seed_come_first() -> None:
    interactions = {f"{item}{number}": frozenset({item}) for item in ("tea", "beer") for number in range(5)}
    found = ranking(interactions, frozenset({"tea0"}), interactions.keys() - {"tea0"})
    assert {user[:3] for user in found.users[:4]} == {"tea"}
    assert found.relevance[:4] == (1.0, 1.0, 1.0, 1.0)
    assert found.relevance[-1] < 1


def test_seed_that_tells_nobody_apart() -> None:
    interactions = {str(n): frozenset({"tea"}) for n in range(5)}
    assert set(ranking(interactions, frozenset({"1"}), interactions).relevance) == {0.0}


@given(INTERACTIONS, st.data())
def test_any_seed(interactions: dict[str, frozenset[str]], data: st.DataObject) -> None:
    """Everybody is ranked once, relevance never rises and lies in 0 to 1, and order of the input does not matter."""
    seed = select_known(interactions, data.draw(st.frozensets(st.sampled_from([*interactions, "nobody"]))))
    assert "nobody" not in seed
    found = ranking(interactions, seed, interactions)
    assert sorted(found.users) == sorted(interactions)
    assert list(found.relevance) == sorted(found.relevance, reverse=True)
    assert all(0 <= each <= 1 for each in found.relevance)
    assert 0 <= recall(interactions, seed) <= 1
    other = dict(reversed(interactions.items()))
    assert ranking(other, seed, reversed(list(other))) == found


def test_sizes() -> None:
    assert [size_of("ABSOLUTE", 10, 7), size_of("ABSOLUTE", 3, 7), size_of("PERCENTAGE", 10, 7)] == [7, 3, 1]
    assert size_of("PERCENTAGE", 100, 7) == 7
