"""Make declarations from a resource's properties, setting aside those that the declaration does not allow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeVar

from pydantic import ValidationError

from declarations.base import Declaration
from declarations.unknown import UNKNOWN, declared, partly_known

D = TypeVar("D", bound=Declaration)
Members = dict[str, Any]
"""Members of a declaration in snake_case; UNKNOWN where they are not known."""

_TAGS: Final = "tags"


def members_of(model: type[Declaration], properties: object) -> Any:  # noqa: ANN401 - Members or UNKNOWN
    """Return the members of *model* that *properties* state; a missing required one is UNKNOWN.

    Providers capitalise some members differently (`allowClearText`, `mlMemberAbilities`) and add members that the
    service generates; neither is a user error.

    Args:
        model: The declaration.
        properties: Members by their camelCase names; UNKNOWN is returned for anything that is not a mapping.
    """
    if not isinstance(properties, Mapping):
        return UNKNOWN
    spelled = {str(name).casefold(): value for name, value in properties.items()}
    members: Members = {}
    for name, field in model.model_fields.items():
        value = spelled.get((field.alias or name).casefold())
        if value is not None and name not in model.room_only:
            members[name] = _tags(value) if name == _TAGS else _nested(field.annotation, value)
        elif field.is_required():
            members[name] = UNKNOWN
    return members


def nothing_known(model: type[Declaration]) -> Members:
    """Return every member of a declaration as UNKNOWN: it is not even known which are absent."""
    return dict.fromkeys(model.model_fields, UNKNOWN)


def tolerant(model: type[D], members: Members) -> tuple[D, Mapping[str, str]]:
    """Make a declaration; members that it does not allow become unknown.

    Args:
        model: The declaration.
        members: Its members.

    Returns:
        The declaration, and the reason for each member that was set aside.
    """
    try:
        return partly_known(model, members), {}
    except ValidationError as error:
        inconsistent = {_field(model, one["loc"]): one["msg"] for one in error.errors()}
    wrong = {name: why for name in members if (why := _wrong(model, name, members[name]))} or inconsistent
    set_aside = set(members) if "" in wrong else set(wrong)
    declaration, more = tolerant(model, {**members, **dict.fromkeys(set_aside, UNKNOWN)})
    return declaration, {**more, **wrong}


def _wrong(model: type[Declaration], name: str, value: object) -> str | None:
    """Return why *value* alone is not allowed."""
    try:
        partly_known(model, {**nothing_known(model), "": UNKNOWN, name: value})
    except ValidationError as error:
        return str(error.errors()[0]["msg"])
    return None


def _field(model: type[Declaration], location: tuple[int | str, ...]) -> str:
    """Return the name of the field that a problem is in; "" if it concerns the declaration as a whole."""
    first = location[0] if location else ""
    return next((name for name, field in model.model_fields.items() if first in {name, field.alias}), "")


def _nested(annotation: object, value: object) -> object:
    inner = declared(annotation)
    if inner is None or value is UNKNOWN:
        return value
    if isinstance(value, list):
        return [members_of(inner, item) for item in value]
    return members_of(inner, value)


def _tags(value: object) -> object:
    """Return tags as a mapping; CloudFormation's resource types list them as keys and values."""
    if not isinstance(value, list):
        return value
    if not all(isinstance(tag, Mapping) and isinstance(tag.get("key"), str) for tag in value):
        return UNKNOWN
    return {tag["key"]: tag.get("value", UNKNOWN) for tag in value}
