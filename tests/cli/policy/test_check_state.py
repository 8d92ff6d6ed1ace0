"""`cleanroom policy check-state`: what is deployed, or about to be, in the reports of rooms."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from declarations.clean_room import CleanRoom
from declarations.loading.text import MAX_BYTES
from tests.cli.calling import Cleanroom
from tests.policies.cases import Changes, changed, compliant
from tests.policies.stacks import exported, in_native, previewed, stack, wire

MARKED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
CONSTRAINT = "memberships.111111111111.configured_tables.orders.analysis_rule.aggregation.output_constraints.0"
TALKING = """
from policies.policy import Policy, Severity
from policies.subjects import COLLABORATIONS

def talking(placed):
    \"\"\"T.

    Why: w
    Avoid: a
    Prefer: p
    Source: s
    \"\"\"
    raise RuntimeError(placed.declaration.name)
    yield

POLICIES = (Policy(talking, COLLABORATIONS, Severity.LOW),)
"""


def room(minimum: int) -> CleanRoom:
    return CleanRoom.model_validate(changed(compliant("room.yaml"), Changes(set={f"{CONSTRAINT}.minimum": minimum})))


def written(folder: Path, document: object) -> str:
    file = folder / "state.json"
    file.write_text(json.dumps(document, indent=1))
    (folder / ".git").mkdir(exist_ok=True)
    return str(file)


@pytest.mark.parametrize("preview", [False, True], ids=["export", "preview"])
@pytest.mark.parametrize("native", [False, True], ids=["ours", "aws-native"])
def test_a_bad_rule_is_found_where_it_stands(cleanroom: Cleanroom, tmp_path: Path, preview: Any, native: Any) -> None:  # noqa: ANN401 - flags
    declared = in_native(stack(room(2))) if native else stack(room(2))
    document = (previewed if preview else exported)(wire(declared, preview=preview))
    file = written(tmp_path, document)
    done = cleanroom("policy", "check-state", file, "--only", "low_minimum", "--format", "json")
    report = json.loads(done.stdout)
    [finding] = report["findings"]
    assert done.exit_code == 1
    assert finding["target"] == "reach/111111111111/configured_tables/orders"
    assert finding["message"] == "groups of 2 people are shown; the policy asks for at least 10"
    name = "ConfiguredTable::111111111111-orders" if native else "ConfiguredTableAnalysisRule::111111111111-orders-rule"
    assert f'{name}"' in Path(file).read_text().splitlines()[finding["location"]["line"] - 1]


def test_what_is_kept_passes(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = written(tmp_path, exported(wire(stack(room(25)))))
    assert cleanroom("policy", "check-state", file, "--only", "low_minimum").exit_code == 0


def test_what_is_not_known_fails_unless_that_is_allowed(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = written(tmp_path, exported(wire(stack(room(25)))))
    done = cleanroom("policy", "check-state", file, "--only", "stale_scan")
    assert done.exit_code == 1
    assert "there is no evidence of Macie for account '111111111111'" in " ".join(done.stdout.split())
    assert "no policy is broken, but what is not known is not a pass" in done.stderr
    assert cleanroom("policy", "check-state", file, "--only", "stale_scan", "--allow-unknown").exit_code == 0


def test_decisions_beside_the_file_hold(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = written(tmp_path, exported(wire(stack(room(2)))))
    target = "reach/111111111111/configured_tables/orders"
    waiver = {"policy": "low_minimum", "target": target, "reason": "pilot", "owner": "DPO", "expires": "2099-01-01"}
    other = {**waiver, "policy": "stale_scan", "target": "reach/333333333333/data_sources/elsewhere"}
    (tmp_path / "policies.yaml").write_text("{}")
    (tmp_path / "waivers.yaml").write_text(json.dumps({"waivers": [waiver, other]}))
    done = cleanroom("policy", "check-state", file, "--only", "low_minimum", "--format", "json")
    [finding] = json.loads(done.stdout)["findings"]
    assert (done.exit_code, finding["waiver"]["owner"]) == (0, "DPO")
    whole = json.loads(cleanroom("policy", "check-state", file, "--format", "json").stdout)
    assert "unused_waiver" not in {one["rule"] for one in whole["findings"]}


def test_secrets_are_not_printed(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """A readable secret is judged, an encrypted one is not known; neither is shown."""
    sent = wire(stack(room(2)))
    [collaboration] = [one for one in sent if one["name"] == "room"]
    collaboration["properties"]["name"] = {**MARKED, "plaintext": '"hush hush"'}
    collaboration["properties"]["queryLogStatus"] = {**MARKED, "ciphertext": "v1:abc:def"}
    done = cleanroom("policy", "check-state", written(tmp_path, exported(sent)))
    assert "[secret]/111111111111/configured_tables/orders" in done.stdout
    assert "hush" not in done.stdout
    [unlogged] = [part for part in done.stdout.split("state.json:") if ": unlogged_queries (" in part]
    assert "not known)" in unlogged
    assert "'query_log_status' of this RoomCollaboration is not known yet" in unlogged


def test_secrets_are_not_printed_by_the_error_of_an_own_policy(cleanroom: Cleanroom, tmp_path: Path) -> None:
    sent = wire(stack(room(2)))
    [collaboration] = [one for one in sent if one["name"] == "room"]
    collaboration["properties"]["name"] = {**MARKED, "plaintext": '"hush hush"'}
    (tmp_path / "talking").mkdir()
    (tmp_path / "talking" / "registry.py").write_text(TALKING)
    file = written(tmp_path, exported(sent))
    (tmp_path / "policies.yaml").write_text("{packs: [talking], baseline: false}")
    done = cleanroom("policy", "check-state", file)
    assert done.exit_code == 2
    assert "raises RuntimeError at '[secret]/collaboration': [secret]" in " ".join(done.stderr.split())
    assert "hush" not in done.stderr


def test_a_stack_larger_than_a_persons_file_is_read(cleanroom: Cleanroom, tmp_path: Path) -> None:
    document = exported(wire(stack(room(2))))
    about = {"type": "aws:s3/bucket:Bucket", "inputs": {"tags": {str(number): "x" * 90 for number in range(100)}}}
    document["deployment"]["resources"] += [{"urn": f"urn::bucket-{number}", **about} for number in range(500)]
    file = written(tmp_path, document)
    assert Path(file).stat().st_size > MAX_BYTES
    done = cleanroom("policy", "check-state", file, "--only", "low_minimum")
    assert (done.exit_code, done.stdout.splitlines()[-1]) == (1, "1 policy, 7 checks: 6 passed, 1 failed")


def test_a_partners_stack_answers_for_its_own_share(cleanroom: Cleanroom, tmp_path: Path) -> None:
    """The collaboration is in the stack of its creator, and not asked about here."""
    own = [one for one in wire(stack(room(2))) if one["account"] == "222222222222"]
    done = cleanroom("policy", "check-state", written(tmp_path, exported(own)), "--format", "json")
    targets = {one["target"] for one in json.loads(done.stdout)["findings"]}
    assert targets
    assert not [target for target in targets if target.endswith("/collaboration") or "111111111111" in target]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({}, "holds no resources of a stack"),
        ([], "holds no resources of a stack"),
        ({"deployment": {"resources": [7]}}, "is not a resource; expected an object with 'urn' and 'type'"),
        ({"deployment": {"resources": [{"urn": 1, "type": "x"}]}}, "a resource needs 'urn', a text"),
        ({"steps": [{"op": "create", "newState": {"urn": "u", "type": "t", "inputs": [1]}}]}, "'inputs' of a resource"),
        ({"steps": ["x"]}, "is not a resource"),
    ],
)
def test_anything_else_is_refused(cleanroom: Cleanroom, tmp_path: Path, document: object, message: str) -> None:
    done = cleanroom("policy", "check-state", written(tmp_path, document))
    assert done.exit_code == 2
    assert message in " ".join(done.stderr.split())


def test_no_inputs_may_be_an_empty_list(cleanroom: Cleanroom, tmp_path: Path) -> None:
    document = {"steps": [{"op": "create", "newState": {"urn": "u", "type": "t", "inputs": []}}]}
    done = cleanroom("policy", "check-state", written(tmp_path, document))
    assert (done.exit_code, done.stderr) == (0, "")


def test_what_goes_away_is_not_judged(cleanroom: Cleanroom, tmp_path: Path) -> None:
    document = previewed(wire(stack(room(2)), preview=True))
    for step in document["steps"]:
        step["op"] = "delete"
    done = cleanroom("policy", "check-state", written(tmp_path, document))
    assert (done.exit_code, done.stdout.splitlines()[-1].partition(", ")[2]) == (0, "0 checks: 0 passed")


def test_a_policy_or_format_that_is_none_is_refused(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = written(tmp_path, exported([]))
    refused = cleanroom("policy", "check-state", file, "--only", "low_minimun")
    assert refused.exit_code == 2
    assert "there is no policy 'low_minimun' to apply; " in " ".join(refused.stderr.split())
    assert cleanroom("policy", "check-state", file, "--format", "xml").exit_code == 2
    assert cleanroom("policy", "check-state", str(tmp_path / "none.json")).exit_code == 2
