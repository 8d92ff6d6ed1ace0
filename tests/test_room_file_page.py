"""The page about the room file lists the keys that there are, and shows the message that is printed."""

from __future__ import annotations

from pathlib import Path

import yaml

from docs.room_file import PAGE, page


def test_keys_are_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "renew it: python -m docs.room_file"


def test_example_of_a_message_is_what_is_printed() -> None:
    cases = yaml.safe_load((Path(__file__).parent / "cases/loading/wrong_values.yaml").read_text(encoding="utf-8"))
    assert cases["ability_misspelled"]["message"] in PAGE.read_text(encoding="utf-8")
