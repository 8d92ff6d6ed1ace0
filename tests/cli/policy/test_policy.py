"""`cleanroom policy`: what there is, what one says, and a new one that works as it is written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.console.terminal import PIPED_WIDTH
from cli.policy.template import EXAMPLES
from policies import subjects
from policies.configuration import configure
from policies.registry import BASELINE
from tests.cli.calling import Cleanroom


def test_list_shows_every_policy(cleanroom: Cleanroom) -> None:
    names = [line.split()[0] for line in cleanroom("policy", "list").stdout.splitlines() if not line.startswith(" ")]
    assert names[2:] == [policy.name for policy in BASELINE]


def test_the_list_is_as_narrow_as_every_piped_text(cleanroom: Cleanroom) -> None:
    text = cleanroom("policy", "list").stdout
    assert max(map(len, text.splitlines())) <= PIPED_WIDTH
    assert "\nunlogged_queries                                 high      mandatory\n  A collaboration whose " in text


def test_list_as_json_has_pages_levels_and_schemas(cleanroom: Cleanroom, tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text(
        "policies: {low_minimum: {level: advisory, configuration: {minimum: 7}}, stale_scan: {level: disabled}}"
    )
    described = json.loads(cleanroom("policy", "list", "--format", "json", "--policies", str(file)).stdout)
    found = {one["name"]: one for one in described}
    assert list(found) == [policy.name for policy in BASELINE]
    assert found["stale_scan"]["level"] == "disabled"
    low = found["low_minimum"]
    assert (low["subject"], low["level"], low["configuration"]) == ("configured_tables", "advisory", {"minimum": 7})
    assert low["configuration_schema"]["properties"]["minimum"]["description"]
    assert all(one[part] for one in described for part in ("title", "why", "avoid", "prefer", "source"))


def test_show_is_a_page_with_what_can_be_configured(cleanroom: Cleanroom) -> None:
    text = cleanroom("policy", "show", "low_minimum").stdout
    assert text.startswith("low_minimum\nA minimum that shows very small groups\n")
    assert "\n  minimum [10]: " in text
    assert "\n  waive: # waive low_minimum until YYYY-MM-DD by OWNER: REASON" in text
    assert "waive:" not in cleanroom("policy", "show", "loosening_without_sign_off").stdout
    assert "configuration" not in cleanroom("policy", "show", "unlogged_queries").stdout
    described = json.loads(cleanroom("policy", "show", "low_minimum", "--format", "json").stdout)
    assert described["name"] == "low_minimum"


def test_there_is_an_example_for_every_subject() -> None:
    constants = {name: value for name, value in vars(subjects).items() if isinstance(value, subjects.Subject)}
    assert {example.constant: name for name, example in EXAMPLES.items()} == {
        constant: subject.name for constant, subject in constants.items()
    }


def test_new_policies_work_as_they_are_written(cleanroom: Cleanroom, tmp_path: Path) -> None:
    pack = tmp_path / "company_rules"
    for subject in EXAMPLES:
        outcome = cleanroom("policy", "new", f"odd_{subject}", "--pack", str(pack), "--subject", subject)
        assert outcome.exit_code == 0
    assert min(file.name for file in pack.iterdir()) == "__init__.py"
    command = [shutil.which("pytest", path=Path(sys.executable).parent) or "", "-q", "-p", "no:cacheprovider"]
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)  # noqa: S603 - our own command
    assert f"{2 * len(EXAMPLES)} passed" in tested.stdout
    (tmp_path / "policies.yaml").write_text("packs: [company_rules]")
    own = configure(tmp_path / "policies.yaml", BASELINE).policies[len(BASELINE) :]
    assert [policy.name for policy in own] == [f"odd_{subject}" for subject in EXAMPLES]
    assert all(policy.page.title for policy in own)


def test_a_new_pack_is_named_from_the_nearest_decisions(cleanroom: Cleanroom, tmp_path: Path) -> None:
    words = ("--pack", str(tmp_path / "privacy" / "own_rules"), "--subject", "collaboration")
    (tmp_path / "policies.yaml").write_text("baseline: true")
    outcome = cleanroom("policy", "new", "odd_one", *words)
    assert outcome.stdout.endswith(f"name the pack in {tmp_path.resolve()}/policies.yaml: packs: [privacy/own_rules]\n")


def test_a_check_of_queries_is_shown_as_well(cleanroom: Cleanroom) -> None:
    shown = cleanroom("policy", "show", "unlisted_join_column").stdout
    assert "a check of queries: the service's rule" in shown
    assert "part of: aggregation rule, list rule" in shown
    described = json.loads(cleanroom("policy", "show", "unlisted_join_column", "--format", "json").stdout)
    assert described["title"] == "A column in ON or USING that is not a join column of its table"
    assert "whatever is asked before any rule" in cleanroom("policy", "show", "syntax_error").stdout


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("show", "nulls_orderin"), "there is no policy 'nulls_orderin'; did you mean 'nulls_ordering'?"),
        (("show", "low_minimun"), "there is no policy 'low_minimun'; did you mean 'low_minimum'?"),
        (("list", "--policies", "nowhere.yaml"), "no file or folder named 'nowhere.yaml'"),
        (("new", "Odd-Name", "--pack", "x", "--subject", "data_sources"), "'Odd-Name' is not the name of a policy"),
        (("new", "class", "--pack", "x", "--subject", "data_sources"), "'class' is not the name of a policy"),
        (("new", "registry", "--pack", "x", "--subject", "data_sources"), "'registry' is not the name of a policy"),
        (
            ("new", "odd", "--pack", "import", "--subject", "data_sources"),
            "'import' is not the name of a Python package",
        ),
        (("new", "low_minimum", "--pack", "x", "--subject", "data_sources"), "comes with the product"),
        (("new", "odd", "--pack", "x", "--subject", "data_source"), "is not a subject; did you mean 'data_sources'?"),
        (("new", "odd", "--pack", "my-pack", "--subject", "data_sources"), "is not the name of a Python package"),
        (("new", "odd", "--pack", "/dev/null/x", "--subject", "data_sources"), "cannot write /dev/null/x"),
    ],
)
def test_mistakes(cleanroom: Cleanroom, words: tuple[str, ...], message: str) -> None:
    outcome = cleanroom("policy", *words)
    assert outcome.exit_code == 2
    assert message in outcome.stderr


def test_nothing_is_written_over(cleanroom: Cleanroom, tmp_path: Path) -> None:
    words = ("policy", "new", "odd", "--pack", str(tmp_path / "pack"), "--subject", "data_sources")
    assert cleanroom(*words).exit_code == 0
    assert "the pack has a policy 'odd' already" in cleanroom(*words).stderr
    (tmp_path / "pack" / "registry.py").write_text("POLICIES = ()")
    other = cleanroom("policy", "new", "odder", "--pack", str(tmp_path / "pack"), "--subject", "data_sources")
    assert "add 'odder.POLICY' to POLICIES yourself" in other.stderr
    assert not (tmp_path / "pack" / "odder.py").exists()
