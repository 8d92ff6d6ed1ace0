"""Invoke: functions, which are calls that change nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from components.provider.engine import Engine
from components.provider.errors import InvalidPropertyError, Subject
from components.provider.properties.validation import problems
from components.provider.values import Properties
from components.resources import service_model
from components.resources.resource_type import Function


def check_arguments(function: Function, arguments: Properties) -> list[InvalidPropertyError]:
    """Return everything that is wrong with the arguments of a function."""
    return list(problems(service_model.arguments(function), arguments))


def invoke(engine: Engine, function: Function, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Call a function and return what it returns, all pages of it.

    Raises:
        ProviderError: The call was refused, or there was no answer.
    """
    subject = Subject(function.name, "")
    answer = engine.caller.pages(function.service, function.operation, arguments, subject)
    return {name: value for name, value in answer.items() if name not in function.not_offered}
