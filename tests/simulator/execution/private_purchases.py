"""Purchases of users, and settings under which private queries are run on them."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from simulator.execution.engines.engine import Relation
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.execution.results import PrivacyReport

Rows = Sequence[Mapping[str, Any]]
Answer = tuple[Relation, PrivacyReport]
SETTINGS = PrivacySettings("222222222222", epsilon=10, users_noise_per_query=30)
OPEN = replace(SETTINGS, protect_groups=False)
COLUMNS = {"uid": "string", "region": "string", "amount": "decimal(10,2)", "n": "int", "f": "double", "day": "date"}


def purchases(users: int, rows_each: int, regions: int = 1) -> list[dict[str, Any]]:
    """Rows of users; user i is in region i modulo *regions*."""
    chance = random.Random(5)  # noqa: S311 - test data
    return [
        {
            "uid": f"u{user}",
            "region": f"r{user % regions}",
            "amount": Decimal(chance.randrange(1000)) / 100,
            "n": chance.randrange(-3, 10),
            "f": chance.gauss(5, 2),
            "day": "2024-01-01",
        }
        for user in range(users)
        for _ in range(rows_each)
    ]
