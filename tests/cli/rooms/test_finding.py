"""No room is hidden by another, by a link or by a dot; code is run only where it is named."""

from __future__ import annotations

from pathlib import Path

from cli.rooms.finding import is_room, room_files, rooms_at


def _room(folder: Path, name: str = "room.yaml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("")
    return folder


def test_a_room_on_top_hides_none_below(tmp_path: Path) -> None:
    top, inner = _room(tmp_path / "rooms"), _room(tmp_path / "rooms" / "a" / "b")
    assert rooms_at([tmp_path / "rooms"]) == (top, inner)
    assert rooms_at([top / "room.yaml"]) == (top / "room.yaml",)


def test_code_on_top_hides_none_below_and_is_not_run(tmp_path: Path) -> None:
    top = _room(tmp_path / "rooms", "room.py")
    assert rooms_at([top]) == (top,)
    inner = _room(top / "a")
    assert rooms_at([top]) == (inner,)
    assert rooms_at([top / "room.py"]) == (top / "room.py",)


def test_hidden_folders_are_searched_and_those_of_tools_are_not(tmp_path: Path) -> None:
    hidden = _room(tmp_path / ".hidden" / "a")
    for name in (".git", ".venv", ".cleanroom", "node_modules"):
        _room(tmp_path / name)
    assert rooms_at([tmp_path]) == (hidden,)


def test_links_are_followed_once_and_circles_end(tmp_path: Path) -> None:
    outside, inside = _room(tmp_path / "outside" / "a"), _room(tmp_path / "rooms" / "z")
    (tmp_path / "rooms" / "linked").symlink_to(tmp_path / "outside")
    (tmp_path / "rooms" / "again").symlink_to(inside)
    (tmp_path / "rooms" / "circle").symlink_to(tmp_path / "rooms")
    (outside / "back").symlink_to(tmp_path)
    assert list(room_files(tmp_path / "rooms")) == [
        inside / "room.yaml",
        tmp_path / "rooms" / "linked" / "a" / "room.yaml",
    ]
    assert is_room(str(tmp_path / "rooms"))
