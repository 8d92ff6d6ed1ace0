"""Consents to loosening changes, from `signoff.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from declarations.loading.text import read_text
from declarations.loading.validation import validate
from declarations.loading.yaml_document import read_yaml
from declarations.sign_off import SignOff, SignOffs

SIGN_OFF_FILE: Final = "signoff.yaml"
"""Consents, beside the room or the rooms."""


def load_sign_offs(path: Path) -> tuple[SignOff, ...]:
    """Read a `signoff.yaml`.

    Raises:
        LoadingError: With everything that is wrong, each with file, line, column and path.
    """
    return validate(SignOffs, read_yaml(read_text(path), str(path))).sign_offs
