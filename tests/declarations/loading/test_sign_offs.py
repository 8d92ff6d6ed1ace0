"""Consents are read with their places; nobody consents to their own changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from declarations.loading.problems import LoadingError
from declarations.loading.sign_offs import SIGN_OFF_FILE, load_sign_offs

SIGN_OFF = """\
sign_offs:
  - changes: "{digest}"
    author: {author}
    reviewer: Data protection officer
    date: "2027-01-15"
    reason: the pilot ends in March
"""


def _file(folder: Path, *, digest: str = "0" * 64, author: str = "Analyst") -> Path:
    file = folder / SIGN_OFF_FILE
    file.write_text(SIGN_OFF.format(digest=digest, author=author))
    return file


def test_a_consent_is_read(tmp_path: Path) -> None:
    [consent] = load_sign_offs(_file(tmp_path))
    assert (consent.reviewer, consent.date) == ("Data protection officer", date(2027, 1, 15))
    assert consent.changes == "0" * 64


@pytest.mark.parametrize("author", ["Data protection officer", "DATA protection OFFICER"])
def test_nobody_consents_to_their_own_changes(tmp_path: Path, author: str) -> None:
    with pytest.raises(LoadingError) as refused:
        load_sign_offs(_file(tmp_path, author=author))
    assert refused.value.problems[0].line == 4
    assert "made the changes; somebody else must sign them off" in refused.value.problems[0].message


def test_a_digest_is_a_digest(tmp_path: Path) -> None:
    with pytest.raises(LoadingError, match="changes"):
        load_sign_offs(_file(tmp_path, digest="all of it"))
