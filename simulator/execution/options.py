"""What a caller may ask of a run besides the answer."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.execution.engines.limits import EngineLimits


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of a run; by default only the answer is computed, without a time limit.

    Attributes:
        exact: Also compute the answer without thresholds and noise.
        bias: Also measure how limits, clamps and thresholds change every column; for the owner of the data only.
        limits: What the run may take from the machine.
    """

    exact: bool = False
    bias: bool = False
    limits: EngineLimits = EngineLimits()
