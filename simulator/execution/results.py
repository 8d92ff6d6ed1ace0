"""What a run returns: the rows, and measurements that only the owner of all the data may see."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import duckdb

from simulator.execution.engines.duckdb_engine import DuckDBEngine, literal, quoted
from simulator.execution.engines.engine import RUN, Column, Relation
from simulator.execution.errors import ExecutionError
from simulator.privacy.sensitivity import SensitivityParameters

FORMATS = {".csv": "(FORMAT csv, HEADER true)", ".parquet": "(FORMAT parquet)"}


@dataclass(frozen=True, slots=True)
class ColumnNoise:
    """Noise in one output column.

    Attributes:
        column: Name of the output column.
        half_width: With probability 0.95 the noise in a cell is within +/- this, in the column's own unit. Where cells
            differ (averages, ratios), the median over the cells; None when no cell has a defined value.
        per_row: Half-width of every result row, in row order; equal numbers for counts and sums.
        exact: True when computed from the noise distribution alone; False when simulated around the released values.
    """

    column: str
    half_width: float | None
    per_row: tuple[float | None, ...]
    exact: bool


@dataclass(frozen=True, slots=True)
class ColumnBias:
    """How far everything except noise moved one output column from its exact value; for the owner of the data only.

    A cell of the answer is its exact value, plus its bias, plus noise.

    Attributes:
        column: Name of the output column.
        exact: The value of every result row without limits, clamps and noise, in row order; None where there is none.
        per_row: The bias of every result row, in the column's own unit; below 0 where the answer is too small.
    """

    column: str
    exact: tuple[float | None, ...]
    per_row: tuple[float | None, ...]

    @property
    def shares(self) -> tuple[float, ...]:
        """The bias as a share of the exact value, for the rows where both are known and the exact value is not 0."""
        pairs = zip(self.per_row, self.exact, strict=True)
        return tuple(bias / abs(value) for bias, value in pairs if bias is not None and value)


@dataclass(frozen=True, slots=True)
class Bias:
    """What bounding removed, for the owner of the data only: these numbers are exact and never released.

    Attributes:
        rows: Rows that the query's FROM and WHERE give.
        rows_without_user: Rows dropped because their user identifier is NULL.
        users: Users with at least one row.
        users_limited: Users with more rows than the contribution limit.
        rows_dropped_by_limit: Rows dropped by sampling to the contribution limit.
        values_clamped: Aggregate expression to the number of sampled values outside its bounds.
        groups: Groups in which some user is counted; each user is counted in the group of one row drawn at random.
        groups_dropped_by_threshold: Of these, groups whose noisy user count is below the threshold.
        groups_not_drawn: Groups that only the exact answer has: all their users are counted in other groups, or the
            user identifier of all their rows is NULL. None when not measured.
        users_in_several_groups: Users with rows in several groups; a count of users counts each in one group only. None
            when not measured, or when no users are counted.
        rows_in_hidden_groups: Rows of all groups that are not shown. None when not measured.
        columns: One entry for each noisy output column; empty when not measured.
    """

    rows: int
    rows_without_user: int
    users: int
    users_limited: int
    rows_dropped_by_limit: int
    values_clamped: dict[str, int]
    groups: int
    groups_dropped_by_threshold: int
    groups_not_drawn: int | None = None
    users_in_several_groups: int | None = None
    rows_in_hidden_groups: int | None = None
    columns: tuple[ColumnBias, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupThreshold:
    """How the simulator protects group keys; AWS publishes nothing about how it does.

    Attributes:
        users: A group is shown when its noisy user count is at least this.
        delta: Upper bound on the probability that a group of a single user is shown nevertheless.
        rho: Loss of the noisy user counts that were drawn for the threshold alone; 0 when counts of users that the
            query releases anyway are used. Included in `Guarantee.rho`, and in `units` only where a setting says so.
    """

    users: int
    delta: float
    rho: Fraction


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What is promised about a run: what NIST SP 800-226 asks every report to state.

    Attributes:
        unit: What is protected: "one value of" the user identifier columns, e.g. "one value of orders.uid".
        neighbours: Which pairs of data sets epsilon and delta make indistinguishable.
        rho: Zero-concentrated loss of all that was released, charged or not.
        delta: The total delta of the guarantee, that of the group threshold included.
        epsilon: The epsilon that holds with this delta; None when group keys are unprotected: then there is no bound.
        accountant: How rho was converted to epsilon.
        randomness: Where the noise came from.
        is_release: False for a simulation: a seed, or a budget that was not charged.
    """

    unit: str
    neighbours: str
    rho: Fraction
    delta: float
    epsilon: float | None
    accountant: str
    randomness: str
    is_release: bool


@dataclass(frozen=True, slots=True)
class PrivacyReport:
    """What a differentially private run did and cost.

    Attributes:
        units: Budget units charged to each owner.
        owners: Account ids of the members whose budgets are charged.
        users_noise: Noise of the run, in users: the largest that an owner asks for.
        guarantee: What is promised about the run.
        sensitivity_parameters: One entry for each aggregate function, in the order of the query.
        noise: One entry for each noisy output column.
        bias: What bounding removed; for the owner of the data only.
        group_threshold: How group keys were protected; None without GROUP BY or when switched off.
    """

    units: int
    owners: tuple[str, ...]
    users_noise: int
    guarantee: Guarantee
    sensitivity_parameters: tuple[SensitivityParameters, ...]
    noise: tuple[ColumnNoise, ...]
    bias: Bias
    group_threshold: GroupThreshold | None


@dataclass(frozen=True, slots=True)
class RunResult:
    """The answer to one query.

    Attributes:
        answer: What the members who receive results get.
        rows_removed_by_threshold: Rows that thresholds removed, disregarding LIMIT; for the owner of the data only, as
            the service never reports it. 0 when no threshold applies.
        exact: The answer without thresholds and noise, when asked for; never available in the service.
        privacy: What differential privacy did; None when no table asks for it.
        seconds: Wall-clock time of the run, loading included.
    """

    answer: Relation
    rows_removed_by_threshold: int
    exact: Relation | None
    privacy: PrivacyReport | None
    seconds: float

    def write(self, path: Path) -> None:
        """Write the answer to a `.csv` or `.parquet` file; see `write_relation`."""
        write_relation(self.answer, path)


def write_relation(answer: Relation, path: Path) -> None:
    """Write *answer* to a `.csv` or `.parquet` file; an existing file is replaced.

    Raises:
        ExecutionError: The file name has another extension, or the file cannot be written.
    """
    options = FORMATS.get(path.suffix.lower())
    if options is None:
        raise ExecutionError(f"cannot write {path}: its name must end in {' or '.join(FORMATS)}")
    with DuckDBEngine() as engine:
        columns = [Column(f"c{index}", column.type) for index, column in enumerate(answer.columns)]
        engine.insert("answer", columns, answer.rows)
        selected = ", ".join(
            f"{inner.name} AS {quoted(outer.name)}" for inner, outer in zip(columns, answer.columns, strict=True)
        )
        copy = f"COPY (SELECT {selected} FROM {RUN}.answer) TO {literal(str(path))} {options}"  # noqa: S608 - quoted
        try:
            engine.connection.execute(copy)
        except duckdb.Error as error:
            raise ExecutionError(f"cannot write {path}: {str(error).partition(chr(10))[0]}") from error
