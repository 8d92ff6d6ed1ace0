"""Private runs that add no noise: what is left are limits, clamps and thresholds."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from simulator.execution.private import noisy_sums
from simulator.execution.private.releases import Statistic
from simulator.privacy.rng import RandomSource


def without_noise(patch: pytest.MonkeyPatch) -> None:
    """Leave every step of a run as it is but the noise of its statistics."""

    def no_noise(statistics: Sequence[Statistic], groups: int, source: RandomSource) -> dict[str, list[int]]:
        del source
        return {each.name: [0] * groups for each in statistics}

    patch.setattr(noisy_sums, "fresh_noise", no_noise)
