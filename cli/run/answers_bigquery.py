"""How the answer of a run on a room of BigQuery looks: the rows, the noise in them, and what it cost."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from cli.console.terminal import styled, table, wrapped
from cli.rooms.opening_bigquery import OpenedBigQueryRoom
from cli.rooms.subject import Subject
from cli.run.answers import (
    OWNERS_KEY,
    OWNERS_ONLY,
    bias_table,
    noise_json,
    noise_table,
    owners_json,
    relation_json,
    removed_json,
    removed_text,
    rows_text,
)
from simulator.execution.views.noise_report import AggregateNoise, NoiseReport
from simulator.execution.views.results import ViewRunResult

STATE_BOUNDS = "state them with contribution_bounds_per_group => (lower, upper)"
"""What to do where no bounds are found."""


@dataclass(frozen=True, slots=True)
class ViewLeft:
    """What the budget of a view holds after a run.

    Attributes:
        view: Path of the view.
        epsilon: ε left.
        delta: δ left.
    """

    view: str
    epsilon: float
    delta: float


def view_answer_text(subject: Subject, result: ViewRunResult, left: Sequence[ViewLeft], written_to: str | None) -> str:
    """Describe *result* to a person.

    Args:
        subject: The query that was run.
        result: What it gave.
        left: What is left of the budgets; nothing for a dry run.
        written_to: The file that the rows were written to; None prints them.
    """
    lines = [styled(subject.title or subject.name, bold=True), ""]
    if written_to is None:
        noise = {one.column: one for one in result.columns if one.half_width is not None}
        lines += [rows_text(result.answer, result.exact, noise), ""]
    written = f" written to {written_to}" if written_to else ""
    lines.append(f"{len(result.answer.rows):,} rows{written} in {result.seconds:.2f} s")
    if not result.noise or result.rows_removed_by_threshold:
        lines.append(removed_text(result.rows_removed_by_threshold))
    if result.columns:
        lines += ["", styled("noise", bold=True) + f" from {result.randomness}", *noise_table(result.columns)]
    for report in result.noise:
        lines += ["", *_noise(report), *_bias(report)]
    if result.noise:
        lines += ["", *_promise(result)]
    lines += _charges(result, left)
    return "\n".join(lines)


def _noise(report: NoiseReport) -> Iterator[str]:
    terms = report.query.terms
    limit = "no limit on groups" if terms.max_groups is None else f"{terms.max_groups} groups"
    yield (
        styled("aggregates", bold=True)
        + f": epsilon {terms.epsilon:g} in {report.query.shares} equal shares, {limit} per unit"
    )
    rows = [
        (each.call, f"{each.epsilon:g}", _bounds(report, each), "-" if each.scale is None else f"{each.scale:.4g}")
        for each in report.aggregates
    ]
    yield table(("aggregate", "epsilon", "bounds", "Laplace scale"), rows, numeric=frozenset({1, 3}))
    if any(report.groups_without_bounds.values()):
        yield wrapped(
            "bounds that a query does not state are looked for in every group, with half of the aggregate's epsilon, "
            f"which is charged also if none are found; the value is then NULL: {STATE_BOUNDS}"
        )
    yield wrapped(
        f"a group is shown when its noisy number of units is at least {report.threshold} (delta {terms.delta:g}); "
        f"{report.groups_shown:,} of {report.groups:,} groups were ({OWNERS_ONLY})",
        "",
    )


def _bias(report: NoiseReport) -> Iterator[str]:
    bias = report.bias
    if bias is None:
        return
    yield ""
    yield styled("bias", bold=True) + f" ({OWNERS_ONLY})"
    yield from bias_table(bias.columns)
    if report.query.terms.max_groups is not None and report.query.groups:
        share = bias.rows_dropped_by_limit / bias.rows if bias.rows else 0.0
        yield wrapped(
            f"{bias.rows_dropped_by_limit:,} of {bias.rows:,} rows ({share:.1%}) dropped by max_groups_contributed, "
            f"from {bias.users_limited:,} of {bias.users:,} units, which count in "
            f"{report.query.terms.max_groups} of their groups, drawn at random"
        )
    for call, clamped in bias.values_clamped.items():
        if report.groups_without_bounds.get(call) != report.groups_shown:
            yield wrapped(f"{clamped:,} contributions of units to {call} clamped to its bounds")
    if bias.groups_not_drawn:
        yield wrapped(f"{bias.groups_not_drawn:,} more groups dropped: every unit of theirs counts in other groups")
    if bias.rows_in_hidden_groups:
        yield wrapped(f"{bias.rows_in_hidden_groups:,} of {bias.rows:,} rows are in groups that are not shown")


def _bounds(report: NoiseReport, noise: AggregateNoise) -> str:
    if noise.bounds is not None:
        return f"{noise.bounds[0]:g} to {noise.bounds[1]:g}"
    without, shown = report.groups_without_bounds[noise.call], report.groups_shown
    if not without:
        return "found in the data" if shown else "looked for in the data"
    return "not found: NULL" if without == shown else f"not found in {without:,} of {shown:,} groups: NULL"


def _promise(result: ViewRunResult) -> Iterator[str]:
    yield styled("randomness", bold=True) + f": {result.randomness}"
    if not result.is_release:
        yield "this is a simulation, not a release"
    if any(report.query.terms.max_groups is None and report.query.groups for report in result.noise):
        yield wrapped(
            "max_groups_contributed = NULL: noise covers one group per unit, as in BigQuery, but units count in all; "
            "differential privacy does not hold for units in several groups",
            "",
        )


def _charges(result: ViewRunResult, left: Sequence[ViewLeft]) -> Iterator[str]:
    by_view = {one.view: one for one in left}
    for charge in result.charges:
        name = charge.view.name
        costs = f"epsilon {charge.epsilon:g} and delta {charge.delta:g}"
        if name in by_view:
            one = by_view[name]
            yield wrapped(f"{costs} charged to {name}; left: epsilon {one.epsilon:g}, delta {one.delta:g}", "")
        else:
            yield wrapped(f"{costs} would be charged to {name}; this was a dry run", "")


def view_answer_document(
    opened: OpenedBigQueryRoom, subject: Subject, result: ViewRunResult, left: Sequence[ViewLeft]
) -> dict[str, Any]:
    """Describe *result* to a program; keys are stable."""
    return {
        "room": opened.title,
        "query": subject.name,
        **relation_json(result.answer),
        OWNERS_KEY: removed_json(result.rows_removed_by_threshold, result.exact),
        "seconds": result.seconds,
        "charges": [
            {"view": charge.view.name, "epsilon": charge.epsilon, "delta": charge.delta} for charge in result.charges
        ],
        "left": [{"view": one.view, "epsilon": one.epsilon, "delta": one.delta} for one in left],
        "columns_noise": noise_json(result.columns),
        "noise": [_noise_json(report) for report in result.noise],
        "randomness": result.randomness,
        "is_release": result.is_release,
    }


def _noise_json(report: NoiseReport) -> dict[str, Any]:
    terms = report.query.terms
    return {
        "epsilon": terms.epsilon,
        "delta": terms.delta,
        "max_groups_contributed": terms.max_groups,
        "group_threshold_units": report.threshold,
        "aggregates": [
            {
                "call": each.call,
                "epsilon": each.epsilon,
                "bounds": each.bounds,
                "groups_without_bounds": report.groups_without_bounds.get(each.call, 0),
                "laplace_scale": each.scale,
            }
            for each in report.aggregates
        ],
        OWNERS_KEY: {"groups": report.groups, "groups_shown": report.groups_shown}
        | (owners_json(report.bias) if report.bias is not None else {}),
    }
