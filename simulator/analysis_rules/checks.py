"""Every check that a query can meet, each once, and what each says about itself."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from itertools import chain
from types import MappingProxyType

from declarations.docstring_page import Page, page_of
from simulator.analysis_rules.aws.kinds import PARTS
from simulator.analysis_rules.bigquery.rules import CHECKS as BIGQUERY_CHECKS
from simulator.checks.context import Check
from simulator.sql.problem_pages import PROBLEM_PAGES

ALL_PARTS: Mapping[str, tuple[Check, ...]] = {**PARTS, "BigQuery's analysis rules": BIGQUERY_CHECKS}
"""All parts of the rules of both clouds, as people call them."""

ALL_CHECKS: tuple[Check, ...] = tuple(dict.fromkeys(chain(*ALL_PARTS.values())))
"""All checks of both clouds: those of every query, of kinds of tables, of types of rules, of BigQuery."""


@cache
def check_pages() -> Mapping[str, Page]:
    """Return the page of every name that `Finding.check` can have: the checks, then what is found before them."""
    return MappingProxyType({check.__name__: page_of(check) for check in ALL_CHECKS} | dict(PROBLEM_PAGES))


def parts_of(check: str) -> tuple[str, ...]:
    """Return the parts of the rules that have the check of that name; none for what is found before any rule."""
    return tuple(part for part, checks in ALL_PARTS.items() if check in {asked.__name__ for asked in checks})
