"""Renew the picture in `plans.md`: `python -m docs.plan_picture`. The tests fail when it is out of date."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.main import main

PICTURE = Path(__file__).parent / "img" / "plan.svg"
"""The picture."""

ROOT = Path(__file__).parents[1]

COMMAND = ("plan", "examples/complete_journey/measurement", "--paths", "1000", "--format", "json", "--picture")
"""What draws it: the words after `cleanroom`, before the file."""


def picture() -> str:
    """Return the picture as SVG; what the command prints goes to standard output."""
    before = Path.cwd()
    with TemporaryDirectory() as folder:
        file = Path(folder) / "plan.svg"
        os.chdir(ROOT)
        try:
            main([*COMMAND, str(file)])
        finally:
            os.chdir(before)
        return file.read_text(encoding="utf-8")


if __name__ == "__main__":
    PICTURE.write_text(picture(), encoding="utf-8")
    sys.stderr.write(f"wrote {PICTURE.relative_to(ROOT)}\n")
