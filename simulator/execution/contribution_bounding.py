# ruff: noqa: S608 - the SQL is made of internal names, and of numbers that were released or are public
"""SQL that bounds what one user contributes. All of it runs in the engine; only sums over many users leave it.

The rows of the final relation (after joins, filters and CTEs, so no rewriting of keys or CTEs can widen the bound) are
sampled for each user: users with up to L rows keep them all, of all others L rows are kept, a uniform sample without
replacement over the whole query. Besides, one row of each user is drawn; it counts the user once.

Sorting is what costs time, so only rows of users above the limit are sorted; the rest takes one pass that groups by
user.

Sensitivity. Add a user with all rows. Rows of other users are drawn as before, for the order of a user's rows looks
at that user's rows alone. Let c_g be how many of the new user's kept rows fall into group g; then sum of c_g <= L.

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

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from simulator.execution.grid import Grid, rounded

ROWS = "rows"
"""Internal table of the rows: u (the user), the group keys, snapped values (`v0_steps`) and counted ones (`v0`)."""
USERS = "users"
"""Internal table of the users: u, n (rows), and `drawn`, the number of the row that counts the user; `drawn_v0` for the
users whose v0 is not NULL in some row."""
DRAWN = "drawn"
"""Internal table of the drawn rows; `drawn_v0` for the users whose v0 is not NULL in some row."""
HEAVY = "heavy"
"""Internal table of the users with more rows than the limit."""
SAMPLED = "sampled"
"""Internal table of the rows that are kept of heavy users."""

_CHUNK = 2**24
"""Rows of heavy users that are sorted at once; bounds the memory of a run."""

_ROW_BITS = 2**32
"""Row numbers stay below this; above them 31 random bits order the rows of a user, and then the number does."""


@dataclass(frozen=True, slots=True)
class Clamp:
    """Bounds of one value, in steps of a grid that may be coarser than the column's own.

    Attributes:
        grid: The column's own grid.
        low: Lower bound, in own grid steps.
        high: Upper bound, in own grid steps; >= low.
        factor: How many own grid steps make one coarse step; >= 1.
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

    def sql(self, column: str) -> str:
        """Return SQL for the clamped, centred value of the snapped column, a BIGINT; NULL stays NULL."""
        low, high = self.range
        coarse = column if self.factor == 1 else f"CAST(round({column} / {self.factor}.0) AS BIGINT)"
        # DuckDB's GREATEST skips NULL: unguarded, a row without a value would be summed as the lower bound.
        return f"CASE WHEN {column} IS NOT NULL THEN least(greatest({coarse}, {low}), {high}) - {self.centre} END"


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which columns the rows have.

    Attributes:
        groups: Names of the group key columns.
        grids: Value columns to snap, with their grids.
        counted: Value columns that are only counted, and stay as they are.
        conditions: Value columns, each the user or NULL, whose users are counted.
    """

    groups: tuple[str, ...]
    grids: Mapping[str, Grid]
    counted: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns that are summed, counted or grouped by."""
        return (*self.groups, *(f"{value}_steps" for value in self.grids), *self.counted)

    def rows_sql(self, rows: str) -> str:
        """Return SQL for `ROWS`, from SQL for the rows of the query."""
        snapped = (f"{grid.snapped(value)} AS {value}_steps" for value, grid in self.grids.items())
        items = ["u", *self.groups, *snapped, *self.counted, *self.conditions]
        return f"SELECT {', '.join(items)} FROM ({rows}) AS query"

    def users_sql(self) -> str:
        """Return SQL for `USERS`. A NULL identifier is nobody that could be protected, and may hide many people."""
        row = f"min((CAST(random() * 2147483648 AS BIGINT) * {_ROW_BITS}) + rowid)"
        conditions = (f"{row} FILTER (WHERE {value} IS NOT NULL) AS drawn_{value}" for value in self.conditions)
        items = ["u", "count(*) AS n", f"{row} AS drawn", *conditions]
        return f"SELECT {', '.join(items)} FROM {ROWS} WHERE u IS NOT NULL GROUP BY u"

    def drawn_sql(self, drawn: str) -> str:
        """Return SQL for one of the tables of drawn rows."""
        numbers = f"SELECT {drawn} % {_ROW_BITS} FROM {USERS} WHERE {drawn} IS NOT NULL"
        return f"SELECT {', '.join(self.columns) or '1 AS one'} FROM {ROWS} WHERE rowid IN ({numbers})"

    def sampled_sql(self, limit: int, rows: int) -> Iterator[str]:
        """Yield SELECTs whose rows together are `SAMPLED`, each for other users.

        Args:
            limit: Contribution limit, in rows.
            rows: How many rows the heavy users have.
        """
        chunks = max(1, -(-rows // _CHUNK))
        columns = ", ".join(self.columns) or "1 AS one"
        for chunk in range(chunks):
            users = f"SELECT u FROM {HEAVY} WHERE hash(u) % {chunks} = {chunk}"
            shuffled = f"SELECT *, random() AS w FROM {ROWS} WHERE u IN ({users})"
            number = "row_number() OVER (PARTITION BY u ORDER BY w) AS r"
            yield f"SELECT {columns} FROM (SELECT *, {number} FROM ({shuffled}) AS s) AS numbered WHERE r <= {limit}"

    def kept_sql(self) -> str:
        """Return SQL for all kept rows: those of light users, and the sample of heavy ones."""
        columns = ", ".join(self.columns) or "1 AS one"
        light = f"SELECT {columns} FROM {ROWS} WHERE u IS NOT NULL AND u NOT IN (SELECT u FROM {HEAVY})"
        return f"{light} UNION ALL SELECT * FROM {SAMPLED}"

    def sums_sql(self, sums: Mapping[str, str], counts: Mapping[str, str], *, one_user_a_group: bool) -> str:
        """Return SQL for the statistics, one row a group, in an order that tells nothing.

        Args:
            sums: Result column to SQL of what is summed or counted over the kept rows.
            counts: Result column to the table of drawn rows that it counts.
            one_user_a_group: Keep only groups that a drawn row falls into, as the threshold on users needs.
        """
        required = {"seen": DRAWN} if one_user_a_group and self.groups else {}
        names = [*sums, *counts, *required]
        parts = [self._part(names, sums, f"({self.kept_sql()}) AS kept")] if sums else []
        parts += [self._part(names, {name: "count(*)"}, table) for name, table in {**counts, **required}.items()]
        outer = [*self.groups, *(f"coalesce(sum({name}), 0) AS {name}" for name in (*sums, *counts))]
        text = f"SELECT {', '.join(outer)} FROM ({' UNION ALL '.join(parts)}) AS parts"
        if not self.groups:
            return text
        keys = ", ".join(self.groups)
        having = " HAVING sum(seen) > 0" if required else ""
        return f"{text} GROUP BY {keys}{having} ORDER BY {keys}"

    def _part(self, names: list[str], sums: Mapping[str, str], source: str) -> str:
        """Sums over one source by group, zero for all other names: parts then just add up, NULL keys included."""
        items = [*self.groups, *(f"CAST({sums.get(name, 0)} AS HUGEINT) AS {name}" for name in names)]
        grouping = f" GROUP BY {', '.join(self.groups)}" if self.groups else ""
        return f"SELECT {', '.join(items)} FROM {source}{grouping}"


def rows_per_user_sql() -> str:
    """Return SQL for (n, users): how many users have n rows."""
    return f"SELECT n, count(*) FROM {USERS} GROUP BY n ORDER BY n"


def heavy_sql(limit: int) -> str:
    """Return SQL for `HEAVY`."""
    return f"SELECT u FROM {USERS} WHERE n > {limit}"


def values_sql(value: str) -> str:
    """Return SQL for (bin, users): in how many drawn rows the snapped value is in that bin.

    Values between the same two powers of two are told apart only by their sign: each is given as the larger of the two.
    That is a function of one row alone, so a user moves one count by one.
    """
    steps = f"{value}_steps"
    power = f"CAST(sign({steps}) * pow(2, ceil(log2(abs({steps})))) AS BIGINT)"
    binned = f"SELECT CASE WHEN {steps} = 0 THEN 0 ELSE {power} END AS x FROM {DRAWN}"
    return f"SELECT x, count(*) FROM ({binned}) AS binned WHERE x IS NOT NULL GROUP BY x ORDER BY x"
