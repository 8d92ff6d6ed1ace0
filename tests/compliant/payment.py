"""A compliant payment configuration."""

from __future__ import annotations

from typing import Any


def payment(*, pays: bool) -> dict[str, Any]:
    """Return a configuration that states every responsibility alike."""
    stated = {"isResponsible": pays}
    learning = {"modelTraining": stated, "modelInference": stated, "syntheticDataGeneration": stated}
    return {"queryCompute": stated, "machineLearning": learning, "jobCompute": stated}
