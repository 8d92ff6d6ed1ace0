"""Simulate a plan on many paths at once, in exact integers, with every refusal decided as by the ledger.

A query draws on all its budgets or on none: it is refused if one limit has less left than it needs, and then costs
nothing. Cheaper queries may still fit afterwards. Events are processed in order, each step for all paths together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from simulator.plans.counting import Events, Segments, by_cell, day_starts
from simulator.plans.horizon import SECONDS_PER_DAY, Horizon
from simulator.plans.meters import Meter, Tallies
from simulator.plans.schedule import RUN_BITS, RUN_MASK, Schedule, draw_events

PlayProgress = Callable[[int, int], None]
"""Called with the number of paths done and requested."""

_CELLS = 1_000_000  # events times paths that are in memory at once
_MOST_TOGETHER = 5_000
_GRID = 750  # points of time, at most, at which remainders are kept


@dataclass(frozen=True, slots=True)
class Simulation:
    """A plan that is ready for simulation.

    Attributes:
        horizon: Its period of time.
        schedules: One for each run.
        budgets: The limits of each budget; a query must fit all of them.
        tallies: What else is counted for answered queries.
    """

    horizon: Horizon
    schedules: tuple[Schedule, ...]
    budgets: tuple[tuple[Meter, ...], ...]
    tallies: Tallies

    @property
    def limits(self) -> tuple[Meter, ...]:
        """All limits, budget by budget."""
        return tuple(meter for budget in self.budgets for meter in budget)

    @property
    def slices(self) -> tuple[slice, ...]:
        """The slice of `limits` that belongs to each budget."""
        ends = list(accumulate(len(budget) for budget in self.budgets))
        return tuple(slice(end - len(budget), end) for end, budget in zip(ends, self.budgets, strict=True))

    @property
    def is_random(self) -> bool:
        """Whether any schedule is random, so that paths differ."""
        return any(each.mean for each in self.schedules)

    @property
    def days(self) -> NDArray[np.int64]:
        """Shape (points,): days, from 0, at whose end remainders are kept."""
        stride = -(-self.horizon.days // _GRID)
        return np.arange(stride - 1, self.horizon.days, stride, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Played:
    """The results of a simulation, by path.

    Attributes:
        answered: Shape (paths, runs): queries answered.
        refused: Shape (paths, runs): queries refused.
        first_refusal: Shape (paths, budgets): second of the first refusal by that budget; the plan's end when none.
        first_refused: Shape (paths, budgets): number of the run that was refused first, -1 when none.
        remaining: Shape (paths, limits, points): what is left at the end of the days `Simulation.days`, in steps.
        peaks: Shape (paths, limits): most spent between two resets, in steps.
        drawn: Shape (paths, budgets): what answered queries drew over the whole plan, in the steps of `Tallies.draws`.
        demands: Shape (paths, budgets): largest demand of planned queries, answered or not, between two resets.
        losses: Shape (paths, subjects): privacy loss of answered queries, in steps of rho.
        group_deltas: Shape (paths, subjects): probability that their groups' protection fails, in `DELTA_STEP`.
        micro_dollars: Shape (paths,): what answered queries cost.
        crpu_seconds: Shape (paths,): what answered queries are billed for.
    """

    answered: NDArray[np.int64]
    refused: NDArray[np.int64]
    first_refusal: NDArray[np.int64]
    first_refused: NDArray[np.int64]
    remaining: NDArray[np.float32]
    peaks: NDArray[np.float64]
    drawn: NDArray[np.float64]
    demands: NDArray[np.float64]
    losses: NDArray[np.float64]
    group_deltas: NDArray[np.float64]
    micro_dollars: NDArray[np.float64]
    crpu_seconds: NDArray[np.float64]

    @property
    def paths(self) -> int:
        """Number of paths."""
        return int(self.answered.shape[0])


def play(simulation: Simulation, paths: int, seed: int, progress: PlayProgress | None = None) -> Played:
    """Run *simulation* on independent paths, or on a single one when nothing in it is random.

    Ctrl-C ends the simulation early: the paths so far are returned, and `Played.paths` is then less than requested.

    Args:
        simulation: The simulation.
        paths: Number of paths, >= 1.
        seed: Seed of the random moments; the same seed gives the same paths whatever the budgets are.
        progress: Called after each batch of paths.

    Raises:
        KeyboardInterrupt: No path was finished yet.
    """
    wanted = paths if simulation.is_random else 1
    together = max(1, min(wanted, _MOST_TOGETHER, _CELLS // _width(simulation)))
    parts: list[Played] = []
    done = 0
    try:
        while done < wanted:
            size = min(together, wanted - done)
            parts.append(_play_together(simulation, size, np.random.default_rng([seed, done])))
            done += size
            if progress is not None:
                progress(done, wanted)
    except KeyboardInterrupt:
        if not parts:
            raise
    return _joined(parts)


def segments_of(simulation: Simulation) -> Segments:
    """Return the stretches of time in which no tally of *simulation* changes."""
    return Segments.of(simulation.tallies.all, len(simulation.schedules), simulation.horizon)


def _width(simulation: Simulation) -> int:
    """Return how many numbers one path needs at a time: for its events, its days, or its runs in every segment."""
    events = sum(each.expected for each in simulation.schedules)
    return int(max(events, simulation.horizon.days, segments_of(simulation).starts.size * len(simulation.schedules), 1))


def _joined(parts: list[Played]) -> Played:
    names = [each.name for each in fields(Played)]
    return Played(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _play_together(simulation: Simulation, paths: int, random: np.random.Generator) -> Played:
    drawn_events = draw_events(simulation.schedules, paths, simulation.horizon, random)
    seconds = drawn_events >> RUN_BITS
    events = Events(seconds, seconds // SECONDS_PER_DAY, drawn_events & RUN_MASK)
    amounts = [_drawn(simulation, meter, events) for meter in simulation.limits]
    refusing = _walk(simulation, events, amounts)
    answered: NDArray[np.bool_] = np.logical_not(refusing.any(axis=1))
    first_refusal, first_refused = _first_refusals(simulation, events, refusing)
    spent = [
        _spent_by_day(simulation, meter, events, np.where(answered, each, 0))
        for meter, each in zip(simulation.limits, amounts, strict=True)
    ]
    segments = segments_of(simulation)
    counted = segments.count(events, answered)
    asked: NDArray[np.int64] = counted + segments.count(events, np.logical_not(answered))
    grid, tallies = simulation.days, simulation.tallies
    return Played(
        answered=counted.sum(axis=1),
        refused=(asked - counted).sum(axis=1),
        first_refusal=first_refusal,
        first_refused=first_refused,
        remaining=_stacked(
            [
                np.maximum(_limit_by_day(simulation, meter)[grid] - each[:, grid], 0)
                for meter, each in zip(simulation.limits, spent, strict=True)
            ],
            (paths, 0, grid.size),
        ).astype(np.float32),
        peaks=_stacked([each.max(axis=1) for each in spent], (paths, 0)),
        drawn=_stacked([segments.total(meter, counted) for meter in tallies.draws], (paths, 0)),
        demands=_stacked([segments.peak(meter, asked) for meter in tallies.draws], (paths, 0)),
        losses=_stacked([segments.total(meter, counted) for meter in tallies.losses], (paths, 0)),
        group_deltas=_stacked([segments.total(meter, counted) for meter in tallies.group_deltas], (paths, 0)),
        micro_dollars=segments.total(tallies.micro_dollars, counted),
        crpu_seconds=segments.total(tallies.crpu_seconds, counted),
    )


def _drawn(simulation: Simulation, meter: Meter, events: Events) -> NDArray[np.int64]:
    """Return what each event draws on *meter*, in steps; fillers draw nothing."""
    table = np.concatenate([meter.amounts, np.zeros((meter.phases.size, 1), np.int64)], axis=1)
    if meter.phases.size == 1:
        return np.asarray(table[0][events.runs])
    # Everything changes at midnight, so a look-up by day is enough.
    return np.asarray(table[meter.phase(day_starts(simulation.horizon))[events.days], events.runs])


def _limit_by_day(simulation: Simulation, meter: Meter) -> NDArray[np.int64]:
    limits: NDArray[np.int64] = meter.granted[meter.phase(day_starts(simulation.horizon))]
    return limits


def _walk(simulation: Simulation, events: Events, drawn: list[NDArray[np.int64]]) -> NDArray[np.bool_]:
    """Return which limits refuse which events; shape (events, limits, paths)."""
    limits = simulation.limits
    refusing = np.zeros((events.runs.shape[0], len(limits), events.paths), np.bool_)
    if not limits:
        return refusing
    epochs = np.stack([meter.epoch(day_starts(simulation.horizon)) for meter in limits])
    granted = np.stack([_limit_by_day(simulation, meter) for meter in limits])
    spent = np.repeat(np.array([[meter.spent] for meter in limits], np.int64), events.paths, axis=1)
    epoch = np.zeros((len(limits), events.paths), np.intp)
    for event, day in enumerate(events.days):
        amounts = np.stack([each[event] for each in drawn])
        now = epochs[:, day]
        spent *= now == epoch
        epoch = now
        # A query that needs nothing is never refused, even if a limit was lowered below what is spent.
        refusing[event] = (spent + amounts > granted[:, day]) & (amounts > 0)
        spent += np.where(refusing[event].any(axis=0), 0, amounts)
    return refusing


def _first_refusals(
    simulation: Simulation, events: Events, refusing: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    when = np.full((events.paths, len(simulation.budgets)), simulation.horizon.seconds, np.int64)
    which = np.full((events.paths, len(simulation.budgets)), -1, np.int64)
    for number, limits in enumerate(simulation.slices):
        refused: NDArray[np.bool_] = np.asarray(refusing[:, limits].any(axis=1))
        hit = np.flatnonzero(refused.any(axis=0))
        if hit.size:
            first = refused[:, hit].argmax(axis=0)
            when[hit, number] = events.seconds[first, hit]
            which[hit, number] = events.runs[first, hit]
    return when, which


def _spent_by_day(
    simulation: Simulation, meter: Meter, events: Events, amounts: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Return what is spent since the last reset, at the end of every day; shape (paths, days), whole steps."""
    days = simulation.horizon.days
    charged = by_cell(events.days, amounts, days + 1)[:, :days]
    charged[:, 0] += meter.spent
    summed = np.concatenate([np.zeros((events.paths, 1)), np.cumsum(charged, axis=1)], axis=1)
    begins = (
        np.concatenate([np.zeros(1, np.int64), meter.resets])[meter.epoch(day_starts(simulation.horizon)[:days])]
        // SECONDS_PER_DAY
    )
    spent: NDArray[np.float64] = summed[:, 1:] - summed[:, begins]
    return spent


def _stacked(parts: list[NDArray[np.float64]], empty: tuple[int, ...]) -> NDArray[np.float64]:
    return np.stack(parts, axis=1) if parts else np.zeros(empty)
