"""Requests are read and written exactly, and refused with a path and a message."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from declarations.collaboration import Collaboration
from declarations.requests import OPERATIONS, parse_request
from tests.compliant.collaboration import MEMBER_SUMMARIES
from tests.compliant.configured_table import TABLE_REFERENCES
from tests.compliant.requests import FURTHER, REQUESTS, RESPONSES
from tests.declarations.changes import change, errors_of
from tests.declarations.left_out import NOT_IN_RESPONSE
from tests.outside import entries
from tests.yaml_text import from_yaml

CASES = Path(__file__).parent.parent / "cases" / "declarations" / "requests.yaml"


def _cases() -> Iterator[Any]:
    for operation, cases in from_yaml(CASES.read_text(encoding="utf-8")).items():
        for name, case in cases.items():
            unknown = set(case) - {"of", "set", "remove", "errors"}
            assert not unknown, f"{operation} {name}: unknown keys {unknown}"
            yield pytest.param(operation, case, id=f"{operation} {name}")


@pytest.mark.parametrize(("operation", "case"), list(_cases()))
def test_one_broken_field(operation: str, case: dict[str, Any]) -> None:
    """A compliant request with one thing changed is accepted, or refused with exactly these messages."""
    request = copy.deepcopy(FURTHER[case["of"]][1] if "of" in case else REQUESTS[operation])
    for path, value in case.get("set", {}).items():
        change(request, path, value)
    for path in case.get("remove", []):
        change(request, path, ...)
    if "errors" not in case:
        parsed = parse_request(operation, request)
        assert parsed.declaration.to_request(**parsed.identifiers) == request
        return
    with pytest.raises(ValidationError) as refused:
        parse_request(operation, request)
    assert errors_of(refused.value) == case["errors"]


@pytest.mark.parametrize(("operation", "request_"), [*REQUESTS.items(), *FURTHER.values()], ids=[*REQUESTS, *FURTHER])
def test_compliant_request_round_trip(operation: str, request_: dict[str, Any]) -> None:
    parsed = parse_request(operation, request_)
    assert parsed.declaration.to_request(**parsed.identifiers) == request_


@pytest.mark.parametrize("operation", REQUESTS)
def test_response_gives_the_declaration_of_the_request(operation: str) -> None:
    """What the service answers is read back as what was declared, but for what it does not repeat."""
    model = OPERATIONS[operation]
    if model is Collaboration:
        read: Any = Collaboration.from_response(RESPONSES[operation], MEMBER_SUMMARIES)
        left_out: set[str] = {"tags"}
    else:
        read = model.from_response(RESPONSES[operation])
        left_out = set(NOT_IN_RESPONSE)
    declared = parse_request(operation, REQUESTS[operation]).declaration.to_request()
    assert read.to_request() == {name: value for name, value in declared.items() if name not in left_out}


def test_collaboration_needs_its_members() -> None:
    """Without ListMembers the abilities of the creator are unknown, and not guessed."""
    with pytest.raises(ValidationError) as refused:
        Collaboration.from_response(RESPONSES["create_collaboration"])
    assert errors_of(refused.value) == {"creatorMemberAbilities": "Field required"}


@pytest.mark.parametrize("kind", TABLE_REFERENCES)
def test_every_table_reference(kind: str) -> None:
    request = REQUESTS["create_configured_table"] | {"tableReference": {kind: TABLE_REFERENCES[kind]}}
    assert parse_request("create_configured_table", request).declaration.to_request() == request


def test_unknown_operation() -> None:
    with pytest.raises(LookupError, match=r"^'create_schema' is not among create_analysis_template, "):
        parse_request("create_schema", {})


CONTRADICTED = ("cfnprov_agg_full", "cfnprov_agg_required")
"""Rules whose join column is also a dimension column: data of a unit test, valid by shape and never sent to the
service. userguide/analysis-rules-aggregation forbids it, and the documentation decides."""


@pytest.mark.usefixtures("outside")
class TestOutside:
    """Requests and rules found in public sources."""

    @staticmethod
    def _accepts(operation: str, params: dict[str, Any]) -> bool:
        try:
            parsed = parse_request(operation, params)
        except ValidationError:
            return False
        assert parsed.declaration.to_request(**parsed.identifiers) == params
        return True

    def test_resources(self) -> None:
        """Valid create_* requests are accepted and written back; invalid ones are refused."""
        cases = [case for case in entries("resources.yaml") if case["op"] in OPERATIONS]
        accepted = {case["id"]: self._accepts(case["op"], case["params"]) for case in cases}
        assert accepted == {case["id"]: case["expect"] == "valid" for case in cases}

    @pytest.mark.parametrize("file", ["resources.yaml", "rules.yaml"])
    def test_refusals_name_the_member(self, file: str) -> None:
        """The path of the first violation that the source names is the path of an error."""
        for case in entries(file):
            operation, params = self._request(case) if file == "rules.yaml" else (case["op"], case.get("params"))
            if "violations" not in case or operation not in OPERATIONS:
                continue
            with pytest.raises(ValidationError) as refused:
                parse_request(operation, params)
            paths = " ".join(errors_of(refused.value)).replace(".0", "[0]")
            for violation in case["violations"]:
                assert violation.split(":")[0].split(".")[-1] in paths, (case["id"], paths)

    @staticmethod
    def _request(case: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        level = "configured_table" if case["level"] == "configured_table" else "configured_table_association"
        operation = f"create_{level}_analysis_rule"
        identifiers = {name: value for name, value in REQUESTS[operation].items() if name.endswith("Identifier")}
        rule = {"analysisRuleType": case["type"], "analysisRulePolicy": case["policy"]}
        return operation, identifiers | rule

    def test_rules(self) -> None:
        """Valid rules are accepted; those refused by shape or by meaning are refused."""
        cases = [case for case in entries("rules.yaml") if case["id"] not in CONTRADICTED]
        accepted = {case["id"]: self._accepts(*self._request(case)) for case in cases}
        expected = {case["id"]: case["expect_api"] == "valid" and "semantic" not in case for case in cases}
        assert accepted == expected

    def test_contradicted_rules(self) -> None:
        """Rules that the documentation refuses are refused for exactly that reason."""
        for case in entries("rules.yaml"):
            if case["id"] in CONTRADICTED:
                with pytest.raises(ValidationError) as refused:
                    parse_request(*self._request(case))
                path = "analysisRulePolicy.v1.aggregation.dimensionColumns.1"
                message = "'totalpurchasesales' cannot be both join and dimension column"
                assert errors_of(refused.value) == {path: message}
