"""AWS Clean Rooms ML: one module per resource, with its state and its operations.

Look-alike audiences are computed: a model reads its training data, a job its seed, and an export writes users to S3.
Custom models are state machines, but the queries behind their input channels run. Apart from queries, nothing runs in
the background: a resource advances to its next status when it is next read.
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
"""The modules with the operations: first those of audiences, then those of custom models."""

BACKGROUND: tuple[ModuleType, ...] = ()
"""No modules with background work: seed queries are run by Clean Rooms."""
