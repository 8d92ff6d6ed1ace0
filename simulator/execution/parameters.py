"""Values of template parameters as typed SQL literals: never as text that could be read as SQL."""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.request import TemplateParameter
from simulator.sql.parameter_types import PARAMETER_KINDS


def literal_of(name: str, parameter: TemplateParameter) -> exp.Expr:
    """Return the parameter's value as a literal of its type.

    Args:
        name: Name of the parameter, for messages.
        parameter: Its API type and its value as text.

    Raises:
        NotTranslatableError: There is no value, or it does not fit the type.
    """
    kind, value = PARAMETER_KINDS.get(parameter.type), parameter.value
    if value is None:
        raise NotTranslatableError(f"parameter ':{name}' has no value; give one")
    if kind is None or not kind.fits(value):
        looks = f"; a value looks like '{kind.example}'" if kind else ""
        raise NotTranslatableError(f"parameter ':{name}' of type {parameter.type} has the value '{value}'{looks}")
    return kind.literal(value)
