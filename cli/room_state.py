"""A state of rooms to compare: files that are there, or a git revision, read without checking it out."""

from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from cli.finding_rooms import room_files
from declarations.loading import LoadingError
from declarations.loading.problems import FileProblem


@contextmanager
def state_at(word: str) -> Iterator[Path]:
    """Yield the file or folder that *word* means, for as long as it is compared.

    Args:
        word: A path; or `REVISION:PATH`, whose files are taken out of git's store into a temporary folder.

    Raises:
        LoadingError: There is no such path, revision or path in it.
    """
    revision, colon, path = word.partition(":")
    if Path(word).exists() or not colon or revision.startswith("-"):
        yield Path(word)
        return
    with TemporaryDirectory() as folder:
        yield _taken_out(revision, path or ".", Path(folder))


def _taken_out(revision: str, path: str, folder: Path) -> Path:
    """Take a folder, or the folder of a file, out of a revision."""
    word = f"{revision}:{path}"
    whole = _git("cat-file", "-t", f"{revision}:./{path}", word=word) == "tree"
    parent, name = (path, "") if whole else (str(Path(path).parent), Path(path).name)
    tree = _git("rev-parse", "--verify", f"{revision}:./{parent}", word=word)
    top = _git("rev-parse", "--show-toplevel", word=word)  # from below it, git would archive the same folder only
    archive = _bytes("-C", top, "archive", "--format=tar", tree, word=word)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")
    found = folder / name
    if found.suffix == ".py" or (found.is_dir() and (found / "room.py").exists() and not any(room_files(found))):
        message = "a room in Python is code; it is not run from a revision"
        raise LoadingError([FileProblem(word, message)])
    return found


def _git(*words: str, word: str) -> str:
    return _bytes(*words, word=word).decode().strip()


def _bytes(*words: str, word: str) -> bytes:
    """Run git and return what it says; *word* is what the user asked for."""
    try:
        done = subprocess.run(["git", *words], capture_output=True, check=False)  # noqa: S603, S607 - the user's own git, words that begin with no dash
    except FileNotFoundError:
        raise LoadingError([FileProblem(word, "git is not installed, and a revision is read by it")]) from None
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise LoadingError([FileProblem(word, f"git does not know it: {said}")])
    return done.stdout
