"""Quotas are inclusive; adjustable ones say so."""

from __future__ import annotations

import pytest

from declarations.quotas import QUOTAS, exceeded


@pytest.mark.parametrize("quota", QUOTAS)
def test_limit_is_inclusive(quota: str) -> None:
    limit, things, source, adjustable = QUOTAS[quota]
    assert source
    assert exceeded(quota, limit) is None
    by_default = " by default (adjustable)" if adjustable else ""
    assert exceeded(quota, limit + 1) == f"at most {limit:,} {things} are allowed{by_default}; found {limit + 1:,}"
