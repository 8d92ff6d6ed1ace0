"""Consents are read with their places; nobody consents to their own changes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from declarations.loading.problems import LoadingError
from declarations.loading.sign_offs import SIGN_OFF_FILE, load_sign_offs

SIGN_OFF = """\
version: 2
sign_offs:
  - old: "{digest}"
    new: "{digest}"
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
    assert consent.old == consent.new == "0" * 64


@pytest.mark.parametrize("author", ["Data protection officer", "DATA protection OFFICER"])
def test_nobody_consents_to_their_own_changes(tmp_path: Path, author: str) -> None:
    with pytest.raises(LoadingError) as refused:
        load_sign_offs(_file(tmp_path, author=author))
    assert refused.value.problems[0].line == 6
    assert "made the changes; somebody else must sign them off" in refused.value.problems[0].message


def test_a_digest_is_a_digest(tmp_path: Path) -> None:
    with pytest.raises(LoadingError, match="old"):
        load_sign_offs(_file(tmp_path, digest="all of it"))


@pytest.mark.parametrize("version", ["", "version: 1\n"])
def test_the_first_version_is_refused_with_what_to_write(tmp_path: Path, version: str) -> None:
    file = tmp_path / SIGN_OFF_FILE
    file.write_text(f"{version}sign_offs:\n  - changes: {'0' * 64}\n")
    with pytest.raises(LoadingError) as refused:
        load_sign_offs(file)
    [problem] = refused.value.problems
    assert problem.message == (
        "these sign-offs name what loosens and no states, so they could be used again; write 'version: 2' and, in "
        "place of 'changes', the 'old' and 'new' that cleanroom diff prints"
    )


@pytest.mark.parametrize("text", ["version: 3\nsign_offs: []\n", "sign_off: []\n", "[]\n"])
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / SIGN_OFF_FILE).write_text(text)
    with pytest.raises(LoadingError):
        load_sign_offs(tmp_path / SIGN_OFF_FILE)
