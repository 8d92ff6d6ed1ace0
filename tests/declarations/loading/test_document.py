"""YAML and JSON as people write them, and documents that are made to break a reader."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import pytest

from declarations.analysis_rules import AnalysisRuleAggregation
from declarations.loading import load_room, yaml_nodes
from tests.declarations.loading.refusals import refusal, wrong


def test_anchors_and_merge_keys_are_followed(folder: Path) -> None:
    text = (folder / "room.yaml").read_text(encoding="utf-8")
    constraint = "- {column_name: household_id, minimum: 25, type: COUNT_DISTINCT}"
    merged = "- {<<: *least, column_name: week}\n              - {<<: [*least, {minimum: 3}]}"
    assert constraint in text
    anchored = constraint.replace("- {", "- &least {")
    text = text.replace(constraint, f"{anchored}\n              {merged}")
    (folder / "room.yaml").write_text(text, encoding="utf-8")
    rule = load_room(folder).room.memberships[0].configured_tables[0].rule
    assert isinstance(rule, AnalysisRuleAggregation)
    found = [(constraint.column_name, constraint.minimum) for constraint in rule.output_constraints]
    assert found == [("household_id", 25), ("week", 25), ("household_id", 25)]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
def test_byte_order_mark_and_line_ends_do_not_matter(mark: bytes, end: bytes, folder: Path) -> None:
    expected = load_room(folder).room
    content = (folder / "room.yaml").read_bytes()
    (folder / "room.yaml").write_bytes(mark + content.replace(b"\n", end))
    assert load_room(folder).room == expected


def test_dates_are_text(folder: Path) -> None:
    text = (folder / "room.yaml").read_text(encoding="utf-8")
    (folder / "room.yaml").write_text(text.replace("name: reach-and-sales", "name: 2017-01-31"), encoding="utf-8")
    assert load_room(folder).room.collaboration.name == "2017-01-31"


@pytest.mark.parametrize("case", wrong("wrong_documents.yaml"))
def test_the_parser_without_the_c_library_refuses_at_the_same_lines(
    case: dict[str, Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(yaml_nodes, "_LOADER", yaml_nodes._YAML.SafeLoader)
    file = case.get("file", "room.yaml")
    (folder / file).write_text(case["content"], encoding="utf-8")
    places = re.findall(rf"^{file}:(\d+)", case["message"], re.MULTILINE)
    assert re.findall(rf"^{file}:(\d+)", refusal(file), re.MULTILINE) == places


def test_aliases_of_aliases_are_refused_fast(folder: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (folder / "room.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert refusal("room.yaml").startswith(
        "room.yaml:5:1: a4: more than 100,000 values, each use of an alias counted; write\n"
        "    fewer aliases of aliases\n"
    )


@pytest.mark.parametrize("name", ["room.yaml", "room.json"])
@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_deep_nesting_is_refused(name: str, opening: str, folder: Path) -> None:
    (folder / name).write_text(opening * 20_000, encoding="utf-8")
    assert "nested more than 50 levels deep" in refusal(name)


def test_nesting_through_aliases_is_refused(folder: Path) -> None:
    lines = [f"a{n}: &a{n} {'[' * 30}{'x' if n == 0 else f'*a{n - 1}'}{']' * 30}" for n in range(3)]
    (folder / "room.yaml").write_text("\n".join(lines), encoding="utf-8")
    assert "nested more than 50 levels deep through aliases" in refusal("room.yaml")


def test_merges_of_themselves_are_refused(folder: Path) -> None:
    (folder / "room.yaml").write_text("a: &a\n  <<: *a\n", encoding="utf-8")
    assert "an alias is inside the value that it names" in refusal("room.yaml")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("room.yaml", "- a\n" * 1_000_000),
        ("room.json", "[" + "1," * 1_000_000 + "1]"),
        ("room.yaml", "{a: [a,b]}, " * 5),
    ],
)
def test_too_many_values_are_refused_fast(name: str, text: str, folder: Path) -> None:
    (folder / name).write_text(text, encoding="utf-8")
    started = time.thread_time()
    refusal(name)
    assert time.thread_time() - started < 30  # coverage is measured meanwhile


def test_many_problems_are_told_in_part(folder: Path) -> None:
    with (folder / "room.yaml").open("a", encoding="utf-8") as file:
        file.writelines(f"key{number}: 1\n" for number in range(20_000))
    told = refusal("room.yaml")
    assert told.endswith("... and at least 400 more problems")
    assert told.count("is not known here") == 100


def test_columns_count_characters(folder: Path) -> None:
    (folder / "room.yaml").write_text('{"größe": 1, "名前": 012}\n', encoding="utf-8")
    assert "room.yaml:1:20: 名前: 012 is read" in refusal("room.yaml")
