"""Texts that the service refuses as templates: wrong by themselves, whatever tables there will be.

Source: API CreateAnalysisTemplate, ValidationException INVALID_QUERY.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, get_args

from declarations.collaboration import AnalyticsEngine
from simulator.request import AnalysisRequest, TemplateParameter
from simulator.sql.resolved import Script
from simulator.sql.resolving import resolve_script
from simulator.verdict import Finding

_OF_THE_TEXT: Final = frozenset(
    {"syntax_error", "not_a_select", "query_too_long", "nesting_too_deep", "unknown_parameter"}
)
"""Problems of the text alone. A table that is not there yet is none: it may be associated later."""

_ANY: Final = "000000000000"
"""Who asks makes no difference to the text."""


def malformation(script: Script) -> Finding | None:
    """Return why a template of this text is refused; None when it is not."""
    return next((problem for problem in script.problems if problem.check in _OF_THE_TEXT), None)


def malformation_in_any_engine(text: str, parameters: Mapping[str, str]) -> Finding | None:
    """Return why a template is refused whatever engine its collaboration has; None when one may take it.

    Args:
        text: Its SQL.
        parameters: The types of its parameters by name.
    """
    declared = {name: TemplateParameter(kind) for name, kind in parameters.items()}
    found: Finding | None = None
    for engine in reversed(get_args(AnalyticsEngine)):
        request = AnalysisRequest(text, {}, _ANY, engine=engine, template_arn="any", parameters=declared)
        found = malformation(resolve_script(request))
        if found is None:
            return None
    return found
