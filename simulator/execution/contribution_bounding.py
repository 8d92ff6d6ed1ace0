"""SQL that bounds what one user contributes. All of it runs in the engine; only sums over many users leave it.

The rows of the final relation (after joins, filters and CTEs, so no rewriting of keys or CTEs can widen the bound) are
numbered for each user in random order. Keeping numbers 1 to L is a uniform sample without replacement of L rows of each
user, over the whole query; number 1 alone is one uniformly chosen row of each user, which counts users once.

Sensitivity. Add a user with all rows. Rows of other users are numbered as before, for the order of a user's rows looks
at that user's rows alone. Let c_g be how many of the new user's kept rows fall into group g; then sum of c_g <= L.

* COUNT(*) and COUNT(x): group g moves by at most c_g. The vector over groups moves by sqrt(sum c_g**2) <= sum c_g <= L.
* SUM(x), x clamped to |x| <= M: group g moves by at most M c_g, the vector by at most M L.
* SUM of (x - c)**2 with |x - c| <= H: at most H**2 L, likewise.
* COUNT(DISTINCT x): the new user adds at most c_g values to group g, the vector moves by at most L.
* users (rows with number 1): exactly one group moves by one, the vector by 1.

These are L2 bounds for the whole vector, whatever the number of groups, so one Gaussian charge covers it.
"""

from __future__ import annotations

from dataclasses import dataclass

from simulator.execution.grid import Grid, rounded

SAMPLED = "sampled"
"""Internal table of the rows with a user: u, the group keys, snapped values, and r, the row's number for its user."""


@dataclass(frozen=True, slots=True)
class Clamp:
    """Bounds of one value, in steps of a grid that may be coarser than the column's own.

    Attributes:
        grid: The column's own grid.
        low: Lower bound, in own grid steps.
        high: Upper bound, in own grid steps; >= low.
        factor: How many own grid steps make one coarse step; >= 1.
        centre: What is subtracted before squaring, in coarse steps.
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
        """Return SQL for the clamped, centred value of the snapped column, a BIGINT in coarse steps."""
        low, high = self.range
        coarse = column if self.factor == 1 else f"CAST(round({column} / {self.factor}.0) AS BIGINT)"
        return f"(least(greatest({coarse}, {low}), {high}) - {self.centre})"


def sampled_sql(rows: str, groups: tuple[str, ...], grids: dict[str, Grid], counted: tuple[str, ...]) -> str:
    """Return SQL that numbers the rows of every user at random.

    Args:
        rows: Internal table of the rows.
        groups: Names of the group key columns.
        grids: Value columns to snap, with their grids.
        counted: Value columns that are only counted, and stay as they are.
    """
    items = [
        "u",
        *groups,
        *(f"{grid.snapped(column)} AS {column}_steps" for column, grid in grids.items()),
        *counted,
        "row_number() OVER (PARTITION BY u ORDER BY w) AS r",
    ]
    # A NULL identifier is nobody that could be protected, and may hide many people: its rows are left out.
    shuffled = f"SELECT *, random() AS w FROM {rows} WHERE u IS NOT NULL"  # noqa: S608 - internal names only
    return f"SELECT {', '.join(items)} FROM ({shuffled}) AS shuffled"  # noqa: S608 - as above


def rows_per_user_sql() -> str:
    """Return SQL for (rows, users): how many users have that many rows."""
    return (
        f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM {SAMPLED} GROUP BY u) AS per_user "  # noqa: S608 - as above
        "GROUP BY n ORDER BY n"
    )


def extremes_sql(column: str, function: str) -> str:
    """Return SQL for (value, users): how many users have that lowest or highest snapped value.

    Args:
        column: The value column, without `_steps`.
        function: "min" or "max".
    """
    per_user = f"SELECT {function}({column}_steps) AS x FROM {SAMPLED} GROUP BY u"  # noqa: S608 - as above
    return f"SELECT x, count(*) FROM ({per_user}) AS per_user WHERE x IS NOT NULL GROUP BY x ORDER BY x"  # noqa: S608 - as above


def bounded_sums_sql(groups: tuple[str, ...], sums: dict[str, str], limit: int, *, one_user_a_group: bool) -> str:
    """Return SQL for the sums over the sampled rows, one row a group, in an order that tells nothing.

    Args:
        groups: Names of the group key columns; none gives exactly one row.
        sums: Result column to SQL of what is summed or counted over the kept rows.
        limit: Contribution limit, in rows.
        one_user_a_group: Keep only groups that a row number 1 falls into, as the threshold on users needs.
    """
    items = [*groups, *(f"{sql} AS {name}" for name, sql in sums.items())]
    text = f"SELECT {', '.join(items)} FROM {SAMPLED} WHERE r <= {limit}"  # noqa: S608 - as above
    if groups:
        having = " HAVING count(*) FILTER (WHERE r = 1) > 0" if one_user_a_group else ""
        text += f" GROUP BY {', '.join(groups)}{having} ORDER BY {', '.join(groups)}"
    return text
