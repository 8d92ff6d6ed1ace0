"""How the answer of a run on a room of AWS looks: the rows, the noise in them, what was removed, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.console.terminal import styled, table, wrapped
from cli.rooms.opening_aws import OpenedRoom
from cli.rooms.subject import Subject
from cli.run.answers import (
    OWNERS_KEY,
    OWNERS_ONLY,
    bias_table,
    cell,
    noise_json,
    noise_table,
    owners_json,
    relation_json,
    removed_json,
    removed_text,
    rows_text,
    several_groups_text,
)
from declarations.naming import counted
from simulator.execution.results import Guarantee, PrivacyReport, RunResult


@dataclass(frozen=True, slots=True)
class BudgetLeft:
    """What a budget holds after a run.

    Attributes:
        owner: Account id of the member whose budget it is.
        spent_percent: Share of the budget that is used, 0 to 100.
        remaining: Aggregate function to how many more of it alone the budget carries.
    """

    owner: str
    spent_percent: int
    remaining: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class UsesLeft:
    """What the access budget of one table holds after a run.

    Attributes:
        table: The table.
        uses: Uses left: the lower remainder of period and lifetime.
    """

    table: str
    uses: int


@dataclass(frozen=True, slots=True)
class Left:
    """What budgets hold after a run; nothing for a dry run.

    Attributes:
        privacy: The privacy budgets that were charged.
        uses: The access budgets that were charged.
    """

    privacy: tuple[BudgetLeft, ...] = ()
    uses: tuple[UsesLeft, ...] = ()


def answer_text(opened: OpenedRoom, subject: Subject, result: RunResult, left: Left, written_to: str | None) -> str:
    """Describe *result* to a person.

    Args:
        opened: The room.
        subject: The query that was run.
        result: What it gave.
        left: What is left of the budgets.
        written_to: The file that the rows were written to; None prints them.
    """
    lines = [styled(subject.title or subject.name, bold=True), ""]
    count = len(result.answer.rows)
    if written_to is None:
        noise = {one.column: one for one in result.privacy.noise} if result.privacy else {}
        lines += [rows_text(result.answer, result.exact, noise), ""]
    lines.append(
        f"{counted(count, 'row')}{f' written to {written_to}' if written_to else ''} in {result.seconds:.2f} s"
    )
    if result.privacy is None or result.rows_removed_by_threshold:
        lines.append(removed_text(result.rows_removed_by_threshold))
    if result.privacy is not None:
        lines += ["", *_guarantee(result.privacy.guarantee), *_privacy(result.privacy)]
        lines += _charge(opened, result.privacy, left.privacy)
    lines += [wrapped(f"{counted(one.uses, 'use')} of table {one.table} left", "") for one in left.uses]
    return "\n".join(lines)


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
    yield styled("noise", bold=True) + f" from {report.guarantee.randomness}"
    yield from noise_table(report.noise)
    yield ""
    yield styled("sensitivity parameters", bold=True)
    yield table(
        ("aggregate", "expression", "rows per user", "min", "max"),
        [
            (
                one.aggregation.value,
                one.expression,
                cell(one.user_contribution_limit),
                cell(one.min_value),
                cell(one.max_value),
            )
            for one in report.sensitivity_parameters
        ],
    )
    yield ""
    yield from _bias(report)


def _bias(report: PrivacyReport) -> Iterator[str]:
    bias = report.bias
    yield styled("bias", bold=True) + f" ({OWNERS_ONLY})"
    yield from bias_table(bias.columns)
    yield from several_groups_text(bias, "  ")
    share = bias.rows_dropped_by_limit / bias.rows if bias.rows else 0.0
    yield wrapped(
        f"{bias.rows_dropped_by_limit:,} of {bias.rows:,} rows ({share:.1%}) dropped by the contribution "
        f"limit, from {bias.users_limited:,} of {bias.users:,} users"
    )
    if bias.rows_without_user:
        yield wrapped(f"{bias.rows_without_user:,} rows dropped because they name no user")
    for expression, clamped in bias.values_clamped.items():
        yield wrapped(f"{clamped:,} values of {expression} clamped to its bounds")
    if report.group_threshold is not None:
        yield wrapped(
            f"{bias.groups_dropped_by_threshold:,} of {bias.groups:,} groups dropped: their noisy user "
            f"count is below {report.group_threshold.users} (our protection of group keys; AWS publishes none)"
        )
    if bias.groups_not_drawn:
        yield wrapped(
            f"{bias.groups_not_drawn:,} more groups dropped: every user of theirs is counted in another group"
        )
    if bias.rows_in_hidden_groups:
        yield wrapped(f"{bias.rows_in_hidden_groups:,} of {bias.rows:,} rows are in groups that are not shown")
    yield ""


def _charge(opened: OpenedRoom, report: PrivacyReport, left: Sequence[BudgetLeft]) -> Iterator[str]:
    yield styled("budget", bold=True)
    if not left:
        yield wrapped(f"{counted(report.units, 'unit')} would be charged; this was a dry run")
    for one in left:
        counts = ", or ".join(f"{count:,} {name}" for name, count in one.remaining.items())
        yield wrapped(
            f"{counted(report.units, 'unit')} charged to {opened.member(one.owner)}; {one.spent_percent} % used; "
            f"what is left is enough for {counts}"
        )


def answer_document(opened: OpenedRoom, subject: Subject, result: RunResult, left: Left) -> dict[str, Any]:
    """Describe *result* to a program; keys are stable."""
    document: dict[str, Any] = {
        "room": opened.room.collaboration.name,
        "query": subject.name,
        **relation_json(result.answer),
        OWNERS_KEY: removed_json(result.rows_removed_by_threshold, result.exact),
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
            "guarantee": _guarantee_json(report.guarantee),
            "rho": float(report.guarantee.rho),
            "randomness": report.guarantee.randomness,
            "aws_sensitivity_parameters": [one.to_response() for one in report.sensitivity_parameters],
            "noise": noise_json(report.noise),
            "group_threshold_users": report.group_threshold.users if report.group_threshold else None,
            OWNERS_KEY: owners_json(report.bias),
        }
    return document


def _guarantee_json(guarantee: Guarantee) -> dict[str, Any]:
    return {
        "unit": guarantee.unit,
        "neighbours": guarantee.neighbours,
        "rho": float(guarantee.rho),
        "delta": guarantee.delta,
        "epsilon": guarantee.epsilon,
        "accountant": guarantee.accountant,
        "randomness": guarantee.randomness,
        "is_release": guarantee.is_release,
    }
