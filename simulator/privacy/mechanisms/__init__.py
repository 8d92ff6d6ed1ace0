"""The mechanisms that add noise to integers."""

from __future__ import annotations

from simulator.privacy.mechanisms.base import Mechanism
from simulator.privacy.mechanisms.discrete_gaussian import DiscreteGaussian
from simulator.privacy.mechanisms.discrete_laplace import DiscreteLaplace
from simulator.privacy.mechanisms.truncated_gaussian import TruncatedGaussian

MECHANISMS: tuple[type[Mechanism], ...] = (DiscreteGaussian, DiscreteLaplace, TruncatedGaussian)
"""Every mechanism; a new one is a file beside these and a line here."""

__all__ = ["MECHANISMS", "DiscreteGaussian", "DiscreteLaplace", "Mechanism", "TruncatedGaussian"]
