"""Which settings there are, how they arrive, and which changes lead to other resources."""

from __future__ import annotations

from typing import Any

import pytest

from components.provider.aws.identity import address, form, id_of
from components.provider.configuration import AssumeRole, Configuration, configuration_of, replacing
from components.provider.errors import InvalidPropertyError
from components.resources import RESOURCE_TYPES
from components.resources.analysis_template import ANALYSIS_TEMPLATE
from components.resources.audience_model import AUDIENCE_MODEL
from declarations.unknown import UNKNOWN

ONE = {"roleArn": "arn:aws:iam::111111111111:role/a"}
SAME = {"roleArn": "arn:aws:iam::111111111111:role/b"}
OTHER = {"roleArn": "arn:aws:iam::222222222222:role/a"}


def test_structured_settings_arrive_as_json_or_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEANROOMS_ALLOW_DESTROYING", "own, room")
    encoded = {
        "region": "us-east-1",
        "assumeRole": '{"roleArn": "arn:aws:iam::111111111111:role/a", "externalId": "x"}',
        "allowedAccountIds": '["111111111111"]',
        "defaultTags": '{"a": "b"}',
        "allowDestroying": '["room"]',
        "version": "0.1.0",
    }
    assert configuration_of(encoded) == Configuration(
        region="us-east-1",
        assume_role=AssumeRole("arn:aws:iam::111111111111:role/a", external_id="x"),
        allowed_account_ids=("111111111111",),
        default_tags={"a": "b"},
        allow_destroying=frozenset({"room", "own"}),
    )
    assert configuration_of({"defaultTags": {"a": "b"}}).default_tags == {"a": "b"}


@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ({"region": "us-east-1"}, {"region": "us-west-2"}, {"region"}),
        ({"region": "us-east-1"}, {"region": UNKNOWN}, set()),
        ({"endpoint": "http://a"}, {}, {"endpoint"}),
        ({"assumeRole": ONE}, {"assumeRole": SAME}, set()),
        ({"assumeRole": ONE}, {"assumeRole": OTHER}, {"assumeRole"}),
        ({"assumeRole": ONE}, {"assumeRole": {"roleArn": UNKNOWN}}, set()),
        ({"allowedAccountIds": ["1"]}, {"allowedAccountIds": ["1", "2"]}, set()),
        ({"allowedAccountIds": ["1"]}, {"allowedAccountIds": ["2"]}, {"allowedAccountIds"}),
        ({"profile": "a"}, {"profile": "b", "defaultTags": {"a": "b"}}, set()),
    ],
)
def test_another_place_replaces(old: dict[str, Any], new: dict[str, Any], names: set[str]) -> None:
    assert replacing(old, new) == names


def test_an_id_is_the_address() -> None:
    values = {"membershipIdentifier": "m", "analysisTemplateIdentifier": "t", "name": "n"}
    assert id_of(ANALYSIS_TEMPLATE, values) == "m/t"
    assert address(ANALYSIS_TEMPLATE, "m/t") == {"membershipIdentifier": "m", "analysisTemplateIdentifier": "t"}
    arn = "arn:aws:cleanrooms-ml:us-east-1:111111111111:audience-model/abc"
    assert address(AUDIENCE_MODEL, arn) == {"audienceModelArn": arn}
    with pytest.raises(InvalidPropertyError) as caught:
        address(ANALYSIS_TEMPLATE, "t")
    assert caught.value.message == (
        "id must have the form 'membershipIdentifier/analysisTemplateIdentifier' for the type AnalysisTemplate; "
        "found 't'"
    )


def test_an_arn_with_its_slashes_is_never_one_part_of_an_id() -> None:
    for kind in RESOURCE_TYPES:
        assert len(kind.identity) == 1 or not any(name.endswith("Arn") for name in kind.identity), form(kind)
