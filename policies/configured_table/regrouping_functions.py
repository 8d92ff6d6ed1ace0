"""Functions that let a query cut groups differently."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from declarations.rule_vocabulary import ScalarFunction
from policies.policy import Configuration, Level, Policy, Severity, Violation
from policies.rules import aggregation, identifies_people
from policies.subjects import CONFIGURED_TABLES, Placed


class Functions(Configuration):
    """What a company sets."""

    harmless: tuple[ScalarFunction, ...] = (
        ScalarFunction.COALESCE,
        ScalarFunction.CURRENT_DATE,
        ScalarFunction.DATEADD,
        ScalarFunction.EXTRACT,
        ScalarFunction.GETDATE,
        ScalarFunction.LN,
        ScalarFunction.LOG,
        ScalarFunction.LOWER,
        ScalarFunction.RTRIM,
        ScalarFunction.TRIM,
        ScalarFunction.UPPER,
    )
    """Functions that cut no groups of their own."""


def regrouping_functions(placed: Placed[ConfiguredTable], configuration: Functions) -> Iterator[Violation]:
    """Functions that let a query cut groups differently.

    Why: With them one query groups a column in two ways that differ by a few people, and the difference of
        two allowed groups is a small one.
    Avoid: `scalar_functions: [SUBSTRING, ROUND, TRUNC]`
    Prefer: coarse columns prepared by the owner, and `[LOWER, UPPER, TRIM]`
    Source: https://doi.org/10.1145/320613.320616
    """
    rule = aggregation(placed.declaration)
    if rule is None or not rule.dimension_columns or not identifies_people(placed.declaration):
        return
    for index, function in enumerate(rule.scalar_functions):
        if function not in configuration.harmless:
            message = f"{function.value} lets a query form groups of its own; provide a coarser column instead"
            yield Violation(("analysis_rule", "aggregation", "scalar_functions", index), message, function.value)


POLICY = Policy(regrouping_functions, CONFIGURED_TABLES, Severity.MEDIUM, Level.ADVISORY, configuration=Functions)
