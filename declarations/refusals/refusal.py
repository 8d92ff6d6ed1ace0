"""Map validation errors of a model to positions in the document, and describe them in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_snake

from declarations.descriptions import description_of
from declarations.document_path import DocumentPath
from declarations.naming import closest
from declarations.refusals import wording
from declarations.refusals.shape import expected_at, models_at, names_at

_QUOTED: Final = re.compile(r"'((?:[^'\\]|\\.)*)'")
_MAX_ERRORS: Final = 500  # nobody fixes more at once, and mapping each one walks the model
_OF_KEY: Final = "[key]"
_ABOUT_KEYS: Final = ("missing", "extra_forbidden")


class Refusal(NamedTuple):
    """One Pydantic error, mapped to its position in the document.

    Attributes:
        path: Keys as the document writes them, without the names of union branches.
        branches: Branches of unions on the way: length of the path where the union stands, name of the branch.
        of_key: Whether it is about the key, not the value.
        error: The error, as `ValidationError.errors()` has it.
    """

    path: DocumentPath
    branches: tuple[tuple[int, str], ...]
    of_key: bool
    error: Mapping[str, Any]


class Telling(NamedTuple):
    """The description of a refusal: its message, the allowed values, and what was probably meant."""

    message: str
    allowed: tuple[str, ...] = ()
    suggestion: str | None = None


def find_refusals(refused: ValidationError, model: type[BaseModel], value: object) -> list[Refusal]:
    """Return the errors that a user needs to see: for a union, only those of the branch that was meant.

    Args:
        refused: The refusal of *value*.
        model: What refused it.
        value: The refused value; None if unknown, then only the model's fields tell keys from branches.
    """
    errors = refused.errors(include_url=False)[:_MAX_ERRORS]
    refusals = [_refusal(error, model, value) for error in errors]
    meant = _merged(_meant(refusals, 0))
    # A misspelled key is reported once, not also as missing.
    unknown = [refusal.path for refusal in meant if refusal.error["type"] == "extra_forbidden"]
    misspelled = {(*path[:-1], _key_meant(path, model)) for path in unknown}
    return [refusal for refusal in meant if refusal.error["type"] != "missing" or refusal.path not in misspelled]


def describe_refusal(
    refusal: Refusal, model: type[BaseModel], *, written: str | None = None, siblings: Iterable[str] = ()
) -> Telling:
    """Describe a refusal in words.

    Args:
        refusal: What was refused.
        model: What refused it.
        written: How the value is written in the file, if it was not read as text.
        siblings: The keys of the mapping that the value is in.
    """
    error, value = refusal.error, refusal.error["input"]
    if error["type"] == "missing":
        return _missing_key(refusal.path, model)
    if error["type"] == "extra_forbidden":
        return _unknown_key(refusal.path, model, siblings)
    if error["type"] in {"enum", "literal_error"}:
        allowed = tuple(_QUOTED.findall(error["ctx"]["expected"]))
        key = next((step for step in reversed(refusal.path) if isinstance(step, str)), model.__name__)
        return Telling(*wording.unlisted(key, value, written, allowed))
    if expected := error.get("expected") or wording.expected_kind(error["type"]):
        return Telling(wording.wrong_kind(expected, value, written))
    known = error.get("ctx", {}).get("known")
    return Telling(wording.message(error), (), closest(error["ctx"]["found"], known) if known else None)


def _refusal(error: Mapping[str, Any], model: type[BaseModel], value: object) -> Refusal:
    """Separate the steps of `loc` into the path through the document and the names of union branches."""
    path: DocumentPath = ()
    branches: list[tuple[int, str]] = []
    location: Sequence[str | int] = error["loc"]
    of_key = bool(location) and location[-1] == _OF_KEY
    for index, step in enumerate(location[:-1] if of_key else location):
        about_key = index == len(location) - 1 and error["type"] in _ABOUT_KEYS
        names = names_at(model, path)
        if isinstance(value, dict) and (key := _key_in(value, names, step)) is not None:
            path, value = (*path, key), value[key]
        elif isinstance(step, int):
            path, value = (*path, step), value[step] if isinstance(value, list) and step < len(value) else None
        elif about_key or expected_at(model, (*path, step)):
            path, value = (*path, names.get(step, step)), None
        else:
            branches.append((len(path), step))
    return Refusal(path, tuple(branches), of_key, error)


def _key_in(value: Mapping[str, Any], names: Mapping[str, str], step: str | int) -> str | None:
    """Return the key of *value* that *step* names, whichever of a field's two names the document uses."""
    if step in value:
        return str(step)
    field = names.get(str(step))
    return next((key for key, name in names.items() if name == field and key in value), None) if field else None


def _meant(refusals: Sequence[Refusal], level: int) -> list[Refusal]:
    """Keep, of each union, the errors of the branch that fits the value best."""
    unions: dict[DocumentPath, dict[str, list[Refusal]]] = {}
    kept: list[Refusal] = []
    for refusal in refusals:
        if len(refusal.branches) <= level:
            kept.append(refusal)
            continue
        length, name = refusal.branches[level]
        unions.setdefault(refusal.path[:length], {}).setdefault(name, []).append(refusal)
    for at, branches in unions.items():
        fitting = [errors for errors in branches.values() if not any(_is_other_kind(error, at) for error in errors)]
        chosen = min(fitting, key=len) if fitting else [error for errors in branches.values() for error in errors]
        kept += _meant(chosen, level + 1)
    return kept


def _is_other_kind(refusal: Refusal, at: DocumentPath) -> bool:
    return refusal.path == at and wording.expected_kind(refusal.error["type"]) is not None


def _merged(refusals: Iterable[Refusal]) -> list[Refusal]:
    """Make one refusal of several about the same value: `text or a mapping is expected`."""
    merged: dict[tuple[DocumentPath, bool, str], Refusal] = {}
    for refusal in refusals:
        expected = wording.expected_kind(refusal.error["type"])
        topic = "kind" if expected else refusal.error["type"]
        if topic in {"value_error", "extra_forbidden"}:
            topic += refusal.error["msg"]
        first = merged.setdefault((refusal.path, refusal.of_key, topic), refusal)
        if expected and first is not refusal:
            before = first.error.get("expected") or wording.expected_kind(first.error["type"])
            both = " or ".join(dict.fromkeys([*str(before).split(" or "), expected]))
            merged[refusal.path, refusal.of_key, topic] = first._replace(error={**first.error, "expected": both})
    return list(merged.values())


def _missing_key(path: DocumentPath, model: type[BaseModel]) -> Telling:
    name = str(path[-1])
    texts = (description_of(owner, name) for owner in models_at(model, path[:-1]))
    meaning = next((text.removesuffix(".") for text in texts if text), "")
    return Telling(f"{name!r} is missing" + (f": {meaning}" if meaning else ""))


def _unknown_key(path: DocumentPath, model: type[BaseModel], siblings: Iterable[str]) -> Telling:
    key, names = str(path[-1]), names_at(model, path[:-1])
    present = {names[other]: other for other in siblings if other != key and other in names}
    if twin := present.get(names.get(key, "")):
        return Telling(f"{key!r} and {twin!r} are the same key; write it once")
    meant = _key_meant(path, model)
    allowed = tuple(dict.fromkeys(names.values()))
    return Telling(f"the key {key!r} is not known here", allowed, None if meant in present else meant)


def _key_meant(path: DocumentPath, model: type[BaseModel]) -> str | None:
    return closest(to_snake(str(path[-1])), names_at(model, path[:-1]).values())
