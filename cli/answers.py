"""How the answer of a run looks: the rows, the noise in them, what was removed, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from cli.opening import OpenedRoom, Subject
from cli.rendering import styled, table, wrapped
from cli.running import BudgetLeft, UsesLeft
from simulator.execution.engine import Relation
from simulator.execution.noise_report import MOST_GROUPS
from simulator.execution.results import ColumnNoise, Guarantee, PrivacyReport, RunResult

OWNERS_ONLY = "for the data owner only; the service does not tell"


@dataclass(frozen=True, slots=True)
class Left:
    """What budgets hold after a run; nothing for a dry run.

    Attributes:
        privacy: The privacy budgets that were charged.
        uses: The access budgets that were charged.
    """

    privacy: tuple[BudgetLeft, ...] = ()
    uses: tuple[UsesLeft, ...] = ()


def answer_text(
    opened: OpenedRoom,
    subject: Subject,
    result: RunResult,
    left: Left,
    *,
    written_to: str | None,
    shown_rows: int,
) -> str:
    """Describe *result* to a person.

    Args:
        opened: The room.
        subject: The query that was run.
        result: What it gave.
        left: What is left of the budgets.
        written_to: The file that the rows were written to, or None.
        shown_rows: Most rows to print; 0 when they were written to a file.
    """
    lines = [styled(subject.title or subject.name, bold=True), ""]
    count = len(result.answer.rows)
    if written_to is None:
        noise = {one.column: one for one in result.privacy.noise} if result.privacy else {}
        lines += [rows_text(result.answer, result.exact, shown_rows, noise), ""]
    lines.append(f"{_number(count)} rows{f' written to {written_to}' if written_to else ''} in {result.seconds:.2f} s")
    if result.privacy is None or result.rows_removed_by_threshold:
        lines.append(removed_text(result.rows_removed_by_threshold))
    if result.privacy is not None:
        lines += ["", *_guarantee(result.privacy.guarantee), *_privacy(result.privacy)]
        lines += _charge(opened, result.privacy, left.privacy)
    lines += [wrapped(f"{_number(one.uses)} uses of table {one.table} left", "") for one in left.uses]
    return "\n".join(lines)


def removed_text(rows: int) -> str:
    """Say how many rows thresholds removed; what noise removes is told beside the noise."""
    return wrapped(f"{_number(rows)} rows removed by thresholds ({OWNERS_ONLY})", "")


def rows_text(
    answer: Relation, exact: Relation | None, shown_rows: int, noise: Mapping[str, ColumnNoise] = MappingProxyType({})
) -> str:
    """Lay out the rows of an answer.

    Args:
        answer: The answer.
        exact: The answer without thresholds and noise, shown below; None without.
        shown_rows: Most rows to show.
        noise: Name of a noisy column to its noise, which is shown beside the column.
    """
    columns = answer.columns
    headings: list[str] = []
    cells: list[list[str]] = [[] for _ in answer.rows[:shown_rows]]
    numeric: set[int] = set()
    for index, column in enumerate(columns):
        values = [row[index] for row in answer.rows[:shown_rows]]
        if values and all(value is None or isinstance(value, (int, float, Decimal)) for value in values):
            numeric.add(len(headings))
        headings.append(column.name)
        for number, value in enumerate(values):
            cells[number].append(_cell(value))
        if column.name in noise:
            numeric.add(len(headings))
            headings.append("+/- 95 %")
            for number in range(len(values)):
                cells[number].append(_cell(noise[column.name].per_row[number]))
    text = table(headings, cells, numeric=frozenset(numeric)) if headings else ""
    left = len(answer.rows) - shown_rows
    more = f"\n... and {_number(left)} more rows; --output FILE.csv writes them all" if left > 0 else ""
    return text + more + ("\n\n" + _exact(exact, shown_rows) if exact is not None else "")


def _exact(exact: Relation, shown_rows: int) -> str:
    headings = [column.name for column in exact.columns]
    rows = [[_cell(value) for value in row] for row in exact.rows[:shown_rows]]
    title = "the exact answer, without thresholds and noise: never available in the service"
    left = len(exact.rows) - shown_rows
    return (
        wrapped(title, "")
        + "\n\n"
        + table(headings, rows)
        + (f"\n... and {_number(left)} more rows" if left > 0 else "")
    )


def _guarantee(guarantee: Guarantee) -> Iterator[str]:
    yield styled("guarantee", bold=True) + ("" if guarantee.is_release else ": none, this is a simulation")
    holds = (
        f"({guarantee.epsilon:.4g}, {guarantee.delta:.3g})-differential privacy of this answer alone"
        if guarantee.epsilon is not None
        else "none: groups are shown whatever their number of users"
    )
    rows = [
        ("unit of privacy", guarantee.unit),
        ("neighbours", guarantee.neighbours),
        ("epsilon, delta", holds),
        ("loss", f"rho {float(guarantee.rho):.6f}"),
        ("accountant", guarantee.accountant),
        ("randomness", guarantee.randomness),
    ]
    for name, text in rows:
        yield wrapped(f"{name:<16} {text}")
    yield ""


def _privacy(report: PrivacyReport) -> Iterator[str]:
    yield styled("noise", bold=True) + f" from {report.randomness}"
    rows = [(one.column, "+/- " + _cell(one.half_width), "exact" if one.exact else "simulated") for one in report.noise]
    yield table(("column", "95 % of the noise within", "how known"), rows)
    if any(None in one.per_row[MOST_GROUPS:] for one in report.noise):
        yield wrapped(f"widths of derived columns are simulated for the first {MOST_GROUPS} rows only")
    yield ""
    yield styled("sensitivity parameters", bold=True)
    yield table(
        ("aggregate", "expression", "rows a user", "min", "max"),
        [
            (
                one.aggregation.value,
                one.expression,
                _cell(one.user_contribution_limit),
                _cell(one.min_value),
                _cell(one.max_value),
            )
            for one in report.sensitivity_parameters
        ],
    )
    yield ""
    yield from _bias(report)


def _bias(report: PrivacyReport) -> Iterator[str]:
    bias = report.bias
    yield styled("bias", bold=True) + f" ({OWNERS_ONLY})"
    share = bias.rows_dropped_by_limit / bias.rows if bias.rows else 0.0
    yield wrapped(
        f"{_number(bias.rows_dropped_by_limit)} of {_number(bias.rows)} rows ({share:.1%}) dropped by the contribution "
        f"limit, from {_number(bias.users_limited)} of {_number(bias.users)} users"
    )
    if bias.rows_without_user:
        yield wrapped(f"{_number(bias.rows_without_user)} rows dropped because they name no user")
    for expression, clamped in bias.values_clamped.items():
        yield wrapped(f"{_number(clamped)} values of {expression} clamped to its bounds")
    if report.group_threshold is not None:
        yield wrapped(
            f"{_number(bias.groups_dropped_by_threshold)} of {_number(bias.groups)} groups dropped: their noisy user "
            f"count is below {report.group_threshold.users} (our protection of group keys; AWS publishes none)"
        )
    yield ""


def _charge(opened: OpenedRoom, report: PrivacyReport, left: Sequence[BudgetLeft]) -> Iterator[str]:
    yield styled("budget", bold=True)
    if not left:
        yield wrapped(f"{report.units} units would be charged; this was a dry run")
    for one in left:
        counts = ", ".join(f"{count:,} {name}" for name, count in one.remaining.items())
        yield wrapped(
            f"{report.units} units charged to {opened.member(one.owner)}; {one.spent_percent} % used; "
            f"any one of {counts} left"
        )


def answer_document(opened: OpenedRoom, subject: Subject, result: RunResult, left: Left) -> dict[str, Any]:
    """Describe *result* to a program; keys are stable."""
    document: dict[str, Any] = {
        "room": opened.room.collaboration.name,
        "query": subject.name,
        **relation_json(result.answer),
        "rows_removed_by_threshold": result.rows_removed_by_threshold,
        "exact": relation_json(result.exact) if result.exact is not None else None,
        "seconds": result.seconds,
        "uses_left": {one.table: one.uses for one in left.uses},
        "differential_privacy": None,
    }
    if result.privacy is not None:
        report = result.privacy
        document["differential_privacy"] = {
            "units": report.units,
            "owners": list(report.owners),
            "users_noise": report.users_noise,
            "remaining": dict(left.privacy[0].remaining) if left.privacy else None,
            "remaining_by_owner": {one.owner: dict(one.remaining) for one in left.privacy},
            "guarantee": {
                name: float(value) if isinstance(value := getattr(report.guarantee, name), Fraction) else value
                for name in type(report.guarantee).__dataclass_fields__
            },
            "rho": float(report.rho),
            "randomness": report.randomness,
            "aws_sensitivity_parameters": [one.to_response() for one in report.sensitivity_parameters],
            "noise": [
                {
                    "column": one.column,
                    "half_width_95": one.half_width,
                    "per_row": list(one.per_row),
                    "exact": one.exact,
                }
                for one in report.noise
            ],
            "group_threshold_users": report.group_threshold.users if report.group_threshold else None,
            "for_the_data_owner_only": {
                name: getattr(report.bias, name) for name in type(report.bias).__dataclass_fields__
            },
        }
    return document


def relation_json(relation: Relation) -> dict[str, Any]:
    """Return the columns and rows of an answer for programs."""
    return {
        "columns": [{"name": column.name, "type": column.type} for column in relation.columns],
        "rows": [[_plain(value) for value in row] for row in relation.rows],
    }


def _plain(value: object) -> object:
    if isinstance(value, (date, datetime, Decimal)):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(item) for item in value]
    return value


def _cell(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, float):
        return f"{value:,.2f}"
    return f"{value:,}" if isinstance(value, (int, Decimal)) and not isinstance(value, bool) else str(value)


def _number(value: int) -> str:
    return f"{value:,}"
