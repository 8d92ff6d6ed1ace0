"""Check: whether inputs can be applied, told before anything is done, with the place of every problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from components.provider.configuration import Configuration
from components.provider.engine import Engine
from components.provider.errors import InvalidPropertyError, Subject
from components.provider.guards.dependents import refusal
from components.provider.lifecycle.contradictions import SqlJudge, contradictions
from components.provider.lifecycle.diff import Comparison, changes_of, impossible_request
from components.provider.properties.differences import Change, Difference
from components.provider.properties.validation import problems
from components.provider.values import Path, Properties, pattern, shown
from components.resources import service_model
from components.resources.resource_type import ResourceType


def check(
    engine: Engine, kind: ResourceType, subject: Subject, old: Mapping[str, Any], new: Properties, judge_sql: SqlJudge
) -> list[InvalidPropertyError]:
    """Return everything that is wrong with inputs.

    Args:
        engine: The provider's configuration, and what the program has declared.
        kind: The resource type.
        subject: The resource.
        old: Its inputs before; empty when it is new, or replaced.
        new: Its inputs as they shall be; what is not known is not judged.
        judge_sql: Judges the SQL of templates.
    """
    configuration = engine.configuration
    found = list(problems(service_model.inputs(kind), new))
    if not found and old != new.values:
        found = list(contradictions(kind, new, engine.declared, judge_sql))
    if not found and old and kind.guarded and subject.name not in configuration.allow_destroying:
        found = list(_guarded(kind, subject, Comparison(kind, {}, old, new.values), configuration))
    return found


def _guarded(
    kind: ResourceType, subject: Subject, compared: Comparison, configuration: Configuration
) -> Iterator[InvalidPropertyError]:
    """Yield what would end a guarded resource.

    It is told here and not by Diff, because a refresh compares, too, and must not fail.
    """
    why = impossible_request(compared)
    because = f" ({why})" if why else ""
    for change in changes_of(compared, configuration):
        if change.replaces and not _may_be_there(kind, change.difference):
            place = shown(change.difference.path)
            yield InvalidPropertyError(place, refusal(kind, subject, because))


def left_to_diff(compared: Comparison, configuration: Configuration) -> frozenset[Path]:
    """Return where a check lets a replacement pass, because the value may be what the service has filled in.

    Args:
        compared: A guarded resource before and after.
        configuration: The provider's.
    """
    changes = changes_of(replace(compared, outputs={}), configuration)
    places = (each.difference for each in changes if each.replaces)
    return frozenset(place.path for place in places if _may_be_there(compared.kind, place))


def _may_be_there(kind: ResourceType, difference: Difference) -> bool:
    """Tell whether what is stated now may be what the service has filled in, as it does where nothing was stated.

    A check does not know what the service shows. Diff does, and refuses (see `replacement`).
    """
    return difference.change is Change.ADDED and pattern(difference.path) in kind.filled_in
