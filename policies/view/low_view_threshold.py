"""A view whose threshold shows very small groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.bigquery.room import BigQueryView
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import VIEWS, Placed


class Threshold(Configuration):
    """What a company sets."""

    minimum: Annotated[int, Field(ge=2)] = 10
    """Fewest privacy units that an output row may be computed from; 10 is the rule of statistics offices."""


def low_view_threshold(placed: Placed[BigQueryView], configuration: Threshold) -> Iterator[Violation]:
    """A view whose threshold shows very small groups.

    Why: A group of a few people is guessed by anybody who knows one of them; statistics offices publish no cell to
        which fewer than ten contributed. A threshold of 1 protects nobody.
    Avoid: `aggregation_threshold_policy: {threshold: 3, privacy_unit_column: customer_id}`
    Prefer: `threshold: 50`
    Source: https://www.abs.gov.au/statistics/microdata-tablebuilder/datalab/input-and-output-clearance
    """
    policy = placed.declaration.privacy_policy
    rule = policy.aggregation_threshold_policy if policy else None
    if rule and rule.threshold < configuration.minimum:
        message = f"the threshold is {rule.threshold}; the policy asks for at least {configuration.minimum}"
        yield Violation(("privacy_policy", "aggregation_threshold_policy", "threshold"), message)


POLICY = Policy(low_view_threshold, VIEWS, Severity.HIGH, configuration=Threshold)
