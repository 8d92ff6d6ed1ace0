"""What a caller may ask of a run beside the answer."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.execution.engines.limits import EngineLimits


@dataclass(frozen=True, slots=True)
class RunOptions:
    """How a run is made; without a word, the answer alone, in whatever time it takes.

    Attributes:
        exact: Compute the answer without thresholds and noise beside it.
        bias: Measure what limits, clamps and thresholds cost every column; for the owner of the data only.
        limits: What the run may take from the machine.
    """

    exact: bool = False
    bias: bool = False
    limits: EngineLimits = EngineLimits()
