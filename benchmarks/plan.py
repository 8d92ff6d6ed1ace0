"""A year's plan of 200 queries on 10,000 random paths, beside numpy drawing, sorting and adding up as many moments."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.figures import REPOSITORY, Figure, at_most, paired
from cli.rooms.opening_aws import open_room
from declarations.plan import Plan
from simulator.plans.draws import Draws
from simulator.plans.forecast import forecast
from simulator.plans.rooms import PlannedRoom, Rooms

_PATHS = 10_000
_QUERIES = ("visit_frequency", "mailed_or_not", "basket_size", "sales_by_quarter", "sales_lift")
_EACH = 40
_SECONDS = 365 * 86_400
_ROUNDS = 3


def measure() -> Iterator[Figure]:
    """Play the plan with everything that `cleanroom plan` answers: budgets, losses, money, errors and advice."""
    opened = open_room(REPOSITORY / "examples/complete_journey/measurement")
    requests = {subject.name: subject.request for subject in opened.subjects}
    rooms: Rooms = {None: PlannedRoom(opened.room, requests)}
    runs = [{"query": query, "about": f"{_EACH} per year"} for query in _QUERIES]
    plan = Plan.model_validate({"start": "2026-01-01", "length": "12 months", "runs": runs})
    mine, _, ratio = paired(lambda: forecast(plan, rooms, draws=Draws(_PATHS)), _floor, _ROUNDS)
    name = f"plan, a year of {_EACH * len(_QUERIES)} queries, {_PATHS:,} paths"
    yield Figure(name, mine, "s", ratio, "drawing, sorting and adding up moments in numpy", aim=at_most(10))


def _floor() -> object:
    generator = np.random.default_rng(1)
    moments = generator.integers(0, _SECONDS, (_EACH * len(_QUERIES), _PATHS))
    moments.sort(axis=0)
    return np.cumsum(moments & 1, axis=0)
