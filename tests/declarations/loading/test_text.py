"""Paths at which no file can be read are told as mistakes, whatever the system says of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from declarations.loading.problems import LoadingError
from declarations.loading.text import missing, read_text, refuse_absent


def problem_of(path: Path) -> str:
    with pytest.raises(LoadingError) as caught:
        refuse_absent(path)
    return caught.value.problems[0].message


def test_paths_that_cannot_be_looked_up(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "lost").symlink_to("nowhere")
    (tmp_path / "file").write_text("x")
    assert problem_of(tmp_path / "loop") == "cannot be read: Too many levels of symbolic links"
    assert problem_of(tmp_path / "lost") == "is a link to 'nowhere', which does not exist"
    assert problem_of(tmp_path / ("a" * 300)) == "cannot be read: File name too long"
    assert problem_of(tmp_path / "nul\0") == "holds a NUL character; no path can"
    assert problem_of(tmp_path / "none") == f"no file or folder named 'none' in '{tmp_path}'"
    assert problem_of(tmp_path / "file" / "x") == f"'{tmp_path / 'file'}' is a file; a folder is expected there"
    refuse_absent(tmp_path / "file")


def test_a_file_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    expected = f"'{tmp_path / 'file'}' is a file; a folder is expected there"
    assert missing(tmp_path / "file" / "a" / "b").message == expected
    with pytest.raises(LoadingError) as caught:
        read_text(tmp_path / "file" / "x.yaml")
    assert [problem.message for problem in caught.value.problems] == [expected]
