"""Ranks the users of the training data by similarity to a seed, and measures how well the ranking finds seed users.

The service trains a neural network that is not public. Here the similarity of a user is the mean weight of the items
with which the user interacted; the weight of an item is the logarithm of how much more often users of the seed interact
with it than all users do. Ranking, metrics and sizes have their documented meanings; the values differ.

Source: userguide/ml-metrics; API AudienceQualityMetrics, RelevanceMetric.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

Interactions = Mapping[str, frozenset[str]]
"""The items of each user."""

_HELD_OUT = 5
"""Every fifth user of the seed is held out to measure recall."""

_MOST_SIMILAR = 0.2
"""Share of the most similar users, among which held-out users count as found. Source: userguide/ml-metrics."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Users by similarity.

    Attributes:
        users: The users, the most similar first; equally similar ones in an order that does not depend on their names.
        relevance: For each user, the mean similarity of all users up to this one, in the same order: 1 (all as similar
            as the first) to 0, never increasing. It is 0 throughout if all users are equally similar.
    """

    users: tuple[str, ...]
    relevance: tuple[float, ...]


def select_known(interactions: Interactions, seed: Iterable[str]) -> frozenset[str]:
    """Return the users of a seed who are in the training data."""
    return frozenset(user for user in seed if user in interactions)


def ranking(interactions: Interactions, seed: frozenset[str], candidates: Iterable[str]) -> Ranking:
    """Rank *candidates* by their similarity to *seed*; both are users of the training data."""
    weights = _weights(interactions, seed)
    # Summed in a fixed order, so that the result is deterministic.
    similarity = {user: _mean([weights[item] for item in sorted(interactions[user])]) for user in candidates}
    users = sorted(similarity, key=lambda user: (-similarity[user], _shuffled(user)))
    if not users:
        return Ranking((), ())
    best, worst = similarity[users[0]], similarity[users[-1]]
    spread = best - worst
    scaled = [(similarity[user] - worst) / spread if spread else 0.0 for user in users]
    means = (total / count for count, total in enumerate(accumulate(scaled), start=1))
    # Rounding must not make a mean increase.
    return Ranking(tuple(users), tuple(accumulate((round(mean, 6) for mean in means), min)))


def recall(interactions: Interactions, seed: frozenset[str]) -> float:
    """Return the share of held-out seed users who are found among the most similar 20 % of the users, 0 to 1."""
    held_out = set(sorted(seed, key=_shuffled)[::_HELD_OUT])
    known = seed - held_out
    ranked = ranking(interactions, known, (user for user in interactions if user not in known)).users
    found = held_out & set(ranked[: math.ceil(len(ranked) * _MOST_SIMILAR)])
    return round(len(found) / len(held_out), 6) if held_out else 0.0


def size_of(kind: str, value: int, available: int) -> int:
    """Return the number of users in an AudienceSize.

    Args:
        kind: ABSOLUTE or PERCENTAGE.
        value: Users, or percent of those available.
        available: How many users there are.
    """
    return min(value, available) if kind == "ABSOLUTE" else math.ceil(available * value / 100)


def _weights(interactions: Interactions, seed: frozenset[str]) -> dict[str, float]:
    everybody = Counter(item for items in interactions.values() for item in items)
    chosen = Counter(item for user in seed for item in interactions[user])
    return {
        item: math.log((chosen[item] + 1) / (len(seed) + 2)) - math.log((count + 1) / (len(interactions) + 2))
        for item, count in everybody.items()
    }


def _shuffled(user: str) -> bytes:
    """Return a sort key that shuffles users, always in the same way."""
    return hashlib.blake2s(user.encode()).digest()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
