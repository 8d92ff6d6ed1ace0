# ruff: noqa: S608 - the SQL is made of internal names, and of numbers that were released or are public
"""SQL that bounds what one user contributes. It runs inside the engine, which hands out only sums over many users.

The rows of the final relation (after joins, filters and CTEs, so no rewriting of keys or CTEs can widen the bound) are
sampled for each user: users with up to L rows keep them all; of any other user's, L rows are kept, drawn uniformly
without replacement from the whole query. In addition, one row of each user is drawn; it counts the user once.

Sorting dominates the running time, so only rows of users above the limit are sorted; all others take one pass that
groups by user, and one that sums. Rows are ordered by a hash of their numbers and of random bits drawn for each run.
These are optimisations only: which rows of a user are kept depends on that user's rows alone.

Sensitivity. Add one user with all their rows. The rows drawn of other users keep their distribution, since the order
is as random as before. Let c_g be how many of the new user's kept rows fall into group g; then sum of c_g <= L.

* COUNT(*) and COUNT(x): group g moves by at most c_g. The vector over groups moves by sqrt(sum c_g**2) <= sum c_g <= L.
* SUM(x), x clamped to |x| <= M: group g moves by at most M c_g, the vector by at most M L.
* SUM of x - c or (x - c)**2 with |x - c| <= H: at most H L and H**2 L, likewise.
* COUNT(DISTINCT x): the new user adds at most c_g values to group g, the vector moves by at most L.
* users (drawn rows): exactly one group moves by one, the vector by 1. Users under a condition are counted by a row
  drawn from those that meet it: at most one group moves, by one.
* the histograms behind limits and bounds: the user is counted in one bin, by the number of rows or by the value of the
  drawn row, so the vector moves by 1.

These are L2 bounds for the whole vector, whatever the number of groups, so one Gaussian charge covers it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from simulator.execution.engines.engine import RUN
from simulator.execution.private.grid import Grid, rounded

NUMBER = "r"
"""Column of `ROWS`: the number of the row."""
ROWS = f"{RUN}.rows"
"""Internal view of the rows: u (the user), the group keys, snapped values (`v0_steps`), counted ones (`v0`), and r (the
number of the row). It reads them from their table at each scan, or from `KEPT_ROWS`; see `row_numbers`."""
KEPT_ROWS = f"{RUN}.kept_rows"
"""Internal table of the rows, if evaluating them again could give others."""
USERS = f"{RUN}.users"
"""Internal table of the users: u, n (rows), and `drawn`, the number of the row that counts the user; `drawn_v0` for the
users whose v0 is not NULL in some row."""
DRAWN = f"{RUN}.drawn"
"""Internal table of the drawn rows; `drawn_v0` for the users whose v0 is not NULL in some row."""
HEAVY = f"{RUN}.heavy"
"""Internal table of the users with more rows than the limit."""
HEAVY_ROWS = f"{RUN}.heavy_rows"
"""Internal table of the rows of heavy users, and `is_kept`: whether a row is in the sample."""
SUMS = f"{RUN}.sums"
"""Internal table of the statistics over the kept rows, before noise: the group keys, and a column per statistic."""
SEEN = "seen"
"""Column of `SUMS`: how many drawn rows fall into the group."""

RELEASED = f"{RUN}.released"
"""Internal table of the numbers that get noise, one row per group. Keys stay in it until their group is shown."""
SHOWN = f"{RUN}.shown"
"""Internal table of the row numbers in `RELEASED` of the groups that are shown."""
PLACE = "place"
"""Column of `SHOWN`: the row number in `RELEASED`, from 0."""

_CHUNK = 2**24
"""About how many rows of heavy users are sorted at once; bounds the memory of a run."""

MOST_ROWS = 2**32
"""Row numbers are below this, so they fit the lower half of 64 bits. The upper half orders a user's rows at random; the
row number breaks ties."""

_ROOT_OF_BIGINT = 2**31
"""Below it the square of a value is a BIGINT, which is summed in a fraction of a HUGEINT's time."""

_LOW_BITS = f"{MOST_ROWS - 1}::UBIGINT"
_HIGH_BITS = f"{2**64 - MOST_ROWS}::UBIGINT"


@dataclass(frozen=True, slots=True)
class Clamp:
    """Bounds of one value, to be summed on a grid that may be coarser than the column's own.

    Attributes:
        grid: The column's own grid.
        low: Lower bound, in steps of *grid*.
        high: Upper bound, in steps of *grid*; >= low.
        factor: How many steps of *grid* make one coarse step; >= 1.
        centre: What is subtracted before summing or squaring, in coarse steps.
    """

    grid: Grid
    low: int
    high: int
    factor: int = 1
    centre: int = 0

    @property
    def range(self) -> tuple[int, int]:
        """The bounds in coarse steps."""
        return rounded(self.low, self.factor), rounded(self.high, self.factor)

    @property
    def magnitude(self) -> int:
        """Largest magnitude after clamping and centring, in coarse steps; at least 1, so that noise has a scale."""
        low, high = self.range
        return max(abs(low - self.centre), abs(high - self.centre), 1)

    def clamped_sql(self, column: str) -> str:
        """Return SQL for the clamped value of the snapped column in coarse steps, a BIGINT; NULL stays NULL."""
        low, high = self.range
        coarse = column if self.factor == 1 else f"CAST(round({column} / {self.factor}.0) AS BIGINT)"
        # Comparisons cost a fifth of LEAST and GREATEST, and the engine drops those that its statistics decide.
        return (
            f"CASE WHEN {self.inside_sql(column)} THEN {coarse} "
            f"WHEN {column} < {self.low} THEN {low} WHEN {column} > {self.high} THEN {high} END"
        )

    def sum_sql(self, column: str) -> str:
        """Return SQL for the sum of the clamped, centred values of the snapped column; 0 without a value."""
        # Centred after summing: SUM and AVG of one column then share one sum in the engine.
        total = f"coalesce(sum({self.clamped_sql(column)}), 0)"
        return f"{total} - {self.centre}::HUGEINT * count({column})" if self.centre else total

    def squares_sql(self, column: str) -> str:
        """Return SQL for the sum of the squares of the clamped, centred values; 0 without a value."""
        kind = "BIGINT" if self.magnitude < _ROOT_OF_BIGINT else "HUGEINT"
        centred = f"({self.clamped_sql(column)} - {self.centre})"
        return f"coalesce(sum(CAST({centred} AS {kind}) * {centred}), 0)"

    def inside_sql(self, column: str) -> str:
        """Return an SQL condition: the value of the snapped column is within the bounds; NULL for NULL."""
        return f"{column} BETWEEN {self.low} AND {self.high}"


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which columns the rows have, and the random orders by which a user's rows are drawn and kept.

    Attributes:
        keys: Names of the group key columns, with SQL that gives equal keys one representation; see `group_keys`.
        grids: Value columns to snap, with their grids.
        counted: Value columns that are only counted, and so not snapped.
        conditions: Value columns, each holding the user or NULL, whose users are counted.
        drawing: 63 random bits that determine which row of each user is drawn.
        keeping: 63 further random bits that determine which rows are kept up to the limit.
    """

    keys: Mapping[str, str]
    grids: Mapping[str, Grid]
    counted: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    drawing: int = 0
    keeping: int = 0

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the group key columns."""
        return tuple(self.keys)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are summed, counted or grouped by."""
        return (*self.groups, *(f"{value}_steps" for value in self.grids), *self.counted)

    @property
    def drawn(self) -> tuple[str, ...]:
        """The tables of drawn rows: one row of each user, and one of each who meets a condition."""
        return (DRAWN, *(f"{DRAWN}_{value}" for value in self.conditions))

    def rows_sql(self, rows: str, *more: str) -> str:
        """Return SQL for `KEPT_ROWS`, or with `NUMBER` for `ROWS`, from SQL for the rows of the query.

        Args:
            rows: SQL for the rows.
            more: Further columns of the rows to include.
        """
        snapped = (f"{grid.snapped(value)} AS {value}_steps" for value, grid in self.grids.items())
        items = ["u", *self.keys.values(), *snapped, *self.counted, *self.conditions, *more]
        return f"SELECT {', '.join(items)} FROM ({rows}) AS query"

    def users_sql(self) -> str:
        """Return SQL for `USERS`. Rows with a NULL identifier are left out: it is no single user to protect."""
        row = f"min(({_shuffled(self.drawing)} & {_HIGH_BITS}) | CAST(r AS UBIGINT))"
        conditions = (f"{row} FILTER (WHERE {value} IS NOT NULL) AS drawn_{value}" for value in self.conditions)
        items = ["u", "count(*) AS n", f"{row} AS drawn", *conditions]
        return f"SELECT {', '.join(items)} FROM {ROWS} WHERE u IS NOT NULL GROUP BY u"

    def drawn_sql(self, table: str) -> str:
        """Return SQL for *table*, one of the tables of drawn rows; `USERS` has a column of that name."""
        drawn = table.removeprefix(f"{RUN}.")
        # A BIGINT like the row number: the engine then skips rows while it reads them.
        number = f"CAST({drawn} & {_LOW_BITS} AS BIGINT)"
        numbers = f"SELECT {number} FROM {USERS} WHERE {drawn} IS NOT NULL"
        return f"SELECT {', '.join(self.columns) or '1 AS one'} FROM {ROWS} WHERE r IN ({numbers})"

    def heavy_rows_sql(self, limit: int, rows: int) -> Iterator[str]:
        """Yield SELECTs for disjoint sets of users, whose rows together are `HEAVY_ROWS`.

        Args:
            limit: Contribution limit, in rows.
            rows: How many rows the heavy users have.
        """
        chunks = -(-rows // _CHUNK)
        columns = ", ".join([*self.columns, f"row_number() OVER (PARTITION BY u ORDER BY w, r) <= {limit} AS is_kept"])
        for chunk in range(chunks):
            users = f"SELECT u FROM {HEAVY} WHERE hash(u) % {chunks} = {chunk}"
            shuffled = f"SELECT *, {_shuffled(self.keeping)} AS w FROM {ROWS} WHERE u IN ({users})"
            yield f"SELECT {columns} FROM ({shuffled}) AS shuffled"

    def sums_sql(
        self, sums: Mapping[str, str], distinct: Mapping[str, str], users: Mapping[str, str], *, is_limited: bool
    ) -> str:
        """Return SQL for `SUMS`: one row per group.

        Args:
            sums: Result column to SQL of a sum or count over the kept rows.
            distinct: Result column to the column whose distinct values are counted over the kept rows.
            users: Result column to the table whose drawn rows it counts.
            is_limited: Whether there is a table `HEAVY_ROWS`, because some user has more rows than the limit.
        """
        counted = {**users, SEEN: DRAWN}
        names = [*sums, *distinct, *counted]
        parts = [
            self._part(names, {name: "count(*)" for name, counts in counted.items() if counts == table}, table)
            for table in dict.fromkeys(counted.values())
        ]
        if sums:
            # Sums are whole numbers, so all rows minus the dropped ones give exactly the kept ones, without a look-up.
            parts.append(self._part(names, sums, f"{ROWS} WHERE u IS NOT NULL"))
            less = {name: f"-({sql})" for name, sql in sums.items()}
            parts += [self._part(names, less, f"{HEAVY_ROWS} WHERE NOT is_kept")] * is_limited
        if distinct:
            counts = {name: f"count(DISTINCT {column})" for name, column in distinct.items()}
            parts.append(self._part(names, counts, f"({self._kept_sql(is_limited)}) AS kept"))
        items = [*self.groups, *(f"coalesce(sum({name}), 0) AS {name}" for name in names)]
        return f"SELECT {', '.join(items)} FROM ({' UNION ALL '.join(parts)}) AS parts{self._grouping}"

    def released_sql(self, names: Iterable[str], *, one_user_a_group: bool) -> str:
        """Return SQL for `RELEASED`: the statistics *names* of each group, ordered by key, which reveals nothing.

        Args:
            names: Columns of `SUMS`.
            one_user_a_group: Keep only groups with at least one drawn row, as the threshold on users needs.
        """
        keys = ", ".join(self.groups)
        seen = f" WHERE {SEEN} > 0" if one_user_a_group and keys else ""
        order = f" ORDER BY {keys}" if keys else ""
        return f"SELECT {', '.join([*self.groups, *names])} FROM {SUMS}{seen}{order}"

    def shown_sql(self) -> str:
        """Return SQL for the keys of the groups in `SHOWN`, in the order of `RELEASED`."""
        places = f"SELECT {PLACE} FROM {SHOWN}"
        return f"SELECT {', '.join(self.groups)} FROM {RELEASED} WHERE rowid IN ({places}) ORDER BY rowid"

    @property
    def _grouping(self) -> str:
        return f" GROUP BY {', '.join(self.groups)}" if self.groups else ""

    def _kept_sql(self, is_limited: bool) -> str:  # noqa: FBT001 - handed on
        """SQL for all kept rows: those of light users, and the sample of heavy ones."""
        columns = ", ".join(self.columns)
        light = f"SELECT {columns} FROM {ROWS} WHERE u IS NOT NULL"
        if not is_limited:
            return light
        heavy = f"SELECT {columns} FROM {HEAVY_ROWS} WHERE is_kept"
        return f"{light} AND u NOT IN (SELECT u FROM {HEAVY}) UNION ALL {heavy}"

    def _part(self, names: Sequence[str], sums: Mapping[str, str], source: str) -> str:
        """Return SQL for sums over one source by group, with 0 for all other names, so that parts can be added up."""
        items = [*self.groups, *(f"CAST({sums.get(name, 0)} AS HUGEINT) AS {name}" for name in names)]
        return f"SELECT {', '.join(items)} FROM {source}{self._grouping}"


def _shuffled(salt: int) -> str:
    """SQL for a number that orders rows at random, for a random *salt*.

    Hashing takes a fifth of the time of a generator's step, and gives the same result on any number of threads.
    """
    return f"hash(xor(r, {salt}))"


def numbered_sql() -> str:
    """Return SQL for `ROWS` from `KEPT_ROWS`."""
    return f"SELECT *, rowid AS {NUMBER} FROM {KEPT_ROWS}"


def count_sql() -> str:
    """Return SQL for the number of rows."""
    return f"SELECT count(*) FROM {ROWS}"


def totals_sql(names: Iterable[str]) -> str:
    """Return SQL for the statistics *names* of each group, in the order of `RELEASED`, without keys."""
    return f"SELECT {', '.join(names)} FROM {RELEASED} ORDER BY rowid"


def rows_per_user_sql() -> str:
    """Return SQL for (n, users): how many users have n rows."""
    return f"SELECT n, count(*) FROM {USERS} GROUP BY n ORDER BY n"


def heavy_sql(limit: int) -> str:
    """Return SQL for `HEAVY`."""
    return f"SELECT u FROM {USERS} WHERE n > {limit}"


def values_sql(value: str) -> str:
    """Return SQL for (sign, power, users): the number of drawn rows whose snapped value is in that bin.

    A bin holds the values of one sign between two powers of two. The bin depends on one row alone, so a user moves one
    count by one.
    """
    steps = f"{value}_steps"
    power = f"coalesce(CAST(ceil(log2(abs(nullif({steps}, 0)))) AS INTEGER), 0)"
    return f"SELECT sign({steps}), {power}, count(*) FROM {DRAWN} WHERE {steps} IS NOT NULL GROUP BY ALL ORDER BY ALL"
