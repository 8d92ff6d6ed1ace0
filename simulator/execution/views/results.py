"""What a run of a query in a BigQuery room returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from simulator.checks.private_charges import Charge
from simulator.execution.engines.engine import Relation
from simulator.execution.results import ColumnNoise, write_relation
from simulator.execution.views.noise_report import NoiseReport


@dataclass(frozen=True, slots=True)
class ViewRunResult:
    """The answer to one query.

    Attributes:
        answer: What the analyst gets.
        rows_removed_by_threshold: Rows that aggregation thresholds removed, disregarding LIMIT; for the owner of the
            data only, as the service never reports it. 0 when no threshold applies.
        exact: The answer without thresholds and noise, when asked for; never available in the service.
        noise: One report for each SELECT WITH DIFFERENTIAL_PRIVACY, those of views included. If the query itself is
            one, it comes last, and its bias has an entry for every noisy output column.
        columns: Noise of every noisy output column, when the query itself is such a SELECT; else empty.
        charges: What each view was charged, or would have been.
        randomness: Where the noise came from.
        is_release: False for a simulation: a seed, or a budget that was not charged.
        seconds: Wall-clock time of the run, loading included.
    """

    answer: Relation
    rows_removed_by_threshold: int
    exact: Relation | None
    noise: tuple[NoiseReport, ...]
    columns: tuple[ColumnNoise, ...]
    charges: tuple[Charge, ...]
    randomness: str
    is_release: bool
    seconds: float

    def write(self, path: Path) -> None:
        """Write the answer to a `.csv` or `.parquet` file; see `write_relation`."""
        write_relation(self.answer, path)
