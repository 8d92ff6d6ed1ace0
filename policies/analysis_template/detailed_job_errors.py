"""A job whose errors are shown in full."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from policies.policy import Policy, Severity, Violation
from policies.subjects import ANALYSIS_TEMPLATES, Placed


def detailed_job_errors(placed: Placed[AnalysisTemplate]) -> Iterator[Violation]:
    """A job whose errors are shown in full.

    Why: A stack trace quotes the values that the code failed on: rows leave the room inside an error.
    Avoid: `error_message_configuration: {type: DETAILED}`
    Prefer: no `error_message_configuration`; detailed errors on made-up rows only
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_ErrorMessageConfiguration.html
    """
    if placed.declaration.error_message_configuration is not None:
        message = "error messages are 'DETAILED' and can quote rows; remove error_message_configuration"
        yield Violation(("error_message_configuration", "type"), message)


POLICY = Policy(detailed_job_errors, ANALYSIS_TEMPLATES, Severity.HIGH)
