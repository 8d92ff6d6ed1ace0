"""Which users of the training data resemble a seed, and how well the ranking finds seed users again.

The service trains a network that nobody outside it has. Here a user is as similar as the items are that the user
interacted with: an item counts for the logarithm of how much more often users of the seed interact with it than all
users do. Ranking, metrics and sizes have the meanings that the service documents; its numbers are its own.

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
"""Share of the users among whom the held out ones should be. Source: userguide/ml-metrics."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """Users by similarity.

    Attributes:
        users: The users, the most similar first; equally similar ones in an order that has nothing to do with names.
        relevance: For each user the mean similarity of the users so far, in the same order: from 1 (all as similar as
            the first) to 0, never rising. It is 0 throughout when the seed tells nobody apart.
    """

    users: tuple[str, ...]
    relevance: tuple[float, ...]


def select_known(interactions: Interactions, seed: Iterable[str]) -> frozenset[str]:
    """Return those users of a seed whom the training data knows."""
    return frozenset(user for user in seed if user in interactions)


def ranking(interactions: Interactions, seed: frozenset[str], candidates: Iterable[str]) -> Ranking:
    """Rank *candidates* by their similarity to *seed*; both are users of the training data."""
    weights = _weights(interactions, seed)
    # Sums in one order: the same question always gets the same answer.
    similarity = {user: _mean([weights[item] for item in sorted(interactions[user])]) for user in candidates}
    users = sorted(similarity, key=lambda user: (-similarity[user], _shuffled(user)))
    if not users:
        return Ranking((), ())
    best, worst = similarity[users[0]], similarity[users[-1]]
    spread = best - worst
    scaled = [(similarity[user] - worst) / spread if spread else 0.0 for user in users]
    means = (total / count for count, total in enumerate(accumulate(scaled), start=1))
    # Rounding must not make a mean rise.
    return Ranking(tuple(users), tuple(accumulate((round(mean, 6) for mean in means), min)))


def recall(interactions: Interactions, seed: frozenset[str]) -> float:
    """Return the share of held out seed users who are found among the most similar 20 % of the users, 0 to 1."""
    held_out = set(sorted(seed, key=_shuffled)[::_HELD_OUT])
    known = seed - held_out
    ranked = ranking(interactions, known, (user for user in interactions if user not in known)).users
    found = held_out & set(ranked[: math.ceil(len(ranked) * _MOST_SIMILAR)])
    return round(len(found) / len(held_out), 6) if held_out else 0.0


def size_of(kind: str, value: int, available: int) -> int:
    """Return how many users an AudienceSize means.

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
    """Return what users are sorted by to shuffle them, always in the same way."""
    return hashlib.blake2s(user.encode()).digest()


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
