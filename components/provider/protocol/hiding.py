"""Secrets stay hidden when a service repeats them in its refusal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from components.provider.errors import PartialFailureError, ProviderError
from components.provider.properties.places import HIDDEN
from components.provider.values import Properties


@contextmanager
def hiding(*stated: Properties) -> Iterator[None]:
    """Hide the secret values of properties in the messages of whatever goes wrong inside.

    Args:
        *stated: The properties.

    Raises:
        ProviderError: What went wrong, told without them.
    """
    try:
        yield
    except ProviderError as error:
        texts = {text for each in stated for text in _secrets(each)}
        error.message = _hidden(error.message, texts)
        if isinstance(error, PartialFailureError):
            error.reasons = tuple(_hidden(reason, texts) for reason in error.reasons)
        raise


def _hidden(message: str, texts: set[str]) -> str:
    # The longest first: one secret may be a part of another one.
    for text in sorted(texts, key=len, reverse=True):
        message = message.replace(text, HIDDEN)
    return message


def _secrets(properties: Properties) -> Iterator[str]:
    for path in properties.secrets:
        value: Any = properties.values
        for step in path:  # names alone: a secret in a list makes all of the list one
            value = value.get(step) if isinstance(value, Mapping) else None
        yield from _texts(value)


def _texts(value: Any) -> Iterator[str]:  # noqa: ANN401 - any property value
    """Yield every text in a value, as it is and as JSON and Python write it."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str) and value:
        yield from (value, json.dumps(value)[1:-1], repr(value)[1:-1])
