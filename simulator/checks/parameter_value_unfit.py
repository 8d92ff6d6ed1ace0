"""A template parameter whose value is not of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from declarations.analysis_template import ParameterType
from declarations.quotas import exceeded
from simulator.checks.context import API_REFERENCE, USER_GUIDE, QueryContext
from simulator.request import TemplateParameter
from simulator.sql.parameter_types import PARAMETER_KINDS
from simulator.verdict import Basis, Finding

MAX_VALUE_LENGTH = 1000
"""Characters of one value. Source: API ParameterValue."""

_PAGE = f"{USER_GUIDE}/create-sql-analysis-template.html"
_NAME = re.compile(r"[0-9a-zA-Z_]{1,100}")


def parameter_value_unfit(context: QueryContext) -> Iterator[Finding]:
    """A parameter with an unknown type, a name that SQL cannot write, or a value that is no literal of its type.

    Types and names are those of the API: 28 types, and 1 to 100 letters, digits and underscores.

    Why: A value is only ever put in as one literal of the declared type, so it can never become a piece of SQL.
    Avoid: `2026-01-01' OR '1'='1` for the parameter `since` of type DATE
    Prefer: `2026-01-01` for the parameter `since` of type DATE
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-sql-analysis-template.html
    """
    parameters = context.request.parameters
    if message := exceeded("analysis_template_parameters", len(parameters)):
        yield from context.deny(parameter_value_unfit, message, _PAGE)
    for name, parameter in parameters.items():
        for problem in _problems(name, parameter):
            message = f"parameter ':{name}' {problem}"
            source = f"{API_REFERENCE}/API_AnalysisParameter.html"
            yield from context.deny(parameter_value_unfit, message, source, basis=Basis.DERIVED)


def _problems(name: str, parameter: TemplateParameter) -> Iterator[str]:
    if not _NAME.fullmatch(name):
        yield "has a name that is not 1 to 100 letters, digits and '_'"
    if parameter.type not in PARAMETER_KINDS:
        yield f"has the type '{parameter.type}' (types: {', '.join(get_args(ParameterType))})"
        return
    value = parameter.value
    if value is None:
        return
    if len(value) > MAX_VALUE_LENGTH:
        yield f"has a value of {len(value)} characters; at most {MAX_VALUE_LENGTH} are allowed"
        return
    kind = PARAMETER_KINDS[parameter.type]
    if not kind.fits(value):
        yield f"of type {parameter.type} has the value '{value}'; a value looks like '{kind.example}'"
