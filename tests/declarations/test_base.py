"""What every declaration does: it is frozen, it says what it sends, it refuses what is not its own."""

from __future__ import annotations

import re
from typing import Annotated, Any

import jsonschema
import pytest
from pydantic import TypeAdapter, ValidationError

from declarations.base import DisplayName, Tags, sized
from declarations.clean_room import CleanRoom
from declarations.membership import Membership, QueryOutput, QueryS3Output
from declarations.payment import PaymentConfiguration
from tests.compliant.membership import REQUEST
from tests.declarations.changes import errors_of

MEMBERSHIP = Membership(query_log_status="ENABLED")


def test_frozen() -> None:
    with pytest.raises(ValidationError, match="Instance is frozen"):
        MEMBERSHIP.query_log_status = "DISABLED"  # type: ignore[misc] # that is the test


def test_identifiers_are_keywords() -> None:
    """Identifiers that exist only after deployment are given when the request is made."""
    assert MEMBERSHIP.to_request() == {"queryLogStatus": "ENABLED"}
    assert MEMBERSHIP.to_request(collaboration_identifier="c")["collaborationIdentifier"] == "c"


def test_unknown_identifiers_are_refused() -> None:
    with pytest.raises(TypeError, match=r"^Membership takes collaboration_identifier; found membership_identifier$"):
        MEMBERSHIP.to_request(membership_identifier="m")
    with pytest.raises(TypeError, match=r"^PaymentConfiguration takes no identifiers; found x$"):
        PaymentConfiguration.model_validate({"query_compute": {"is_responsible": True}}).to_request(x="1")


def test_either_spelling_is_read() -> None:
    snake, camel = ({name: "CSV", "bucket": "results"} for name in ("result_format", "resultFormat"))
    assert QueryS3Output.model_validate(snake) == QueryS3Output.model_validate(camel)


def test_unknown_members_of_a_response_are_refused() -> None:
    """A member that a new release of the service adds is not dropped in silence."""
    with pytest.raises(ValidationError) as refused:
        Membership.from_response({"queryLogStatus": "ENABLED", "colour": "red"})
    assert errors_of(refused.value) == {"colour": "Extra inputs are not permitted"}


def test_choice() -> None:
    output = QueryOutput.model_validate(REQUEST["defaultResultConfiguration"]["outputConfiguration"])
    assert output.kind == "s3"
    assert output.chosen is output.s3


SIZES: list[tuple[sized, int, str | None]] = [
    (sized(1), 0, "at least 1 item is needed; found 0"),
    (sized(1), 1, None),
    (sized(2), 1, "at least 2 items are needed; found 1"),
    (sized(0, 1), 2, "at most 1 item is allowed; found 2"),
    (sized(0, 2), 3, "at most 2 items are allowed; found 3"),
    (sized(0, 2), 2, None),
]


@pytest.mark.parametrize(("size", "count", "message"), SIZES)
def test_sized(size: sized, count: int, message: str | None) -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(Annotated[tuple[int, ...], size])
    if message is None:
        assert len(adapter.validate_python([1] * count)) == count
        return
    with pytest.raises(ValidationError, match=f": {re.escape(message)}|{re.escape(message)}"):
        adapter.validate_python([1] * count)


def test_sizes_and_patterns_are_in_the_json_schema() -> None:
    assert TypeAdapter(Annotated[tuple[int, ...], sized(1, 3)]).json_schema()["maxItems"] == 3
    assert TypeAdapter(Tags).json_schema()["maxProperties"] == 200
    pattern = TypeAdapter(DisplayName).json_schema()["pattern"]
    assert re.search(pattern, "Retailer \U0001f600")
    assert not re.search(pattern, "   ")
    assert not re.search(pattern, "a\nb")


def test_columns_may_be_types_alone_in_the_json_schema() -> None:
    column = CleanRoom.model_json_schema()["$defs"]["Column"]
    for value, valid in (("int", True), ({"type": "int", "pii": "age"}, True), (1, False), ({"pii": "age"}, False)):
        definitions = CleanRoom.model_json_schema()["$defs"]
        validator = jsonschema.Draft202012Validator(column | {"$defs": definitions})
        assert validator.is_valid(value) == valid
