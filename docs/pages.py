"""A folder of generated pages."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path


def renew(folder: Path, pages: Mapping[str, str]) -> None:
    """Write every page, and remove those that are gone.

    Args:
        folder: Holds these pages alone.
        pages: Name of a file to its text.
    """
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in pages.items():
        (folder / name).write_text(text, encoding="utf-8")
