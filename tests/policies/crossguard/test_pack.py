"""The pack answers Pulumi's own protocol."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2

from declarations.clean_room import CleanRoom
from policies.crossguard.pack import ABSENT, OF_ONE_COLLABORATION, UNREADABLE
from policies.registry import POLICIES
from tests.policies.cases import Changes, changed, compliant
from tests.policies.crossguard.analyzer import PACK, analyze, analyze_stack, configure, pack
from tests.policies.stacks import Declared, in_aws, in_native, stack, urn, wire
from tests.yaml_text import from_yaml

ROOT = PACK.parents[1]
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
ADVISORY, MANDATORY = analyzer_pb2.ADVISORY, analyzer_pb2.MANDATORY


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The pack, without decisions of a company."""
    with pack(tmp_path_factory.mktemp("project")) as stub:
        yield stub


def room(**changes: object) -> CleanRoom:
    return CleanRoom.model_validate(changed(compliant("room.yaml"), Changes(set=changes)))


def bad() -> CleanRoom:
    constraint = "memberships.111111111111.configured_tables.orders.analysis_rule.aggregation.output_constraints.0"
    return room(**{f"{constraint}.minimum": 2, "memberships.111111111111.query_log_status": "DISABLED"})


def certain(diagnostics: list[Any]) -> list[tuple[str, str, str]]:
    return [
        (one.policyName, one.urn, one.message.partition("\n")[2])
        for one in diagnostics
        if "unknown at preview" not in one.message
    ]


def test_the_pack_names_every_policy(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    info = asked.GetAnalyzerInfo(empty_pb2.Empty())
    described = {one.name: one for one in info.policies}
    assert info.name == "cleanroom"
    assert set(described) == {policy.name for policy in POLICIES} | {ABSENT, UNREADABLE}
    for policy in POLICIES:
        one = described[policy.name]
        assert analyzer_pb2.EnforcementLevel.Name(one.enforcementLevel).lower() == policy.level
        assert analyzer_pb2.PolicySeverity.Name(one.severity).endswith(policy.severity.upper())
        of_one = one.policy_type == analyzer_pb2.POLICY_TYPE_RESOURCE
        assert of_one == (policy.name in OF_ONE_COLLABORATION)
        names = set(policy.configuration.model_fields) if policy.configuration else set()
        assert set(one.configSchema.properties) == names
    minimum = described["low_minimum"].configSchema.properties["minimum"]
    assert dict(minimum) == {
        "default": 10,
        "description": "Fewest people that a result row may be computed from; 10 is the rule of statistics offices.",
        "minimum": 2,
        "type": "integer",
    }


@pytest.mark.parametrize("preview", [False, True], ids=["deployed", "preview"])
def test_a_compliant_stack_trips_nothing(asked: Any, preview: Any) -> None:  # noqa: ANN401 - a gRPC stub
    diagnostics = analyze_stack(asked, wire(stack(room()), preview=preview))
    assert certain(diagnostics) == []
    assert {one.enforcementLevel for one in diagnostics} == {ADVISORY}


def test_a_bad_stack_is_told_by_policy_and_resource(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    diagnostics = analyze_stack(asked, wire(stack(bad()), preview=True))
    unlogged, low = certain(diagnostics)
    assert unlogged[:2] == ("unlogged_membership", urn("cleanrooms:index:Membership", "member-111111111111"))
    assert unlogged[2].startswith("reach/111111111111: query_log_status of the membership is 'DISABLED'")
    rule = urn("cleanrooms:index:ConfiguredTableAnalysisRule", "111111111111-orders-rule")
    message = "groups of 2 people are shown; the policy asks for at least 10"
    assert low == ("low_minimum", rule, f"reach/111111111111/configured_tables/orders: {message}")
    levels = {one.policyName: one.enforcementLevel for one in diagnostics if "unknown at preview" not in one.message}
    assert levels == {"unlogged_membership": MANDATORY, "low_minimum": MANDATORY}


def test_what_is_not_known_is_advice_and_no_pass(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    """A minimum that another resource makes: the mandatory policy says that it cannot answer."""
    sent = wire(stack(room()))
    [rule] = [one for one in sent if one["name"] == "111111111111-orders-rule"]
    unknown = "3eeb2bf0-c639-47a8-9e75-3b44932eb421"
    rule["properties"]["analysisRulePolicy"]["v1"]["aggregation"]["outputConstraints"][0]["minimum"] = unknown
    [said] = [one for one in analyze_stack(asked, sent) if one.policyName == "low_minimum"]
    assert said.enforcementLevel == ADVISORY
    assert said.message.endswith(
        "unknown at preview:\n- 'reach/111111111111/configured_tables/orders': "
        "'minimum' of this AggregationConstraint is not known yet"
    )


@pytest.mark.parametrize("spelling", ["ours", "aws", "aws_native"])
def test_a_collaboration_is_stopped_before_it_is_made(asked: Any, spelling: str) -> None:  # noqa: ANN401 - a gRPC stub
    spelled = {"aws": in_aws, "aws_native": lambda one: in_native([one])[0]}.get(spelling, lambda one: one)
    [declared] = [one for one in stack(room(**{"collaboration.query_log_status": "DISABLED"})) if one.name == "room"]
    [one] = wire([spelled(declared)], preview=True)
    [found] = [each for each in analyze(asked, one) if each.enforcementLevel == MANDATORY]
    assert (found.policyName, found.urn) == ("unlogged_queries", one["urn"])


def test_a_resource_of_something_else_is_not_judged(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    [one] = wire([Declared("random:index:Id", "other", {"queryLogStatus": "DISABLED"}, "111111111111")])
    assert analyze(asked, one) == []
    assert analyze_stack(asked, [one]) == []


def test_secrets_are_judged_and_not_shown(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    sent = wire(stack(bad()))
    [rule] = [one for one in sent if one["name"] == "111111111111-orders-rule"]
    constraint = rule["properties"]["analysisRulePolicy"]["v1"]["aggregation"]["outputConstraints"][0]
    constraint["minimum"] = {**SECRET, "value": 2}
    [table] = [one for one in sent if one["name"] == "111111111111-orders"]
    table["properties"]["name"] = {**SECRET, "value": "hush hush"}
    [found] = [each for each in analyze_stack(asked, sent) if each.policyName == "low_minimum"]
    assert "groups of [secret] people are shown; the policy asks for at least 10" in found.message
    assert "hush" not in found.message


def test_a_property_that_the_service_would_not_take_is_told(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    sent = wire(stack(room()))
    [table] = [one for one in sent if one["name"] == "111111111111-orders"]
    table["properties"]["analysisMethod"] = "GUESSING"
    [found] = [each for each in analyze_stack(asked, sent) if each.policyName == UNREADABLE]
    assert (found.urn, found.enforcementLevel) == (table["urn"], ADVISORY)
    assert "analysis_method: Input should be 'DIRECT_QUERY', 'DIRECT_JOB' or 'MULTIPLE'" in found.message


def test_a_table_whose_source_is_elsewhere_is_named_once(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    sent = wire(stack(room()))
    assert [each for each in analyze_stack(asked, sent) if each.policyName == ABSENT] == []
    without = [one for one in sent if one["type"] != "aws:glue/catalogTable:CatalogTable"]
    found = [each for each in analyze_stack(asked, without) if each.policyName == ABSENT]
    [of_orders] = [each for each in found if each.urn == urn("cleanrooms:index:ConfiguredTable", "111111111111-orders")]
    assert of_orders.enforcementLevel == ADVISORY
    assert "the stack holds no Glue table 'sales.orders', so its columns, its role and its" in of_orders.message


def test_pulumi_configures_policies(asked: Any) -> None:  # noqa: ANN401 - a gRPC stub
    sent = wire(stack(room()))
    configure(asked, "low_minimum", ADVISORY, minimum=30)
    try:
        told = [each for each in analyze_stack(asked, sent) if each.policyName == "low_minimum"]
        assert [each.enforcementLevel for each in told] == [ADVISORY, ADVISORY]
        assert "the policy asks for at least 30" in told[0].message
        configure(asked, "low_minimum", MANDATORY, minimum=1)
        [wrong] = [each for each in analyze_stack(asked, sent) if each.policyName == "low_minimum"]
        assert "the configuration is wrong: minimum: Input should be greater than or equal to 2" in wrong.message
    finally:
        asked.Configure(analyzer_pb2.ConfigureAnalyzerRequest())


def test_the_company_decides(tmp_path: Path) -> None:
    """Levels, numbers and waivers of the folder in which Pulumi is called."""
    waiver = {
        "policy": "unlogged_membership",
        "target": "reach/111111111111",
        "reason": "moves in May",
        "owner": "DPO",
        "expires": "2099-01-01",
    }
    settings = {"policies": {"low_minimum": {"level": "advisory", "configuration": {"minimum": 3}}}}
    (tmp_path / "policies.yaml").write_text(yaml.safe_dump(settings))
    (tmp_path / "waivers.yaml").write_text(json.dumps({"waivers": [waiver]}))
    (tmp_path / "program").mkdir()
    with pack(tmp_path / "program") as stub:
        diagnostics = analyze_stack(stub, wire(stack(bad())))
    [found] = [one for one in diagnostics if "unknown at preview" not in one.message]
    assert (found.policyName, found.enforcementLevel) == ("low_minimum", ADVISORY)
    assert "the policy asks for at least 3" in found.message


def test_a_mistake_in_the_decisions_ends_the_pack(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("policies: {low_minimun: {level: advisory}}")
    done = subprocess.run(  # noqa: S603 - our own pack
        [sys.executable, str(PACK)],
        cwd=PACK,
        env={"PWD": str(tmp_path), "CLEANROOM_POLICIES": "mine.yaml"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "there is no policy 'low_minimun'; did you mean 'low_minimum'?" in " ".join(done.stderr.split())


def test_the_pack_is_described_as_the_product_is() -> None:
    described = from_yaml((PACK / "PulumiPolicy.yaml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert described["version"] == project["version"]
    assert (PACK / described["runtime"]["options"]["virtualenv"]).resolve() == ROOT / ".venv"


def test_policies_of_one_resource_are_about_collaborations() -> None:
    subjects = {policy.name: policy.subject.name for policy in POLICIES}
    assert {subjects[name] for name in OF_ONE_COLLABORATION} == {"collaboration"}
