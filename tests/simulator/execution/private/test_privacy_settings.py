"""The settings under which a query runs over the tables of several owners."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from simulator.execution.errors import NotEnforceableError
from simulator.execution.private.privacy_settings import PrivacySettings, most_restrictive
from simulator.privacy.group_threshold import ThresholdNoise

FIRST = PrivacySettings("222222222222", epsilon=3, users_noise_per_query=30, group_delta=1e-7)
SECOND = PrivacySettings("333333333333", epsilon=9, users_noise_per_query=50)


def test_the_larger_noise_and_the_smaller_delta_hold() -> None:
    found = most_restrictive([FIRST, SECOND])
    assert (found.users_noise_per_query, found.group_delta) == (50, 1e-7)


def test_settings_that_have_no_stricter_value_must_be_equal() -> None:
    message = "of 222222222222 and 333333333333 differ in 'threshold_noise'"
    with pytest.raises(NotEnforceableError, match=message):
        most_restrictive([FIRST, replace(SECOND, threshold_noise=ThresholdNoise.GAUSSIAN)])
    with pytest.raises(NotEnforceableError, match="differ in 'float_step'"):
        most_restrictive([FIRST, replace(SECOND, float_step=Fraction(1))])
