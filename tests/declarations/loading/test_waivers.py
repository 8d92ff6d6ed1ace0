"""Waivers are read with their places; what begins as one and is none is refused."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from declarations.loading.problems import LoadingError
from declarations.loading.waivers import comment_waivers, load_policy_settings, load_waivers, settings_place
from declarations.loading.yaml_document import read_yaml

WAIVER = """\
waivers:
  - policy: low_minimum
    target: reach/111111111111/configured_tables/orders
    part: household_id
    reason: a pilot with 40 households
    owner: privacy office
    expires: "2027-03-31"
"""


def test_waivers_of_a_file_know_their_lines(tmp_path: Path) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(WAIVER)
    [waiver] = load_waivers(file)
    assert (waiver.policy, waiver.target, waiver.part) == (
        "low_minimum",
        "reach/111111111111/configured_tables/orders",
        "household_id",
    )
    assert (waiver.expires, waiver.file, waiver.line) == (date(2027, 3, 31), str(file), 2)


def test_json_is_read_too(tmp_path: Path) -> None:
    file = tmp_path / "policies.json"
    file.write_text('{"policies": {"low_minimum": {"level": "advisory", "configuration": {"minimum": 50}}}}')
    settings = load_policy_settings(file)
    assert settings.policies["low_minimum"].configuration == {"minimum": 50}


def test_settings_know_where_a_decision_stands(tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text("policies:\n  low_minimum: {level: advisory}\n")
    assert settings_place(file, ("policies", "low_minimum")).line == 2


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("waivers.yaml", WAIVER.replace("    owner: privacy office\n", ""), "'owner' is missing"),
        ("waivers.yaml", WAIVER.replace("2027-03-31", "soon"), "expires"),
        ("waivers.yaml", WAIVER + WAIVER.partition("\n")[2], "'low_minimum' on 'reach/.*' is waived more than once"),
        ("waivers.yaml", WAIVER.replace("low_minimum", "Low Minimum"), "policy"),
        ("waivers.toml", WAIVER, "the ending '.toml' is not that of a YAML or JSON file"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(LoadingError) as refused:
        load_waivers(tmp_path / name)
    assert re.search(message, " ".join(str(refused.value).split()))


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "waivers.yaml").write_text(WAIVER)
    with pytest.raises(LoadingError) as refused:
        load_waivers(tmp_path / "waiver.yaml")
    assert refused.value.problems[0].suggestion == str(tmp_path / "waivers.yaml")


def test_comments_excuse_their_line_or_the_next() -> None:
    document = read_yaml(
        "a: 1  # waive low_minimum until 2027-03-31 by privacy office: a pilot: small\n"
        "# waive unlogged_queries until 2027-01-01 by DPO: why\n"
        "\n"
        "# another comment\n"
        "b: 2\n",
        "room.yaml",
    )
    first, second = comment_waivers(document)
    assert (first.policy, first.owner, first.reason) == ("low_minimum", "privacy office", "a pilot: small")
    assert (first.line, first.excused_line) == (1, 1)
    assert (second.line, second.excused_line) == (2, 5)


@pytest.mark.parametrize(
    "comment",
    [
        "# waive low_minimum",
        "# waive low_minimum until 2027-13-01 by DPO: why",
        "# waive low_minimum until 2027-01-01 by DPO:",
        "# waive low_minimum until 2027-01-01: why",
        "#waive",
        "# Waive low_minimum until 2027-01-01 by DPO: why",
        "# waived low_minimum until 2027-01-01 by DPO: why",
    ],
)
def test_a_comment_that_only_begins_as_a_waiver_is_refused(comment: str) -> None:
    with pytest.raises(LoadingError, match=r"room.yaml:1:6: the comment begins as a waiver") as refused:
        comment_waivers(read_yaml(f"a: 1 {comment}\n", "room.yaml"))
    assert "POLICY until YYYY-MM-DD by OWNER: REASON" in " ".join(str(refused.value).split())


@pytest.mark.parametrize(
    "text",
    [
        'a: "1 # waive low_minimum until 2027-03-31 by DPO: why"\n',
        "a: |\n  SELECT 1\n  # waive low_minimum until 2027-03-31 by DPO: why\n",
        "a: [b, 'c # waive nothing']\n",
        "a: b#waive it\n",
        "a: 1  # waives nothing\n",
    ],
)
def test_the_same_words_in_a_text_are_no_waiver(text: str) -> None:
    assert comment_waivers(read_yaml(text, "room.yaml")) == ()


def test_a_waiver_on_the_last_line_excuses_what_never_comes() -> None:
    [waiver] = comment_waivers(read_yaml("a: 1\n# waive x until 2027-01-01 by DPO: why\n", "room.yaml"))
    assert waiver.excused_line == 4
