"""Settings of a differentially private run: the owner's budget template, and choices that AWS does not document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

from simulator.execution.errors import NotEnforceableError
from simulator.privacy.accounts import Account, BudgetKind, Limit
from simulator.privacy.budget import Aggregation, BudgetModel
from simulator.privacy.group_threshold import ThresholdNoise
from simulator.privacy.periods import Period


@dataclass(frozen=True, slots=True)
class PrivacySettings:
    """One privacy budget template and the choices of the simulation.

    Attributes:
        owner: Account id of the member whose budget is charged.
        epsilon: The budget, a whole number from 1 to 20.
        users_noise_per_query: Noise added per query, a whole number from 10 to 100 users.
        room: Name of the collaboration, for the ledger.
        template: Name of the budget template, for the ledger.
        refresh: CALENDAR_MONTH, or LIFETIME when the budget does not refresh.
        model: How settings become noise and prices.
        protect_groups: Show a group only when its noisy user count reaches a threshold; AWS documents no such rule.
            When False, the mere presence of a group can reveal one user, and the result is not differentially private.
        group_delta: Upper bound on the probability that the protection of groups fails.
        threshold_noise: The noise of the user counts that are compared with the threshold; see `ThresholdNoise`.
        charge_group_threshold: Charge one unit more when noisy user counts are drawn for the threshold alone, so that
            the ledger holds the whole loss. When False, the published prices apply, and that loss is only reported.
        float_step: Grid step of FLOAT and DOUBLE values before summing, a power of two; other types have their own.
    """

    owner: str
    epsilon: int
    users_noise_per_query: int
    room: str = ""
    template: str = "differential privacy"
    refresh: Period = Period.LIFETIME
    model: BudgetModel = field(default_factory=BudgetModel)
    protect_groups: bool = True
    group_delta: float = 5e-7
    threshold_noise: ThresholdNoise = ThresholdNoise.TRUNCATED
    charge_group_threshold: bool = False
    float_step: Fraction = Fraction(1, 2**16)

    @property
    def account(self) -> Account:
        """The budget's account in the ledger, with the limit of the current template.

        Raises:
            ValueError: *epsilon* or *users_noise_per_query* is out of range.
        """
        limit = Limit(self.refresh, self.model.total_rho(self.epsilon))
        unit = self.model.unit_rho(self.users_noise_per_query)
        return Account(self.room, self.owner, self.template, BudgetKind.DIFFERENTIAL_PRIVACY, (limit,), unit)

    def noise_scale(self, function: Aggregation) -> Fraction:
        """Return the noise scale, in users, of one release of *function*; see `BudgetModel.noise_scale`."""
        return self.model.noise_scale(function, self.users_noise_per_query)


def most_restrictive(payers: Sequence[PrivacySettings]) -> PrivacySettings:
    """Return the settings under which a query runs that draws on the budgets of several owners.

    The noise is the largest that any owner requires, so that each template's own price covers the loss.

    Args:
        payers: At least one.

    Raises:
        NotEnforceableError: They differ in a setting that has no most restrictive value: model, kind of noise, or grid.
    """
    for name in ("model", "threshold_noise", "float_step"):
        found = [getattr(each, name) for each in payers]
        if any(value != found[0] for value in found):
            raise NotEnforceableError(
                f"the privacy settings of {' and '.join(each.owner for each in payers)} differ in {name!r}; "
                "for a query over the tables of both they must be equal"
            )
    return replace(
        payers[0],
        users_noise_per_query=max(each.users_noise_per_query for each in payers),
        protect_groups=any(each.protect_groups for each in payers),
        group_delta=min(each.group_delta for each in payers),
        charge_group_threshold=any(each.charge_group_threshold for each in payers),
    )
