"""Pictures that commands draw."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

from tests.cli.calling import Cleanroom


def words_of_picture(cleanroom: Cleanroom, folder: Path, *command: str) -> str:
    """Return what is written in the picture that *command* draws: the same each time, without a date or random ids."""
    one, two = folder / "one.svg", folder / "two.svg"
    for file in (one, two):
        assert cleanroom(*command, "--picture", str(file)).exit_code == 3
    assert one.read_bytes() == two.read_bytes()
    return "".join(ET.fromstring(one.read_text(encoding="utf-8")).itertext())  # noqa: S314 - drawn by us
