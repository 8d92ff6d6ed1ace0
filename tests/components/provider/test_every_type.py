"""Every resource type with every property set: no change without a change, exact drift, import without edits."""

from __future__ import annotations

import copy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore import xform_name

from components.provider.aws.requests import request_of
from components.resources import service_model
from tests.pulumi_engine.declared import ACCOUNTS, REFERENCE, Declared, declare, read
from tests.pulumi_engine.made import TYPES
from tests.pulumi_engine.stack import Outcome, Stack
from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.audiences import Audiences

CASES = read(Path(__file__).parents[2] / "cases" / "provider" / "every_type.yaml")
CHANGING = [case for case in CASES if case.changes]
GUARDED = ["room", "own", "theirs", "noise", "uses"]
SETTINGS: dict[str, Any] = {"allowDestroying": GUARDED}


class Everything:
    """All of it, deployed."""

    def __init__(self, folder: Path, accounts: Accounts) -> None:
        self.accounts = accounts
        self.folder = folder
        self.stack = Stack(folder)
        Audiences(accounts).add_training_table()
        accounts.client(RETAILER, "s3").create_bucket(Bucket="results")

    def up(self, changed: dict[str, Any] | None = None) -> Outcome:
        return self.stack.up(lambda: declare(self.accounts.url, CASES, changed, **SETTINGS))

    def preview(self, changed: dict[str, Any] | None = None) -> Outcome:
        return self.stack.preview(lambda: declare(self.accounts.url, CASES, changed, **SETTINGS))

    def client(self, case: Declared) -> Any:
        return self.accounts.client(ACCOUNTS[case.account], TYPES[case.type].service)


@pytest.fixture(scope="module")
def everything(clients: Accounts, tmp_path_factory: pytest.TempPathFactory) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        made = Everything(tmp_path_factory.mktemp("every"), clients)
        outcome = made.up()
        assert outcome.failures == ()
        yield made
        clients.forget()


def test_the_cases_have_every_type_and_set_every_property() -> None:
    for kind in TYPES.values():
        stated = {name for case in CASES if case.type == kind.name for name in case.properties}
        missing = set(service_model.inputs(kind)) - stated
        assert missing <= {"errorMessageConfiguration", "syntheticDataParameters"}, kind.name


def test_nothing_changes_without_a_change(everything: Everything) -> None:
    assert everything.preview().done() == {}
    assert everything.up().done() == {}


def test_refresh_finds_no_drift(everything: Everything) -> None:
    before = copy.deepcopy(everything.stack.state().resources)
    assert everything.stack.refresh().drift == {}
    after = everything.stack.state().resources
    assert [each.inputs for each in after] == [each.inputs for each in before]
    assert everything.up().done() == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_an_import_finds_what_was_stated(case: Declared, everything: Everything) -> None:
    """What `pulumi import` writes is the program that made the resource, but for what cannot be read."""
    known, found = everything.stack.resource(case.name), everything.stack.found(case.name)
    assert found.id == known.id
    assert found.outputs == {name: value for name, value in known.outputs.items() if name not in case.write_only}
    assert set(found.inputs) <= set(known.inputs)
    assert sorted(everything.stack.difference(case.name, found)) == case.write_only


def test_an_import_needs_no_edits(everything: Everything, tmp_path: Path) -> None:
    fresh = Stack(tmp_path)
    imports = {case.name: everything.stack.resource(case.name).id for case in CASES}
    readable = tuple(replace(case, properties=without(case.properties, case.write_only)) for case in CASES)
    # Nothing may be destroyed: whatever took an import for a replacement would be refused.
    outcome = fresh.up(lambda: declare(everything.accounts.url, readable, imports=imports))
    assert outcome.failures == ()
    assert outcome.done() == {case.name: "import" for case in CASES} | dict.fromkeys(ACCOUNTS, "create")
    assert fresh.up(lambda: declare(everything.accounts.url, readable)).done() == {}


def test_refresh_shows_exactly_what_was_changed_by_hand(everything: Everything) -> None:
    for case in CHANGING:
        _change_by_hand(case, everything)
    drift = everything.stack.refresh().drift
    assert drift == {case.name: tuple(case.changes["paths"]) for case in CHANGING}
    mended = everything.up()
    assert mended.failures == ()
    assert mended.done() == {case.name: "update" for case in CHANGING}
    assert everything.up().done() == {}
    assert everything.stack.refresh().drift == {}


def test_changes_are_made_in_place(everything: Everything) -> None:
    before = {case.name: everything.stack.resource(case.name).id for case in CASES}
    changed = {case.name: case.changes["properties"] for case in CHANGING}
    for run in (everything.preview, everything.up):
        outcome = run(changed)
        assert outcome.failures == ()
        assert {name: outcome.paths(name) for name in outcome.done()} == {
            case.name: tuple(case.changes["paths"]) for case in CHANGING
        }
        assert set(outcome.done().values()) == {"update"}
    assert everything.up(changed).done() == {}
    assert everything.stack.refresh().drift == {}
    assert everything.up().done() == {case.name: "update" for case in CHANGING}
    assert {case.name: everything.stack.resource(case.name).id for case in CASES} == before


@pytest.mark.parametrize("case", [case for case in CASES if case.replaces], ids=lambda case: str(case.name))
def test_other_changes_replace(case: Declared, everything: Everything) -> None:
    outcome = everything.preview({case.name: case.replaces})
    assert outcome.failures == ()
    assert outcome.done()[case.name] == "replace"
    assert outcome.paths(case.name) == tuple(case.replaces)


def without(properties: dict[str, Any], names: list[str]) -> dict[str, Any]:
    return {name: value for name, value in properties.items() if name not in names}


def _change_by_hand(case: Declared, everything: Everything) -> None:
    """Change what the case changes by the API alone."""
    known, kind = everything.stack.resource(case.name), TYPES[case.type]
    (operation,) = kind.updates
    values = {**known.outputs, **_deployed(case.changes["properties"], everything)}
    required = service_model.request_shape(kind, operation).required_members
    names = {name for name, member in service_model.carried(kind, operation).items() if member in required}
    outputs = set(service_model.outputs(kind)) - set(service_model.inputs(kind))
    request = request_of(kind, operation, values, names | set(case.changes["properties"]) | outputs)
    getattr(everything.client(case), xform_name(operation.name))(**request)


def _deployed(value: Any, everything: Everything) -> Any:
    """Return a value with what is deployed in place of references."""
    if isinstance(value, dict):
        return {name: _deployed(inner, everything) for name, inner in value.items()}
    if isinstance(value, list):
        return [_deployed(inner, everything) for inner in value]
    if not isinstance(value, str):
        return value
    return REFERENCE.sub(lambda found: str(everything.stack.resource(found[1]).outputs[found[2]]), value)
