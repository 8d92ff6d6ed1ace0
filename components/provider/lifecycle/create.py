"""Create: the call, the way until it is ready, and what is kept when that goes wrong half-way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from components.provider.aws.identity import id_of
from components.provider.aws.requests import creation, request_of, shown_by, state
from components.provider.aws.tags import merged
from components.provider.engine import Engine
from components.provider.errors import ExistsError, PartialFailureError, Subject, UnreadyError, sentence_of
from components.provider.guards.access_budgets import refuse_unlimited_twin
from components.provider.guards.adoption import adopting
from components.provider.guards.doubles import refuse_double, refuse_guarded_double
from components.provider.values import Properties
from components.resources import service_model
from components.resources.resource_type import ResourceType
from components.resources.service_model import TAGS, TAGS_ALL
from declarations.base import IDENTIFIER_PATTERN
from declarations.unknown import UNKNOWN


def preview_of_creation(engine: Engine, kind: ResourceType, subject: Subject, inputs: Properties) -> Properties:
    """Return the outputs of a resource that is not made yet: what was stated, and unknowns for the rest.

    Raises:
        RefusedError: There is one already that it would stand beside, or it would be open beside a limited table.
        ProviderError: It could not be found out whether it would be open.
    """
    refuse_guarded_double(engine, kind, subject, inputs.values)
    refuse_unlimited_twin(engine, kind, subject, inputs.values)
    request = kind.change_request
    later = {request.identifier, request.status} if request else set()
    unknown = {name: UNKNOWN for name in service_model.outputs(kind) if name not in later}
    tags = {TAGS_ALL: merged(engine.configuration.default_tags, inputs.values.get(TAGS))} if kind.tagged else {}
    return inputs.with_values({**unknown, **inputs.values, **tags})


def create(
    engine: Engine, kind: ResourceType, subject: Subject, inputs: Properties, timeout: float
) -> tuple[str, Properties]:
    """Make a resource and return its id and outputs.

    Args:
        engine: What to call with.
        kind: The resource type.
        subject: The resource.
        inputs: Its checked inputs, all known.
        timeout: Seconds to wait until it is ready; 0 takes as long as such a resource usually needs.

    Raises:
        RefusedError: There is one already that it would stand beside, or it would be open beside a limited table.
        PartialFailureError: It was made, but is not as asked for, or not ready.
        ProviderError: It was not made.
    """
    refuse_double(engine, kind, subject, inputs.values)
    refuse_unlimited_twin(engine, kind, subject, inputs.values)
    tags = merged(engine.configuration.default_tags, inputs.values.get(TAGS))
    answer = _made(engine, kind, subject, inputs.values, tags)
    made = {name: inputs.values[name] for name in kind.identity if name in inputs.values}
    made |= shown_by(kind, kind.create, answer)
    missing = set(kind.after_create)
    try:
        live = _finished(engine, kind, subject, made, inputs, timeout, missing)
        return id_of(kind, live), state(kind, live, inputs, tags)
    except Exception as error:
        if isinstance(error, UnreadyError):
            made |= error.live
        applied = inputs.with_values({name: value for name, value in inputs.values.items() if name not in missing})
        kept = state(kind, {**applied.values, **made}, applied, tags)
        raise PartialFailureError(id_of(kind, made), kept, applied, [sentence_of(error)]) from error


def _made(
    engine: Engine, kind: ResourceType, subject: Subject, inputs: Mapping[str, Any], tags: Mapping[str, str]
) -> dict[str, Any]:
    """Return the answer to the creation; what is in its way is said with what to do about it."""
    try:
        return engine.caller.call(kind.service, kind.create.name, creation(kind, inputs, tags), subject)
    except ExistsError as error:
        known = {name: str(inputs[name]) for name in kind.identity if name in inputs}
        missing = [name for name in kind.identity if name not in known]
        if len(missing) == 1 and re.fullmatch(IDENTIFIER_PATTERN, error.held) and error.held not in known.values():
            known[missing[0]] = error.held
        advice = adopting(kind, subject, engine.caller.provider, known)
        raise ExistsError(f"{error.message}; {advice}; or give this one another name", error.held) from error


def _finished(
    engine: Engine,
    kind: ResourceType,
    subject: Subject,
    made: dict[str, Any],
    inputs: Properties,
    timeout: float,
    missing: set[str],
) -> dict[str, Any]:
    """Return what the resource shows once everything that was stated holds for it.

    What is applied after the creation is taken out of *missing*.
    """
    after = [name for name in sorted(kind.after_create) if name in inputs.values]
    for operation in kind.updates if after else ():
        names = {*kind.identity, *after}
        request = request_of(kind, operation, {**made, **inputs.values}, names)
        engine.caller.call(kind.service, operation.name, request, subject)
    missing.clear()
    whole = kind.create.answer is not None and kind.create.answer == kind.read.answer and kind.read_also is None
    if whole and not after and kind.waits is None:
        return made
    return engine.settled(kind, made, subject, timeout)
