"""Protection of group keys: a group is shown only when its noisy number of users reaches a threshold.

Without it, the mere presence of a row in the answer tells that somebody is in that group. AWS publishes nothing about
this; the threshold is ours.

Claim: with counts of users per group noised by a rho-zCDP mechanism and the threshold below, what is shown is
delta-approximate rho-zCDP. Proof: let a user be added. Groups that others are in too have noisy counts, which rho
covers. At most `groups_per_user` groups have this user alone; without the user they are never shown. Each has the count
1 and is shown when 1 + noise reaches the threshold; that any of them is has a probability of at most delta, and if none
is, the two answers show the same groups. Whatever else is released for a group must be shown only together with it.

Source: Korolova, Kenthapadi, Mishra, Ntoulas 2009 ("Releasing search queries and clicks privately"); Desfontaines,
Voss, Gipson, Mandayam 2022 (arXiv 2006.03684).
"""

from __future__ import annotations

from simulator.privacy.mechanisms import Mechanism

_ROUNDING = 1 + 1e-9  # tails are computed in floating point, with less error than this


def group_threshold(mechanism: Mechanism, delta: float, groups_per_user: int = 1) -> int:
    """Return the smallest threshold of noisy users that hides groups of one user except with probability *delta*.

    Args:
        mechanism: The noise on the number of users of each group.
        delta: In (0, 1/2).
        groups_per_user: Most groups that one user is counted in, >= 1.

    Returns:
        Noisy counts that are at least this are shown; >= 2.

    Raises:
        ValueError: *delta* or *groups_per_user* is out of range.
    """
    if not 0 < delta < 1 / 2:
        raise ValueError(f"delta is {delta}; allowed are numbers between 0 and 0.5, both excluded")
    if groups_per_user < 1:
        raise ValueError(f"groups_per_user is {groups_per_user}; allowed are whole numbers >= 1")
    allowed = delta / groups_per_user
    hidden, shown = 0, 1
    while mechanism.tail(shown) * _ROUNDING > allowed:
        hidden, shown = shown, 2 * shown
    while shown - hidden > 1:
        middle = (hidden + shown) // 2
        hidden, shown = (middle, shown) if mechanism.tail(middle) * _ROUNDING > allowed else (hidden, middle)
    return 1 + shown
