"""A policy's page is its docstring, part by part."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from policies.policy import Policy, Severity, Violation
from policies.subjects import VIEWS


def without_source(_placed: object) -> Iterator[Violation]:
    """Something forbidden.

    Why: There is a reason.
    Avoid: `a`
    Prefer: `b`
    """
    return iter(())


def test_a_page_without_a_part_is_refused() -> None:
    message = "the docstring of policy 'without_source' has no 'Source' part"
    with pytest.raises(ValueError, match=message):
        _ = Policy(without_source, VIEWS, Severity.LOW).page
