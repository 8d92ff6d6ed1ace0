"""What a plan says of sample rows is marked as the data owner's own information."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

from cli.run.answers import OWNERS_ONLY
from tests.cli.calling import Cleanroom


def assert_rows_are_marked(cleanroom: Cleanroom, folder: Path, *command: str, data: str) -> None:
    """Compare a plan with and without sample rows: whatever differs is marked, in text, JSON and picture."""
    rows = ("--data", data)
    text = [cleanroom(*command, *more).stdout.split("\n\n") for more in ((), rows)]
    assert_parts_are_marked(*text)
    document = [json.loads(cleanroom(*command, *more, "--format", "json").stdout) for more in ((), rows)]
    assert_key_is_marked(*document)
    pictures = [folder / "without.svg", folder / "with.svg"]
    for picture, more in zip(pictures, ((), rows), strict=True):
        cleanroom(*command, *more, "--picture", str(picture))
    words = [" ".join(" ".join(ET.fromstring(each.read_text()).itertext()).split()) for each in pictures]  # noqa: S314 - drawn by us
    assert [OWNERS_ONLY in each for each in words] == [False, True]


def assert_parts_are_marked(without: list[str], owners: list[str]) -> None:
    """Every part of the text that another answer does not have says whom it is for, and there are some."""
    of_rows = [part for part in owners if part not in without]
    assert of_rows
    assert all(OWNERS_ONLY in " ".join(part.split()).partition(": ")[2] for part in of_rows)
    assert not any(OWNERS_ONLY in " ".join(part.split()) for part in without)


def assert_key_is_marked(without: dict[str, Any], owners: dict[str, Any]) -> None:
    """One key holds all that differs."""
    assert without.pop("for_the_data_owner_only") is None
    assert owners.pop("for_the_data_owner_only")["accuracy"]
    assert owners == without
