"""Exported states and previews: what is there, and what is left out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from declarations.loading import LoadingError
from policies.reading.resource import Resource
from policies.reading.state import load_state


def loaded(folder: Path, document: object) -> tuple[Resource, ...]:
    file = folder / "stack.json"
    file.write_text(json.dumps(document))
    return load_state(file).resources


def state(urn: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a state
    return {"urn": urn, "type": "t", **more}


def test_outputs_win_over_inputs_and_the_id_is_a_property(tmp_path: Path) -> None:
    one = state(
        "urn::a", id="i-1", inputs={"a": 1, "b": 2}, outputs={"b": 3}, propertyDependencies={"a": ["urn::b"], "b": 7}
    )
    [found] = loaded(tmp_path, {"deployment": {"resources": [one]}})
    assert found.properties == {"a": 1, "b": 3, "id": "i-1"}
    assert (found.name, found.dependencies) == ("a", {"a": frozenset({"urn::b"})})


def test_what_goes_away_is_left_out(tmp_path: Path) -> None:
    going = [state("urn::a", delete=True), state("urn::b")]
    assert [one.urn for one in loaded(tmp_path, {"deployment": {"resources": going}})] == ["urn::b"]
    steps = [
        {"op": "delete-replaced", "newState": state("urn::a")},
        {"op": "create-replacement", "newState": state("urn::a", inputs={"new": True})},
        {"op": "same", "newState": None},
    ]
    assert [one.properties for one in loaded(tmp_path, {"steps": steps})] == [{"new": True}]


def test_an_empty_deployment_is_one(tmp_path: Path) -> None:
    assert loaded(tmp_path, {"deployment": {}}) == ()


@pytest.mark.parametrize(
    ("document", "messages"),
    [
        ([], ["holds no resources of a stack; expected what 'pulumi stack export' or 'pulumi preview --json' prints"]),
        ({"deployment": {"resources": 7}}, ["holds no resources of a stack; expected what "]),
        ({"deployment": {"resources": ["a"]}}, ["is not a resource; expected an object with 'urn' and 'type'"]),
        ({"steps": ["a"]}, ["is not a resource; expected an object with 'urn' and 'type'"]),
        (
            {"deployment": {"resources": [{"type": 7, "inputs": []}, {"urn": "u", "type": "t", "outputs": [1]}]}},
            [
                "a resource needs 'urn', a text",
                "a resource needs 'type', a text",
                "'outputs' of a resource is an object",
            ],
        ),
    ],
)
def test_what_is_no_state_is_told(tmp_path: Path, document: object, messages: list[str]) -> None:
    with pytest.raises(LoadingError) as refused:
        loaded(tmp_path, document)
    told = [problem.message for problem in refused.value.problems]
    assert len(told) == len(messages)
    assert all(one.startswith(start) for one, start in zip(told, messages, strict=True))
