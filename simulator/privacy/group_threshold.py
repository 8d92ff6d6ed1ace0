"""Protection of group keys: a group is shown only when its noisy number of users reaches a threshold.

Without it, the mere presence of a row in the answer reveals that somebody is in that group. AWS publishes nothing about
this; the threshold is this simulator's.

Claim: with counts of users per group noised by a rho-zCDP mechanism and the threshold below, what is shown is
delta-approximate rho-zCDP. Proof: let a user be added. Groups that others are in too have noisy counts, which rho
covers. At most `groups_per_user` groups have this user alone; without the user they are never shown. Each has the count
1 and is shown when 1 + noise reaches the threshold; that any of them is has a probability of at most delta, and if none
is, the two answers show the same groups. Whatever else is released for a group must be shown only together with it.

With truncated noise the same holds if a user counts in one group: groups that others are in have noisy counts that rho
and the noise's own delta cover, and a group of this user alone is never shown, since 1 + noise is below the threshold.

Source: Korolova, Kenthapadi, Mishra, Ntoulas 2009 ("Releasing search queries and clicks privately"); Desfontaines,
Voss, Gipson, Mandayam 2022 (arXiv 2006.03684).
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction

from simulator.privacy.mechanisms import DiscreteGaussian, Mechanism, TruncatedGaussian
from simulator.privacy.mechanisms.truncated_gaussian import truncated


class ThresholdNoise(StrEnum):
    """The noise of user counts compared with a threshold. Both kinds cost the same rho, and at most the same delta."""

    TRUNCATED = "truncated"
    """Truncated: hides a group of one user with certainty, and needs the lower threshold, 74 users at the default noise
    of 30."""
    GAUSSIAN = "gaussian"
    """Not truncated: hides a group of one user except with probability delta; 77 users at a noise of 30."""


_ROUNDING = 1 + 1e-9  # tails are computed in floating point, with less error than this


def threshold_noise(kind: ThresholdNoise, sigma: Fraction, delta: float) -> DiscreteGaussian | TruncatedGaussian:
    """Return the noise on the number of users of each group.

    Args:
        kind: Which noise.
        sigma: Its scale, in users.
        delta: In (0, 1/2): probability with which its loss, or the hiding of single users, may fail.

    Raises:
        ValueError: *sigma* or *delta* is out of range.
    """
    return truncated(sigma, delta) if kind is ThresholdNoise.TRUNCATED else DiscreteGaussian(sigma)


def group_threshold(mechanism: Mechanism, delta: float, groups_per_user: int = 1) -> int:
    """Return the smallest threshold of noisy users that hides groups of one user except with probability *delta*.

    Args:
        mechanism: The noise on the number of users of each group.
        delta: In (0, 1/2).
        groups_per_user: Maximum number of groups in which one user is counted, >= 1.

    Returns:
        The minimum noisy count of a group that is shown; >= 2. For truncated noise, whose own delta must not exceed
        *delta*, the smallest count that no group of one user reaches.

    Raises:
        ValueError: *delta* or *groups_per_user* is out of range, or more than truncated noise was made for.
    """
    if not 0 < delta < 1 / 2:
        raise ValueError(f"delta must be between 0 and 0.5, both excluded; found {delta}")
    if groups_per_user < 1:
        raise ValueError(f"groups_per_user must be a whole number >= 1; found {groups_per_user}")
    allowed = delta / groups_per_user
    if isinstance(mechanism, TruncatedGaussian):
        if groups_per_user > 1 or mechanism.delta > delta:
            raise ValueError(
                f"truncated noise has delta {mechanism.delta:.3g} for one group per user; requested are delta {delta} "
                f"and {groups_per_user} groups"
            )
        return mechanism.reach + 2
    hidden, shown = 0, 1
    while mechanism.tail(shown) * _ROUNDING > allowed:
        hidden, shown = shown, 2 * shown
    while shown - hidden > 1:
        middle = (hidden + shown) // 2
        hidden, shown = (middle, shown) if mechanism.tail(middle) * _ROUNDING > allowed else (hidden, middle)
    return 1 + shown
