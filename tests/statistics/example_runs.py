"""The private queries of the example, run again and again on its rows, with what noise was added to.

The rows of a query are found once and kept; everything after that (limits, bounds, samples, sums, noise, the rest of
the query) is the run's own, each time with another seed. To learn more from each run, only its noise is drawn again:
from the mechanisms that the run had chosen, through the run's own formulas and SQL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cli.rooms.opening_aws import OpenedRoom, load_or_exit
from examples.complete_journey.prepare import prepare
from simulator.execution.engines.duckdb_engine import DuckDBEngine
from simulator.execution.engines.engine import RUN, Column, Relation
from simulator.execution.loading.data import FolderData
from simulator.execution.loading.tables import load_tables
from simulator.execution.private import answer as private_answer
from simulator.execution.private.contribution_bounding import Clamp
from simulator.execution.private.contributions import Contributions
from simulator.execution.private.internal_tables import InternalTables
from simulator.execution.private.noisy_sums import NoisySums, noisy_sums
from simulator.execution.private.noisy_values import noisy_table
from simulator.execution.private.query import NOISY, PrivateAggregate
from simulator.execution.private.releases import Statistic
from simulator.execution.private.run import PrivateRun
from simulator.execution.released import Released
from simulator.execution.results import PrivacyReport
from simulator.execution.working_copy import SCHEMA
from simulator.plans import prices
from simulator.privacy.rng import RandomSource, seeded
from simulator.request import AnalysisRequest
from simulator.room import request
from simulator.room_budgets import payers

EXAMPLE = Path(__file__).parents[2] / "examples" / "complete_journey"
_KEPT = f"{RUN}.kept_rows_of_the_query"


@dataclass(frozen=True)
class Recorded:
    """One run of a query.

    Attributes:
        run: The query, prepared.
        report: What the run says about itself.
        shown: What it released.
        exact: The bounded sums behind the same groups, before noise.
        statistics: What it released.
        clamps: Aggregate name to the bounds it had chosen.
    """

    run: PrivateRun
    report: PrivacyReport
    shown: Released
    exact: Released
    statistics: tuple[Statistic, ...]
    clamps: Mapping[str, Clamp]

    def cells(self, released: Released) -> dict[str, NDArray[np.float64]]:
        """Return the noisy output columns that *released* sums give: shape (groups,), NaN where undefined or cut."""
        aggregates = self.run.query.aggregates
        with DuckDBEngine() as engine:
            engine.insert(f"{SCHEMA}.{NOISY}", *noisy_table(released, aggregates, self.clamps))
            answer = engine.query(self.run.rest_sql, self.run.rest_scans)
        found = {}
        for noise in self.report.noise:
            cells = np.full(len(released.keys), np.nan)
            for value, number in zip(answer.column(noise.column), [row[-1] for row in answer.rows], strict=True):
                cells[number] = np.nan if value is None else float(value)
            found[noise.column] = cells
        return found

    def drawn_again(self, times: int, source: RandomSource) -> dict[str, NDArray[np.float64]]:
        """Return the same columns with fresh noise; shape (times, groups)."""
        size = times * len(self.exact.keys)
        many = Released(
            self.exact.key_columns,
            self.exact.keys * times,
            {name: list(totals) * times for name, totals in self.exact.totals.items()},
        )
        noise = {each.name: each.mechanism.sample((size,), source).tolist() for each in self.statistics}
        return {name: cells.reshape(times, -1) for name, cells in self.cells(many.plus(noise)).items()}


def example(room: str) -> OpenedRoom:
    """Open one of the example's rooms."""
    return load_or_exit(EXAMPLE / room)


def private_queries(opened: OpenedRoom) -> dict[str, AnalysisRequest]:
    """Return the example's queries that run under differential privacy, by name."""
    found = {}
    for subject in opened.subjects:
        if "/" not in subject.name and subject.name not in _NOT_RUN and payers(opened.room, subject.request):
            found[subject.name] = subject.request
    return found


_NOT_RUN = ("redemptions_by_day",)
"""A template that is declared in order to be refused."""


def asked(opened: OpenedRoom, sql: str) -> AnalysisRequest:
    """Put a query of our own to a room of the example."""
    return request(opened.room, sql)


def rows_of(opened: OpenedRoom, query: AnalysisRequest) -> Relation:
    """Return the rows that *query* aggregates, as a run finds them: u (the user), group keys g0, ..., values v0, ..."""
    prepare()
    run, copy = prices.private_run(query, payers(opened.room, query))
    with DuckDBEngine() as engine:
        load_tables(copy, FolderData(EXAMPLE / "data"), engine)
        return engine.query(run.rows_sql, run.rows_scans)


def recorded_runs(
    opened: OpenedRoom, query: AnalysisRequest, seeds: Sequence[int], patch: pytest.MonkeyPatch
) -> Iterator[Recorded]:
    """Run *query* once a seed, on the example's rows."""
    prepare()
    run, copy = prices.private_run(query, payers(opened.room, query))
    seen: dict[str, Any] = {}
    _listen(seen, patch)
    with DuckDBEngine(reproducible=True) as engine:
        load_tables(copy, FolderData(EXAMPLE / "data"), engine)
        engine.create(_KEPT, run.rows_sql, run.rows_scans)
        run.rows_sql, run.rows_scans, run.numbered_sql = f"SELECT * FROM {_KEPT}", frozenset({_KEPT}), None
        for seed in seeds:
            source = seeded(seed)
            engine.seed(int(source.integers(2**32, 1)[0]) / 2**32)
            _, report = private_answer.private_answer(run, engine, source)
            shown, sums = seen["shown"], seen["sums"]
            exact = replace(sums.reached_exactly, key_columns=shown.key_columns, keys=shown.keys)
            yield Recorded(run, report, shown, exact, sums.statistics, seen["clamps"])
            engine.drop(f"{SCHEMA}.{NOISY}")


def _listen(seen: dict[str, Any], patch: pytest.MonkeyPatch) -> None:
    """Note what a run computes on its way; nothing is changed."""

    def noted_sums(
        run: PrivateRun, tables: InternalTables, contributions: Contributions, source: RandomSource
    ) -> NoisySums:
        seen["sums"] = noisy_sums(run, tables, contributions, source)
        return seen["sums"]

    def noted_table(
        shown: Released, aggregates: Sequence[PrivateAggregate], clamps: Mapping[str, Clamp]
    ) -> tuple[list[Column], list[tuple[Any, ...]]]:
        seen["shown"], seen["clamps"] = shown, clamps
        return noisy_table(shown, aggregates, clamps)

    patch.setattr(private_answer, "noisy_sums", noted_sums)
    patch.setattr(private_answer, "noisy_table", noted_table)
