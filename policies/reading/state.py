"""Read stacks from files printed by `pulumi stack export` or `pulumi preview --json`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from declarations.document_path import DocumentPath
from declarations.loading.document import Document
from declarations.loading.json_values import MAX_WRITTEN_BYTES, read_json_values
from declarations.loading.problems import FileProblem, LoadingError, Place
from declarations.loading.text import read_text
from policies.reading.resource import Resource, plain

_GOING: Final = frozenset({"delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove"})
"""Operations after which the resource of a step no longer exists."""
_PROVIDERS: Final = "pulumi:providers:"
_URN: Final = re.compile(r'"urn"\s*:\s*"([^"\\]*)"')


@dataclass(frozen=True, slots=True)
class StateFile:
    """The stack that a file holds.

    Attributes:
        resources: The resources in the stack; for a preview, those after the update.
        places: Where the URN of each resource first appears in the file.
    """

    resources: tuple[Resource, ...]
    places: Mapping[str, Place]


def load_state(path: Path) -> StateFile:
    """Read an exported state or a preview.

    Raises:
        LoadingError: The file cannot be read, is too large, or is neither.
    """
    text = read_text(path, MAX_WRITTEN_BYTES)
    document = read_json_values(text, str(path))
    states = dict(_states(document))
    for where, state in states.items():
        document.problems.extend(_problems(document, where, state))
    if document.problems:
        raise LoadingError(document.problems)
    settings = {state["urn"]: state.get("inputs") or {} for state in states.values() if _is_provider(state)}
    by_urn = {state["urn"]: state for state in states.values()}
    return StateFile(tuple(_resource(state, settings) for state in by_urn.values()), _places(document.lines))


def _places(lines: tuple[str, ...]) -> dict[str, Place]:
    places: dict[str, Place] = {}
    for number, line in enumerate(lines, 1):
        for match in _URN.finditer(line):
            places.setdefault(match[1], Place(number, match.start() + 1, len(match[0])))
    return places


def _states(document: Document) -> Iterator[tuple[DocumentPath, Any]]:
    """Yield the path and state of every resource that exists, or will exist after the previewed update."""
    held = document.value if isinstance(document.value, dict) else {}
    deployment = held.get("deployment")
    if isinstance(deployment, dict) and isinstance(deployment.get("resources", []), list):
        for index, state in enumerate(deployment.get("resources", [])):
            if not (isinstance(state, dict) and state.get("delete") is True):
                yield ("deployment", "resources", index), state
    elif isinstance(held.get("steps"), list):
        for index, step in enumerate(held["steps"]):
            if not isinstance(step, dict):
                yield ("steps", index), step
            elif step.get("op") not in _GOING and step.get("newState") is not None:
                yield ("steps", index, "newState"), step["newState"]
    else:
        message = "holds no resources of a stack; expected what 'pulumi stack export' or 'pulumi preview --json' prints"
        raise LoadingError([FileProblem(document.file, message)])


def _problems(document: Document, where: DocumentPath, state: object) -> Iterator[FileProblem]:
    if not isinstance(state, dict):
        yield document.problem(where, "is not a resource; expected an object with 'urn' and 'type'")
        return
    for name in ("urn", "type"):
        if not isinstance(state.get(name), str):
            yield document.problem((*where, name), f"a resource needs {name!r}, a text")
    for name in ("inputs", "outputs", "propertyDependencies"):
        if not isinstance(state.get(name) or {}, dict):
            yield document.problem((*where, name), f"{name!r} of a resource is an object")


def _is_provider(state: Mapping[str, Any]) -> bool:
    return str(state["type"]).startswith(_PROVIDERS)


def _resource(state: Mapping[str, Any], settings: Mapping[str, Any]) -> Resource:
    secrets: set[str] = set()
    stated = {**(state.get("inputs") or {}), **(state.get("outputs") or {})}
    if isinstance(state.get("id"), str) and state["id"]:
        stated.setdefault("id", state["id"])
    provider = str(state.get("provider") or "").rpartition("::")[0]
    urn = state["urn"]
    return Resource(
        state["type"],
        urn,
        urn.rpartition("::")[2],
        plain(stated, secrets),
        dict(_dependencies(state.get("propertyDependencies") or {})),
        plain(settings.get(provider, {}), secrets),
        frozenset(secrets),
    )


def _dependencies(stated: Mapping[str, Any]) -> Iterator[tuple[str, frozenset[str]]]:
    for name, urns in stated.items():
        if isinstance(urns, list):
            yield name, frozenset(urn for urn in urns if isinstance(urn, str))
