"""A template parameter whose value is not of its type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import get_args

from declarations.analysis_template import ParameterType
from declarations.quotas import exceeded
from simulator.checks.context import API_REFERENCE, USER_GUIDE, QueryContext
from simulator.request import TemplateParameter
from simulator.verdict import Basis, Finding

MAX_VALUE_LENGTH = 1000
"""Characters of one value. Source: API ParameterValue."""

_PAGE = f"{USER_GUIDE}/create-sql-analysis-template.html"
_NAME = re.compile(r"[0-9a-zA-Z_]{1,100}")
_INTEGER = re.compile(r"[+-]?[0-9]{1,19}")
_DECIMAL = re.compile(r"[+-]?([0-9]{1,38}(\.[0-9]{0,38})?|\.[0-9]{1,38})")
_DOUBLE = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,3})?")
_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?"
_ZONE = r"( ?(Z|UTC|[+-][0-9]{2}(:?[0-9]{2})?|[A-Za-z]+/[A-Za-z_]+))?"

_FORMS: dict[str, tuple[re.Pattern[str], str]] = {
    **dict.fromkeys(("TINYINT", "BYTE", "SMALLINT", "SHORT", "INTEGER", "INT", "BIGINT", "LONG"), (_INTEGER, "-12")),
    **dict.fromkeys(("DECIMAL", "NUMERIC"), (_DECIMAL, "12.50")),
    **dict.fromkeys(("REAL", "FLOAT", "DOUBLE", "DOUBLE_PRECISION"), (_DOUBLE, "1.5e3")),
    "BOOLEAN": (re.compile(r"(?i:true|false|t|f|yes|no|y|n|1|0)"), "true"),
    "DATE": (re.compile(_DATE), "2026-01-31"),
    **dict.fromkeys(("TIME", "TIMETZ"), (re.compile(_CLOCK + _ZONE), "23:59:00")),
    **dict.fromkeys(
        ("TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMP_LTZ", "TIMESTAMP_NTZ"),
        (re.compile(rf"{_DATE}([ T]{_CLOCK}{_ZONE})?"), "2026-01-31 23:59:00"),
    ),
}
"""Type to the form of its values and an example; types that are not here take any text."""


def parameter_value_unfit(context: QueryContext) -> Iterator[Finding]:
    """A parameter with an unknown type, a name that SQL cannot write, or a value that is no literal of its type.

    Why: a value is only ever put in as one literal of the declared type; it can never become a piece of SQL.
    Avoid: `since` of type DATE = "2026-01-01' OR '1'='1"   Prefer: `since` of type DATE = "2026-01-01"
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/create-sql-analysis-template.html
    Source: https://docs.aws.amazon.com/clean-rooms/latest/apireference/API_AnalysisParameter.html
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
    if parameter.type not in get_args(ParameterType):
        yield f"has the type '{parameter.type}' (types: {', '.join(get_args(ParameterType))})"
        return
    value = parameter.value
    if value is None:
        return
    if len(value) > MAX_VALUE_LENGTH:
        yield f"has a value of {len(value)} characters; at most {MAX_VALUE_LENGTH} are allowed"
        return
    form = _FORMS.get(parameter.type)
    if form is not None and not form[0].fullmatch(value):
        yield f"of type {parameter.type} has the value '{value}'; a value looks like '{form[1]}'"
