"""The threshold that hides groups of a single unit when numbers of units get Laplace noise.

Source: google/differential-privacy, cc/algorithms/partition-selection.h (LaplacePartitionSelection); GoogleSQL,
public/anonymization_utils.cc (ComputeLaplaceThresholdFromDelta).
"""

from __future__ import annotations

import math

LEAST, MOST = -(2**63), 2**63 - 1
"""The thresholds with which every group is shown, and none."""


def laplace_threshold(epsilon: float, delta: float, groups: int) -> int:
    """Return the smallest number of units, noise included, with which a group is shown.

    Args:
        epsilon: Privacy loss of the numbers of units; finite, > 0.
        delta: Probability with which some group of a single unit may be shown; 0 (none is) to 1 (all are).
        groups: Maximum number of groups in which one unit counts; >= 1.

    Returns:
        A whole number in the range of INT64.

    Raises:
        ValueError: An argument is out of range.
    """
    if not (math.isfinite(epsilon) and epsilon > 0):
        raise ValueError(f"epsilon must be finite and above 0; found {epsilon}")
    if not 0 <= delta <= 1:
        raise ValueError(f"delta must be from 0 to 1; found {delta}")
    if groups < 1:
        raise ValueError(f"groups must be a whole number >= 1; found {groups}")
    each = _delta_of_one(delta, groups)
    if each in {0, 1}:
        return LEAST if each else MOST
    scale = groups / epsilon
    reach = -math.log(2 * each) if each <= 1 / 2 else math.log(2 * (1 - each))
    found = 1 + scale * reach
    if not math.isfinite(found):
        return MOST if found > 0 else LEAST
    return max(LEAST, min(MOST, math.ceil(found)))


def _delta_of_one(delta: float, groups: int) -> float:
    """Return the delta of each of *groups* independent groups that together have *delta*."""
    if groups == 1 or delta == 1:
        return delta
    return -math.expm1(math.log1p(-delta) / groups)
