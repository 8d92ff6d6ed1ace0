"""Every check that a query can meet, each once."""

from __future__ import annotations

from itertools import chain

from simulator.analysis_rules.aws.kinds import BY_RULE_TYPE, BY_TABLE_KIND, FOR_ALL
from simulator.analysis_rules.bigquery.rules import CHECKS as BIGQUERY_CHECKS
from simulator.checks.context import Check

ALL_CHECKS: tuple[Check, ...] = tuple(
    dict.fromkeys(
        chain(FOR_ALL, *BY_TABLE_KIND.values(), *BY_RULE_TYPE.values(), BIGQUERY_CHECKS),
    )
)
"""All checks of both clouds: those of every query, of kinds of tables, of types of rules, of BigQuery."""
