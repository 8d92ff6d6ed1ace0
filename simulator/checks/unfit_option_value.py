"""An option of a privacy clause whose value has the wrong kind or is out of range."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.checks.context import QueryContext
from simulator.checks.privacy_units import CLAUSE_PAGES, clause_selects
from simulator.sql.clause_options import Option, ValueKind
from simulator.verdict import Basis, Finding

_MOST = 2**31 - 1
_LEAST_EPSILON, _MOST_EPSILON = 1 / sys.float_info.max, 1 / sys.float_info.min
"""Beyond them the noise's scale, 1 / epsilon, is no normal number, and the query fails; 1e308 is documented."""
_Unfit = tuple[str, str | None] | None
"""What is wrong and the service's text, if it is known; None when the value fits."""


def unfit_option_value(context: QueryContext) -> Iterator[Finding]:
    """An ε, δ, threshold, number of groups or privacy unit that no data could be queried with.

    Why: With an ε of 0 the noise would be infinite; with a δ above 1, or a threshold below 1, nothing would be
        promised.
    Avoid: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 0) COUNT(*) AS n FROM shop.V`
    Prefer: `SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 0.5) COUNT(*) AS n FROM shop.V`
    Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/query-syntax#dp_clause
    """
    for _, clause in clause_selects(context):
        for option in clause.options:
            unfit = _FITS[option.name](option, clause.kind) if option.name in _FITS else None
            if unfit is not None:
                message, text = unfit
                page, basis = CLAUSE_PAGES[clause.kind], Basis.DERIVED
                yield from context.deny(
                    unfit_option_value, message, page, at=option.span, basis=basis, service_message=text
                )


def _epsilon(option: Option, _kind: PolicyKind) -> _Unfit:
    value = option.number
    if value is None:
        text = "Differential privacy option EPSILON must be set and non-NULL"
        return f"epsilon must be a number; found {option.written}", text if option.kind is ValueKind.NULL else None
    if value <= 0 or math.isinf(value):
        return (
            f"epsilon must be above 0 and finite; found {option.written}",
            f"Epsilon must be finite and positive, but is {value:g}",
        )
    if value < _LEAST_EPSILON:
        return f"epsilon must be at least {_LEAST_EPSILON:.2g}, or the query fails; found {option.written}", None
    if value > _MOST_EPSILON:
        return f"epsilon must be at most {_MOST_EPSILON:.2g}, or the query fails; found {option.written}", None
    return None


def _delta(option: Option, _kind: PolicyKind) -> _Unfit:
    value = option.number
    if value is None:
        return f"delta must be a number; found {option.written}", None
    if not 0 <= value <= 1:
        text = f"Delta must be in the inclusive interval [0,1], but is {value:g}"
        return f"delta must be from 0 to 1; found {option.written}", text
    return None


def _threshold(option: Option, _kind: PolicyKind) -> _Unfit:
    if _is_count(option):
        return None
    message = f"threshold must be a whole number from 1 to {_MOST}; found {option.written}"
    return message, f"threshold must be an INT64 literal between 1 and {_MOST}"


def _max_groups(option: Option, _kind: PolicyKind) -> _Unfit:
    if option.kind is ValueKind.NULL or _is_count(option):
        return None
    message = f"max_groups_contributed must be NULL or a whole number from 1 to {_MOST}; found {option.written}"
    return message, f"Option MAX_GROUPS_CONTRIBUTED must be an INT64 literal between 1 and {_MOST}"


def _unit(option: Option, kind: PolicyKind) -> _Unfit:
    if option.kind is ValueKind.PATH:
        return None
    is_private = kind is PolicyKind.DIFFERENTIAL_PRIVACY
    text = "Differential privacy option must be a path expression" if is_private else None
    return f"privacy_unit_column must be a column's name without quotes; found {option.written}", text


def _is_count(option: Option) -> bool:
    value = option.number
    return option.kind is ValueKind.INTEGER and value is not None and 1 <= value <= _MOST


_FITS: dict[str, Callable[[Option, PolicyKind], _Unfit]] = {
    "epsilon": _epsilon,
    "delta": _delta,
    "threshold": _threshold,
    "max_groups_contributed": _max_groups,
    "privacy_unit_column": _unit,
}
