"""The page about the room file lists the keys that there are, and shows the message that is printed."""

from __future__ import annotations

import re
from pathlib import Path

from declarations.loading import load_room
from docs.room_file import PAGE, page
from tests.yaml_text import from_yaml


def test_keys_are_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: make generate"


def test_example_of_a_message_is_what_is_printed() -> None:
    cases = from_yaml((Path(__file__).parent / "cases/loading/wrong_values.yaml").read_text(encoding="utf-8"))
    assert cases["ability_misspelled"]["message"] in PAGE.read_text(encoding="utf-8")


def test_example_in_python_is_a_room(tmp_path: Path) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "room.py").write_text(code, encoding="utf-8")
    room = load_room(tmp_path).room
    assert [table.association.name for table in room.associated_tables()] == ["purchases"]
