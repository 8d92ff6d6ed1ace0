"""AWS Clean Rooms ML: one module a resource, each with its state and its operations.

Look-alike audiences really work: a model reads its training data, a job its seed, an export writes users to S3. Models
of one's own are state machines, but the queries behind their input channels run. Nothing happens in the background:
what was started takes its next step when it is next looked at.
"""

from __future__ import annotations

from types import ModuleType

from simulator.api.cleanroomsml import (
    audience_export_job,
    audience_generation_job,
    audience_model,
    configured_audience_model,
    configured_audience_model_policy,
    configured_model_algorithm,
    configured_model_algorithm_association,
    ml_configuration,
    ml_input_channel,
    tagging,
    trained_model,
    trained_model_export_job,
    trained_model_inference_job,
    training_dataset,
)

RESOURCES = (
    training_dataset,
    audience_model,
    configured_audience_model,
    configured_audience_model_policy,
    audience_generation_job,
    audience_export_job,
    ml_configuration,
    configured_model_algorithm,
    configured_model_algorithm_association,
    ml_input_channel,
    trained_model,
    trained_model_export_job,
    trained_model_inference_job,
    tagging,
)
"""The modules with the operations: first those of audiences, then those of models of one's own."""

BACKGROUND: tuple[ModuleType, ...] = ()
"""Nothing goes on after an answer: seed queries are those of Clean Rooms."""
