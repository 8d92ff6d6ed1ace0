"""The two ways of accounting for a plan."""

from __future__ import annotations

from enum import StrEnum

from simulator.privacy.accountant import Conversion
from simulator.privacy.budget import BudgetModel


class Mode(StrEnum):
    """An accounting mode."""

    AWS = "aws"
    """Units, counts and refusals as AWS published them; other counts are estimates, shown with their range."""
    AUDIT = "audit"
    """The loss of all releases of this simulator's mechanisms, against the (epsilon, delta) that actually holds."""

    @property
    def model(self) -> BudgetModel:
        """How settings determine a capacity and prices.

        An audit converts epsilon by a bound that holds for every release, not by the one that reproduces AWS's counts.
        """
        if self is Mode.AUDIT:
            return BudgetModel(conversion=Conversion.CANONNE_KAMATH_STEINKE)
        return BudgetModel()

    @property
    def charges_thresholds(self) -> bool:
        """Whether user counts drawn for the threshold on groups alone are charged; AWS publishes no such price."""
        return self is Mode.AUDIT
