"""This product's wording of Pydantic's errors: what was found, what is allowed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sized
from typing import Any, Final

from declarations.naming import closest, shortened

_KINDS: Final = {
    "string_type": "text",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing_size": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "tuple_type": "a list",
    "list_type": "a list",
    "set_type": "a list",
    "frozen_set_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "mapping_type": "a mapping",
    "none_required": "nothing (null)",
    "date_type": 'a date as "2026-01-31"',
    "date_parsing": 'a date as "2026-01-31"',
    "date_from_datetime_parsing": 'a date as "2026-01-31"',
    "datetime_type": 'a time as "2026-01-31T12:00:00Z"',
    "datetime_parsing": 'a time as "2026-01-31T12:00:00Z"',
    "datetime_from_date_parsing": 'a time as "2026-01-31T12:00:00Z"',
}
"""Type of a Pydantic error -> what is expected there."""

_BOUNDS: Final = {
    "greater_than": ("gt", "must be more than"),
    "greater_than_equal": ("ge", "must be at least"),
    "less_than": ("lt", "must be less than"),
    "less_than_equal": ("le", "must be at most"),
    "multiple_of": ("multiple_of", "must be a multiple of"),
}

_PATTERNS: Final = {
    "^[0-9]+$": "is not an account id: 12 digits",
    r"^[a-z0-9_](([a-z0-9_ ]+-)*([a-z0-9_ ]+))?$": (
        "is not a column name: lower-case letters, digits and '_', with spaces and hyphens only inside"
    ),
    r"^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$": (
        "is not a name: letters, digits and '_', with spaces and hyphens only inside"
    ),
    r"^arn:aws:iam::[a-zA-Z0-9_]+:role/[a-zA-Z0-9_+=./@-]+$": (
        "is not the ARN of a role: arn:aws:iam::ACCOUNT:role/NAME"
    ),
}
"""Patterns used in `declarations` -> the message for a value that does not match."""

_SHORT: Final = 40
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\b")
_ARN: Final = re.compile(r"\^?\(*arn:")
_WILDCARDS: Final = "^(ANY_QUERY|ANY_JOB|"

Details = Mapping[str, Any]


def expected_kind(kind: str) -> str | None:
    """Return what is expected where an error of type *kind* arose; None if the error is not about the kind of value."""
    return _KINDS.get(kind)


def named(value: object) -> str:
    """Return the kind of *value* in words: `a number`, `the boolean false`, `a list`, ..."""
    if value is None:
        return "nothing (null)"
    if isinstance(value, bool):
        return f"the boolean {str(value).lower()}"
    if isinstance(value, (int, float)):
        return "a number"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, (list, tuple)) else "a mapping"


def show_value(value: object) -> str:
    """Return a value as shown in messages: text in quotes, the rest as JSON, long values shortened."""
    if isinstance(value, str):
        return shortened(repr(value))
    if isinstance(value, (dict, list, tuple)):
        return named(value)
    try:
        return shortened(json.dumps(value))
    except TypeError:
        return shortened(repr(value))


def wrong_kind(expected: str, value: object, written: str | None) -> str:
    """Return the message for a value of the wrong kind, with a hint if only quotes are missing or superfluous.

    Args:
        expected: What is allowed: `text`, `a list`, ...
        value: The value as read.
        written: The value as written in the file, where that is not text.
    """
    if written == "" or value is None:
        return f"nothing is written here; {expected} is expected"
    if "text" in expected and written is not None:
        return f'{written} is read as {named(value)}, but {expected} is expected; quote it: "{written}"'
    if isinstance(value, str) and expected.startswith(("a date", "a time")) and _DAY.match(value):
        return f"{show_value(value)} is not in the calendar; {expected} is expected"
    if isinstance(value, str) and not expected.startswith(("a list", "a mapping")):
        hint = "; remove the quotes" if _unquotable(value, expected) else ""
        return f"{show_value(value)} is text, but {expected} is expected{hint}"
    if isinstance(value, str) and expected == "a list":
        hint = f"; write [{value}]" if value.isprintable() and len(value) <= _SHORT else ""
        return f"{show_value(value)} is text, but a list is expected{hint}"
    return f"found {written or named(value)}, but {expected} is expected"


def unlisted(
    key: str, value: object, written: str | None, allowed: tuple[str, ...]
) -> tuple[str, tuple[str, ...], str | None]:
    """Return the message for a value that is not among those that *key* allows.

    Args:
        key: The key it is written at.
        value: The value as read.
        written: The value as written in the file, where that is not text.
        allowed: The values that the key allows.

    Returns:
        The message, what to list as allowed, and what was probably meant.
    """
    if isinstance(value, str):
        return f"{show_value(value)} is not allowed in {key!r}", allowed, closest(value, allowed)
    if value is None:
        return f"nothing is written here; text is expected in {key!r}", allowed, None
    if written is None:
        return f"found {named(value)}, but text is expected in {key!r}", allowed, None
    unquoted = f"{written} is read as {named(value)}, but text is expected in {key!r}"
    switch = "ENABLED" if value is True else "DISABLED"
    meant = switch if isinstance(value, bool) and switch in allowed else None
    return f'{unquoted} (in quotes: "{written}")', allowed, meant


def message(error: Details) -> str:
    """Return the message for an error about a value's content.

    Args:
        error: One of `ValidationError.errors()`.
    """
    kind = error["type"]
    context = error.get("ctx", {})
    if kind in _BOUNDS:
        key, words = _BOUNDS[kind]
        bound = context[key]
        whole = int(bound) if isinstance(bound, float) and bound.is_integer() else bound
        return f"found {show_value(error['input'])}; it {words} {whole}"
    needed, teller = _TELLERS.get(kind, ("", None))
    # Declarations raise errors of Pydantic's types with their own messages, and then without Pydantic's context.
    if teller is None or (needed and needed not in context):
        return str(error["msg"])
    return teller(error["input"], context)


def _unquotable(value: str, expected: str) -> bool:
    if expected == "true or false":
        return value.lower() in {"true", "false"}
    return "number" in expected and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value) is not None


def _pattern(value: object, context: Details) -> str:
    pattern = context["pattern"]
    if words := context.get("words") or _PATTERNS.get(pattern):
        return f"{show_value(value)} {words}"
    if pattern.startswith(_WILDCARDS):
        return f"{show_value(value)} is neither ANY_QUERY, ANY_JOB, template:NAME nor the ARN of an analysis template"
    if _ARN.match(pattern):
        return f"{show_value(value)} is not an ARN of the form {pattern}"
    return f"{show_value(value)} does not match the pattern {pattern}"


def _short(value: object, context: Details) -> str:
    return _counted(value, context["min_length"], "at least", "needed")


def _long(value: object, context: Details) -> str:
    return _counted(value, context["max_length"], "at most", "allowed")


def _counted(value: object, limit: int, bound: str, verb: str) -> str:
    singular, plural = ("character", "characters") if isinstance(value, str) else ("entry", "entries")
    count = len(value) if isinstance(value, Sized) else 0
    shown = f"{show_value(value)} has" if isinstance(value, str) else "found"
    found = f"{shown} {count or 'no'} {singular if count == 1 else plural}"
    return f"{found}; {bound} {limit} {singular if limit == 1 else plural} {'is' if limit == 1 else 'are'} {verb}"


def _raised(_value: object, context: Details) -> str:
    return str(context["error"]).strip().removesuffix(".")


_TELLERS: Final[dict[str, tuple[str, Callable[[object, Details], str]]]] = {
    "string_pattern_mismatch": ("pattern", _pattern),
    "string_too_short": ("min_length", _short),
    "string_too_long": ("max_length", _long),
    "too_short": ("min_length", _short),
    "too_long": ("max_length", _long),
    "value_error": ("error", _raised),
    "assertion_error": ("error", _raised),
    "finite_number": ("", lambda value, _: f"{show_value(value)} is not a finite number"),
    "string_unicode": ("", lambda value, _: f"{show_value(value)} is not Unicode text"),
}
"""Type of a Pydantic error -> the key that its context must hold, and the function that words it."""
