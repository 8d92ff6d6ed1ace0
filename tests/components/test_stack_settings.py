"""A stack's configuration is read whole, and a wrong value is named with its key."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pulumi
import pytest
from pydantic.alias_generators import to_snake

from components.stack_settings import KEYS, AssumedRole, StackSettings, stack_settings
from declarations.naming import listed
from tests.yaml_text import from_yaml

ROOT = Path(__file__).parents[2]
LEAST = {"room": "rooms/one", "account": "111111111111"}


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    yield
    pulumi.runtime.set_all_config({})


def read(**told: str) -> StackSettings:
    pulumi.runtime.set_all_config({f"clean-room:{key}": value for key, value in told.items()})
    return stack_settings(pulumi.Config("clean-room"))


def test_what_is_not_set() -> None:
    assert read(**LEAST) == StackSettings("rooms/one", "111111111111")


def test_the_defaults_of_the_project_say_the_same() -> None:
    schema = from_yaml((ROOT / "Pulumi.yaml").read_text(encoding="utf-8"))["config"]
    assert {to_snake(key) for key in schema} == set(StackSettings.__dataclass_fields__)
    defaults = {key: each["default"] for key, each in schema.items() if "default" in each and key != "room"}
    spelled = {key: str(each).lower() if isinstance(each, bool) else str(each) for key, each in defaults.items()}
    assert read(**spelled, **LEAST) == read(**LEAST)


def test_everything_that_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi, "get_organization", lambda: "acme")
    role = '{"roleArn": "arn:aws:iam::111111111111:role/deployer", "externalId": "x"}'
    found = read(
        **LEAST, assumeRole=role, templateArns='{"reach": "arn"}', partnerStacks='["o/p/s", "t"]', protect="false"
    )
    assert found.assume_role == AssumedRole("arn:aws:iam::111111111111:role/deployer", external_id="x")
    assert (found.template_arns, found.protect) == ({"reach": "arn"}, False)
    assert found.partner_stacks == ("o/p/s", "acme/clean-room/t")


@pytest.mark.parametrize(
    ("told", "message"),
    [
        *(
            ({key: "x"}, f"clean-room:{key} is unknown{hint} (keys of your own need a namespace of their own)")
            for key, hint in (
                ("endpointUrl", "; did you mean 'endpoint'?"),
                ("partnerstacks", "; did you mean 'partnerStacks'?"),
                ("colour", f"; allowed are {listed(KEYS)}"),
            )
        ),
        ({"room": ""}, "clean-room:room is not set: pulumi config set room VALUE"),
        ({"account": "11111111111"}, "clean-room:account must be 12 digits in quotes; found '11111111111'"),
        (
            {"assumeRole": '{"rolArn": "x"}'},
            "clean-room:assumeRole.rolArn is unknown; did you mean 'roleArn'?",
        ),
        (
            {"assumeRole": '{"externalId": "x"}'},
            "clean-room:assumeRole needs roleArn: config set --path assumeRole.roleArn ARN",
        ),
        ({"templateArns": '["x"]'}, "clean-room:templateArns must be an object of texts; found ['x']"),
        ({"partnerStacks": '"x"'}, "clean-room:partnerStacks must be a list of texts; found 'x'"),
        ({"partnerStacks": "x"}, "clean-room:partnerStacks must be structured; found 'x'"),
        ({"protect": "no"}, "clean-room:protect must be true or false; found 'no'"),
    ],
)
def test_a_wrong_value_is_named_with_its_key(told: dict[str, str], message: str) -> None:
    with pytest.raises(pulumi.RunError) as error:
        read(**{**LEAST, **told})
    assert str(error.value) == message
