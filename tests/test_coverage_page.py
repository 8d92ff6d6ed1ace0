"""IMPLEMENTATION_COVERAGE.md tells what the code does."""

from __future__ import annotations

from docs.coverage import PAGE, coverage_page


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == coverage_page(), "run: make generate"
