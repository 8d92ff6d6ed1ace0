"""What the answers of runs on rooms of either cloud have in common: how their rows look, to people and programs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from statistics import median
from types import MappingProxyType
from typing import Any

from cli.console.terminal import table, wrapped
from declarations.naming import counted
from simulator.execution.cell_noise import MOST_GROUPS
from simulator.execution.engines.engine import Relation
from simulator.execution.results import Bias, ColumnBias, ColumnNoise

SHOWN_ROWS = 40
"""Most rows printed of an answer."""

OWNERS_ONLY = "for the data owner only; the service does not show it"
OWNERS_KEY = "for_the_data_owner_only"
"""The key, wherever it stands in a document, below which is what `OWNERS_ONLY` says: without it, all else may be passed
on."""


@dataclass(frozen=True, slots=True)
class Answered:
    """A query that was run, ready to be shown.

    Attributes:
        write: Writes the rows to a file.
        text: Describes the answer to a person, given the file that the rows were written to; None prints them.
        document: Describes the answer to a program; keys are stable.
    """

    write: Callable[[Path], None]
    text: Callable[[str | None], str]
    document: Callable[[], dict[str, Any]]


def removed_text(rows: int) -> str:
    """Say how many rows thresholds removed; what noise removes is told beside the noise."""
    return wrapped(f"{counted(rows, 'row')} removed by thresholds ({OWNERS_ONLY})", "")


def several_groups_text(bias: Bias, indent: str) -> Iterator[str]:
    """Say how many users a count of users misses in groups, and how to ask so that it misses none."""
    if bias.users_in_several_groups:
        yield wrapped(
            f"{bias.users_in_several_groups:,} of {counted(bias.users, 'user')} have rows in several groups; a count "
            "of users counts each in one of them, drawn at random: put each user into one group (a CTE with one row "
            "per user), or ask without groups for COUNT(DISTINCT CASE WHEN ... THEN user END) AS ..., a column each",
            indent,
        )


def rows_text(answer: Relation, exact: Relation | None, noise: Mapping[str, ColumnNoise] = MappingProxyType({})) -> str:
    """Lay out the rows of an answer.

    Args:
        answer: The answer.
        exact: The answer without thresholds and noise, shown below; None without.
        noise: Name of a noisy column to its noise, which is shown beside the column.
    """
    columns = answer.columns
    headings: list[str] = []
    cells: list[list[str]] = [[] for _ in answer.rows[:SHOWN_ROWS]]
    numeric: set[int] = set()
    for index, column in enumerate(columns):
        values = [row[index] for row in answer.rows[:SHOWN_ROWS]]
        if values and all(value is None or isinstance(value, (int, float, Decimal)) for value in values):
            numeric.add(len(headings))
        headings.append(column.name)
        for number, value in enumerate(values):
            cells[number].append(cell(value))
        if column.name in noise:
            numeric.add(len(headings))
            headings.append("+/- 95 %")
            for number in range(len(values)):
                cells[number].append(cell(noise[column.name].per_row[number]))
    text = table(headings, cells, numeric=frozenset(numeric)) if headings else ""
    left = len(answer.rows) - SHOWN_ROWS
    more = f"\n... and {left:,} more rows; --output FILE.csv writes them all" if left > 0 else ""
    return text + more + ("\n\n" + _exact(exact) if exact is not None else "")


def _exact(exact: Relation) -> str:
    headings = [column.name for column in exact.columns]
    rows = [[cell(value) for value in row] for row in exact.rows[:SHOWN_ROWS]]
    title = "the exact answer, without thresholds and noise: never available in the service"
    left = len(exact.rows) - SHOWN_ROWS
    return wrapped(title, "") + "\n\n" + table(headings, rows) + (f"\n... and {left:,} more rows" if left > 0 else "")


def noise_table(columns: Sequence[ColumnNoise]) -> Iterator[str]:
    """Lay out how wide the noise is in every column."""
    rows = [
        (
            one.column,
            "not known" if one.half_width is None else "+/- " + cell(one.half_width),
            "-" if one.half_width is None else "exact" if one.exact else "simulated",
        )
        for one in columns
    ]
    yield table(("column", "95 % of the noise within", "how known"), rows)
    if any(None in one.per_row[MOST_GROUPS:] for one in columns):
        yield wrapped(f"widths of derived columns are simulated for the first {MOST_GROUPS} rows only")


def bias_table(columns: Sequence[ColumnBias]) -> Iterator[str]:
    """Lay out what everything but noise changed in every column; nothing where none was measured."""
    rows = []
    for one in columns:
        known = [number for number in one.per_row if number is not None]
        shares = sorted(one.shares)
        rows.append(
            (
                one.column,
                cell(float(median(known)) if known else None),
                f"{median(shares):+.1%}" if shares else "-",
                f"{shares[0]:+.1%} to {shares[-1]:+.1%}" if shares else "-",
            )
        )
    if rows:
        yield table(("column", "bias", "of the exact value", "over all rows"), rows, numeric=frozenset({1, 2}))
        yield wrapped("medians over the rows of the answer; a cell is the exact value plus bias plus noise")


def noise_json(columns: Sequence[ColumnNoise]) -> list[dict[str, Any]]:
    """Return the noise of every column for programs."""
    return [
        {
            "column": one.column,
            "half_width_95": one.half_width,
            "per_row": list(one.per_row),
            "exact": one.exact,
        }
        for one in columns
    ]


def removed_json(rows: int, exact: Relation | None) -> dict[str, Any]:
    """Return for programs how many rows thresholds removed, and the answer without thresholds and noise."""
    return {"rows_removed_by_threshold": rows, "exact": None if exact is None else relation_json(exact)}


def owners_json(bias: Bias) -> dict[str, Any]:
    """Return for programs what limits, clamps and thresholds removed."""
    return {**removed_counts(bias), "columns": _bias_json(bias.columns)}


def removed_counts(bias: Bias) -> dict[str, Any]:
    """Return for programs how much limits, clamps and thresholds removed, of all columns together."""
    return {
        "rows": bias.rows,
        "rows_without_user": bias.rows_without_user,
        "users": bias.users,
        "users_limited": bias.users_limited,
        "rows_dropped_by_limit": bias.rows_dropped_by_limit,
        "values_clamped": bias.values_clamped,
        "groups": bias.groups,
        "groups_dropped_by_threshold": bias.groups_dropped_by_threshold,
        "groups_not_drawn": bias.groups_not_drawn,
        "users_in_several_groups": bias.users_in_several_groups,
        "rows_in_hidden_groups": bias.rows_in_hidden_groups,
    }


def _bias_json(columns: Sequence[ColumnBias]) -> list[dict[str, Any]]:
    return [
        {
            "column": one.column,
            "per_row": _plain(one.per_row),
            "median_share": _plain(median(one.shares)) if one.shares else None,
        }
        for one in columns
    ]


def relation_json(relation: Relation) -> dict[str, Any]:
    """Return the columns and rows of an answer for programs."""
    return {
        "columns": [{"name": column.name, "type": column.type} for column in relation.columns],
        "rows": [[_plain(value) for value in row] for row in relation.rows],
    }


def _plain(value: object) -> object:
    """Return *value* as JSON has it. Numbers that JSON lacks are text, as the clouds write them."""
    if isinstance(value, (date, datetime, Decimal)):
        return str(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(item) for item in value]
    return value


def cell(value: object) -> str:
    """Return how one value of an answer is shown."""
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else str(value)
