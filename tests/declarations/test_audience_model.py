"""What a room says of the audience model behind an association, held against the service model of Clean Rooms ML."""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.session
import pytest
from pydantic import ValidationError

from declarations.audience_model import AudienceModelSettings

SIZES = {"audienceSizeType": "ABSOLUTE", "audienceSizeBins": [1000, 5000]}


@cache
def shape(name: str) -> Any:  # noqa: ANN401 - a shape of botocore
    return botocore.session.get_session().get_service_model("cleanroomsml").shape_for(name)


def test_members_are_those_of_the_service() -> None:
    shown = set(shape("GetConfiguredAudienceModelResponse").members)
    stated = {field.alias for field in AudienceModelSettings.model_fields.values()}
    assert stated | AudienceModelSettings.service_only == shown
    assert stated <= set(shape("CreateConfiguredAudienceModelRequest").members)


@pytest.mark.parametrize(
    ("name", "path"),
    [("MinMatchingSeedSize", "minMatchingSeedSize"), ("AudienceSizeValue", "audienceSizeConfig.audienceSizeBins")],
)
def test_ranges_are_those_of_the_service(name: str, path: str) -> None:
    least, most = (shape(name).metadata[word] for word in ("min", "max"))
    for size in (least, most):
        AudienceModelSettings.model_validate(_with(path, size))
    for size in (least - 1, most + 1):
        with pytest.raises(ValidationError):
            AudienceModelSettings.model_validate(_with(path, size))


def _with(path: str, size: int) -> dict[str, Any]:
    if path == "minMatchingSeedSize":
        return {path: size}
    return {"audienceSizeConfig": {**SIZES, "audienceSizeBins": [size]}}


def test_words_and_numbers_of_values_are_those_of_the_service() -> None:
    assert (shape("MetricsList").metadata["min"], shape("MetricsList").metadata["max"]) == (1, 1)
    for metric in shape("SharedAudienceMetrics").enum:
        AudienceModelSettings.model_validate({"sharedAudienceMetrics": [metric]})
    most = shape("AudienceSizeBins").metadata["max"]
    for kind in shape("AudienceSizeType").enum:
        AudienceModelSettings.model_validate(
            {"audienceSizeConfig": {"audienceSizeType": kind, "audienceSizeBins": [1]}}
        )
    with pytest.raises(ValidationError):
        AudienceModelSettings.model_validate({"audienceSizeConfig": {**SIZES, "audienceSizeBins": [9] * (most + 1)}})


def test_percent_end_at_a_hundred() -> None:
    sizes = {"audienceSizeType": "PERCENTAGE", "audienceSizeBins": [100, 101]}
    with pytest.raises(ValidationError, match="a size in percent is 1 to 100; found 101"):
        AudienceModelSettings.model_validate({"audienceSizeConfig": sizes})


def test_a_response_is_read_and_written() -> None:
    response = {
        "configuredAudienceModelArn": "arn:aws:cleanrooms-ml:us-east-1:111111111111:configured-audience-model/a",
        "name": "a",
        "minMatchingSeedSize": 700,
        "sharedAudienceMetrics": ["NONE"],
        "audienceSizeConfig": SIZES,
    }
    read = AudienceModelSettings.from_response(response)
    assert read.to_request() == {key: response[key] for key in ("minMatchingSeedSize", "sharedAudienceMetrics")} | {
        "audienceSizeConfig": SIZES
    }
