"""Macie's evidence from files: one, or a folder with one an account."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from declarations.loading import LoadingError
from declarations.loading.evidence import load_evidence


def _write(file: Path, account: str) -> Path:
    document = {"account": account, "region": "us-east-1", "pulledAt": "2027-01-15T00:00:00Z"}
    file.write_text(json.dumps(document))
    return file


def test_a_file_and_a_folder(tmp_path: Path) -> None:
    one = _write(tmp_path / "a.json", "111111111111")
    assert [evidence.account for evidence in load_evidence(one)] == ["111111111111"]
    _write(tmp_path / "b.json", "222222222222")
    assert [evidence.account for evidence in load_evidence(tmp_path)] == ["111111111111", "222222222222"]


def _message(path: Path) -> str:
    with pytest.raises(LoadingError) as refused:
        load_evidence(path)
    return refused.value.problems[0].text


def test_two_files_about_one_account(tmp_path: Path) -> None:
    first = _write(tmp_path / "a.json", "111111111111")
    _write(tmp_path / "b.json", "111111111111")
    message = f"account '111111111111' is also in '{first}'; keep the newer of the two"
    assert _message(tmp_path) == message


def test_nothing_there(tmp_path: Path) -> None:
    assert _message(tmp_path) == "the folder holds no evidence: no file that ends in '.json'"
    assert _message(tmp_path / "evidence.json").startswith("no file or folder named 'evidence.json'")
