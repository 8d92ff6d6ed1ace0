"""A request with a word that the service does not know is none: guessed as another, it could be allowed."""

from __future__ import annotations

import pytest
from botocore.session import get_session

from simulator.request import ANALYSIS_TYPES, ENGINES, MEMBER_STATUSES, AnalysisRequest


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("engine", "SPRAK", "engine must be one of SPARK, CLEAN_ROOMS_SQL, BIGQUERY; found 'SPRAK'"),
        (
            "analysis_type",
            "DIRECT",
            "analysis_type must be one of DIRECT_ANALYSIS, ADDITIONAL_ANALYSIS; found 'DIRECT'",
        ),
        (
            "member_status",
            {"1": "ACTIVE", "2": "active"},
            "member_status of 2 must be one of INVITED, ACTIVE, LEFT, REMOVED; found 'active'",
        ),
    ],
)
def test_an_unknown_word_is_refused(field: str, value: object, told: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the whole message is compared
        AnalysisRequest("SELECT 1", {}, "1", **{field: value})
    assert str(caught.value) == told


def test_known_words_are_those_of_the_service() -> None:
    model = get_session().get_service_model("cleanrooms")
    assert [*model.shape_for("AnalyticsEngine").enum, "BIGQUERY"] == list(ENGINES)
    assert model.shape_for("AnalysisType").enum == list(ANALYSIS_TYPES)
    assert model.shape_for("MemberStatus").enum == list(MEMBER_STATUSES)
