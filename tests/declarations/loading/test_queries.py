"""Queries and their headers; `tests/cases/loading/queries.yaml` holds what is read and what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from declarations.loading import LoadingError, load_queries, load_query
from tests.yaml_text import from_yaml

_CASES: dict[str, dict[str, Any]] = from_yaml(
    (Path(__file__).parents[2] / "cases/loading/queries.yaml").read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", [name for name in _CASES if name.startswith("pass_")])
def test_header_is_read(name: str, tmp_path: Path) -> None:
    case = _CASES[name]
    path = tmp_path / "reach.sql"
    path.write_text(case["sql"], encoding="utf-8")
    query = load_query(path)
    expect = query.expect and list(query.expect)
    assert (query.name, query.path, query.sql) == ("reach", path, case["sql"])
    assert {"title": query.title, "expect": expect, "parameters": dict(query.parameters)} == {
        "title": case.get("title"),
        "expect": case.get("expect"),
        "parameters": case.get("parameters", {}),
    }


@pytest.mark.parametrize("name", [name for name in _CASES if name.startswith("fail_")])
def test_wrong_header_is_told(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("reach.sql")
    path.write_text(_CASES[name]["sql"], encoding="utf-8")
    with pytest.raises(LoadingError) as raised:
        load_query(path)
    assert str(raised.value) == _CASES[name]["message"].rstrip("\n")


def test_queries_of_a_room_are_sorted_and_other_files_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "queries"
    (folder / "refused").mkdir(parents=True)
    (folder / ".git").mkdir()
    for name in ("b.sql", "a.SQL", "notes.md", ".hidden.sql", ".git/c.sql", "refused/a.sql"):
        (folder / name).write_text("SELECT 1", encoding="utf-8")
    assert [query.name for query in load_queries(tmp_path)] == ["a", "b", "refused/a"]


def test_room_without_queries_has_none(tmp_path: Path) -> None:
    assert load_queries(tmp_path) == ()


def test_problems_of_all_queries_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "queries"
    folder.mkdir()
    (folder / "a.sql").write_text("", encoding="utf-8")
    (folder / "b.sql").write_bytes(b"SELECT '\xe9'")
    with pytest.raises(LoadingError) as raised:
        load_queries(Path())
    assert [problem.file for problem in raised.value.problems] == ["queries/a.sql", "queries/b.sql"]


def test_missing_folder_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reach").mkdir()
    with pytest.raises(LoadingError, match=r"^raech: no file or folder named 'raech' in the current folder; did you"):
        load_queries(Path("raech"))


def test_line_ends_and_byte_order_mark_do_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "reach.sql"
    path.write_bytes("\ufeff-- title: Größe\r\nSELECT 1\r\n".encode())
    query = load_query(path)
    assert (query.title, query.sql) == ("Größe", "-- title: Größe\nSELECT 1\n")


def test_link_out_of_the_room_is_refused(tmp_path: Path) -> None:
    """A stranger's room must not show files of the machine that checks it."""
    folder = tmp_path / "room" / "queries"
    folder.mkdir(parents=True)
    (tmp_path / "secret").write_text("token\n", encoding="utf-8")
    (folder / "q.sql").symlink_to(tmp_path / "secret")
    with pytest.raises(LoadingError) as refused:
        load_queries(folder.parent)
    (problem,) = refused.value.problems
    assert problem.message == "is a link that leads out of the room's folder; put the file there"


def test_link_within_the_room_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "room" / "queries"
    folder.mkdir(parents=True)
    (folder.parent / "shared.sql").write_text("SELECT 1\n", encoding="utf-8")
    (folder / "q.sql").symlink_to(folder.parent / "shared.sql")
    assert [query.name for query in load_queries(folder.parent)] == ["q"]


def test_what_is_compared_of_a_query(tmp_path: Path) -> None:
    """The text below the header, and that a query that says nothing is expected to be allowed."""
    path = tmp_path / "reach.sql"
    path.write_text("-- title: reach\n-- a remark\n\nSELECT 1\n-- below\n\n", encoding="utf-8")
    assert (load_query(path).body, load_query(path).expected) == ("SELECT 1\n-- below", ("allowed", None))
    path.write_text("-- expect: denied select_star\nSELECT 1", encoding="utf-8")
    assert (load_query(path).body, load_query(path).expected) == ("SELECT 1", ("denied", "select_star"))
