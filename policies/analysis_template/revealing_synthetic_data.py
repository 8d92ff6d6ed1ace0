"""Synthetic data that reveals who was in the original."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from declarations.analysis_template import AnalysisTemplate
from policies.policy import Configuration, Policy, Severity, Violation
from policies.subjects import ANALYSIS_TEMPLATES, Placed


class Limits(Configuration):
    """What a company sets."""

    epsilon: Annotated[float, Field(gt=0, le=10)] = 8.0
    """Largest privacy loss of the generator."""
    attack_score: Annotated[float, Field(ge=0.5, le=1)] = 0.7
    """Highest score of an attack that distinguishes members from others; 0.5 is a guess, 1 is always right."""


def revealing_synthetic_data(placed: Placed[AnalysisTemplate], configuration: Limits) -> Iterator[Violation]:
    """Synthetic data that reveals who was in the original.

    Why: Synthetic rows are handed out row by row; only the generator's privacy loss, and the attack that was tried
        on it, say how much of the original people is in them.
    Avoid: `{epsilon: 10, max_membership_inference_attack_score: 1}`
    Prefer: `{epsilon: 3, max_membership_inference_attack_score: 0.6}`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_MLSyntheticDataParameters.html
    """
    held = placed.declaration.synthetic_data_parameters
    data = held.ml_synthetic_data_parameters if held else None
    if data is None:
        return
    path = ("synthetic_data_parameters", "ml_synthetic_data_parameters")
    if data.epsilon > configuration.epsilon:
        message = f"epsilon is {data.epsilon:g}; the company allows at most {configuration.epsilon:g}"
        yield Violation((*path, "epsilon"), message, "epsilon")
    score = data.max_membership_inference_attack_score
    if score > configuration.attack_score:
        message = f"an attack may be right with a score of {score:g}; the company allows {configuration.attack_score:g}"
        name = "max_membership_inference_attack_score"
        yield Violation((*path, name), message, name)


POLICY = Policy(revealing_synthetic_data, ANALYSIS_TEMPLATES, Severity.HIGH, configuration=Limits)
