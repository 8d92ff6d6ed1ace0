"""Load sign-offs of loosening changes from `signoff.yaml`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from declarations.loading.document import Document
from declarations.loading.problems import LoadingError
from declarations.loading.text import read_text
from declarations.loading.validation import validate
from declarations.loading.yaml_document import read_yaml
from declarations.sign_off import SignOff, SignOffs

SIGN_OFF_FILE: Final = "signoff.yaml"
"""Name of the file of sign-offs, in the folder of the room or of the rooms."""


def load_sign_offs(path: Path) -> tuple[SignOff, ...]:
    """Read a `signoff.yaml`.

    Raises:
        LoadingError: With everything that is wrong, each with file, line, column and path.
    """
    document = read_yaml(read_text(path), str(path))
    _refuse_first_version(document)
    return validate(SignOffs, document).sign_offs


def _refuse_first_version(document: Document) -> None:
    held = document.value if isinstance(document.value, dict) else {}
    if "sign_offs" in held and held.get("version", 1) == 1:
        message = (
            "these sign-offs name what loosens and no states, so they could be used again; write 'version: 2' and, in "
            "place of 'changes', the 'old' and 'new' that cleanroom diff prints"
        )
        raise LoadingError([document.problem(("sign_offs",), message)])
