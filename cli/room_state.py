"""A state of rooms to compare: files that are there, or a git revision, read without checking it out."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from posixpath import normpath
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from cli.finding_rooms import room_files
from declarations.loading import LoadingError
from declarations.loading.problems import FileProblem

_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_DATA: Final = (".yaml", ".yml", ".json")
_PATHS: Final = ("./", "../", "/", "-")  # no revision begins with any of these


class _Entry(NamedTuple):
    """A file of a revision, below the folder that is taken out."""

    mode: str
    name: str
    content: bytes


@contextmanager
def state_at(word: str) -> Iterator[Path]:
    """Yield the file or folder that *word* means, for as long as it is compared.

    Args:
        word: A path; or `REVISION:PATH`, whose files are taken out of git's store into a temporary folder. A path with
            a colon begins with `./`, so that no file can take the place of a revision.

    Raises:
        LoadingError: There is no such path, revision or path in it; or there are both.
    """
    revision, colon, path = word.partition(":")
    if word.startswith(_PATHS) or Path(word).is_absolute() or not colon:
        _refuse_bare_revision(word)
        yield Path(word)
        return
    if Path(word).exists():
        raise _problem(
            word, f"could be a revision, and there is a file or folder of this name; for it write './{word}'"
        )
    with TemporaryDirectory() as folder:
        yield _taken_out(revision, path or ".", Path(folder))


def _refuse_bare_revision(word: str) -> None:
    if word.startswith(_PATHS) or Path(word).exists():
        return
    try:
        _git("rev-parse", "--verify", "--quiet", f"{word}^{{tree}}", word=word)
    except LoadingError:
        return  # whoever opens the path says what is wrong with it
    raise _problem(word, f"is a revision, and no path; say which rooms of it, such as '{word}:rooms'")


def _taken_out(revision: str, path: str, folder: Path) -> Path:
    """Take a folder, or the folder of a file, out of a revision, whatever git's attributes say about its files.

    Decisions stand above rooms: data files of the rest of the revision come along.
    """
    word = f"{revision}:{path}"
    whole = _git("cat-file", "-t", f"{revision}:./{path}", word=word) == "tree"
    place = PurePosixPath(normpath(_git("rev-parse", "--show-prefix", word=word) + path))
    within = place if whole else place.parent
    tree = _git("rev-parse", "--verify", f"{revision}^{{tree}}", word=word)
    _write(_entries(tree, within, word), folder, folder / within, word)
    (folder / ".git").touch()  # nothing above it is looked at
    found = folder / place
    if found.suffix == ".py" or (found.is_dir() and (found / "room.py").exists() and not any(room_files(found))):
        raise _problem(word, "a room in Python is code; it is not run from a revision")
    return found


def _entries(tree: str, within: PurePosixPath, word: str) -> list[_Entry]:
    """Return the files and links of a folder, and data files beside it, with their bytes as they are kept."""
    listed = _bytes("ls-tree", "-r", "-z", "--full-tree", tree, word=word).decode(errors="surrogateescape")
    rows = [(row.partition("\t")[0].split(), row.partition("\t")[2]) for row in listed.split("\0") if row]
    named = [(mode, identity, name) for (mode, _, identity), name in rows if _is_wanted(mode, name, within)]
    for mode, _, name in named:
        if mode == _SUBMODULE:
            raise _problem(word, f"{name!r} in it is a submodule, another repository; name a folder without it")
    wanted = "".join(f"{identity}\n" for _, identity, _ in named)
    rest = _bytes("cat-file", "--batch", word=word, said=wanted.encode())
    entries, at = [], 0
    for mode, _, name in named:
        begin = rest.index(b"\n", at) + 1
        end = begin + int(rest[at:begin].split()[2])
        entries.append(_Entry(mode, name, rest[begin:end]))
        at = end + 1
    return entries


def _is_wanted(mode: str, name: str, within: PurePosixPath) -> bool:
    path = PurePosixPath(name)
    return path.is_relative_to(within) or (mode not in {_LINK, _SUBMODULE} and path.suffix in _DATA)


def _write(entries: Sequence[_Entry], folder: Path, within: Path, word: str) -> None:
    """Write files, then links, so that nothing is written through a link; one that leads out of *within* is refused."""
    for entry in sorted(entries, key=lambda one: one.mode == _LINK):
        if ".." in PurePosixPath(entry.name).parts:
            raise _problem(word, f"{entry.name!r} in it leads out of the folder")
        file = folder / entry.name
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if entry.mode == _LINK:
                file.symlink_to(entry.content.decode(errors="surrogateescape"))
            else:
                file.write_bytes(entry.content)
        except (OSError, ValueError) as error:
            raise _problem(word, f"{entry.name!r} in it cannot be taken out: {error}") from None
    for entry in entries:
        if entry.mode == _LINK and not _stays_in(within, folder / entry.name):
            raise _problem(word, f"{entry.name!r} in it is a link that leads out of the folder; put the file there")


def _stays_in(folder: Path, link: Path) -> bool:
    try:
        return not link.readlink().is_absolute() and link.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # links in a circle
        return False


def _problem(word: str, message: str) -> LoadingError:
    return LoadingError([FileProblem(word, message)])


def _git(*words: str, word: str) -> str:
    return _bytes(*words, word=word).decode().strip()


def _bytes(*words: str, word: str, said: bytes = b"") -> bytes:
    """Run git and return what it says; *word* is what the user asked for, *said* what git reads."""
    try:
        done = subprocess.run(["git", *words], input=said, capture_output=True, check=False)  # noqa: S603, S607 - the user's own git, words that begin with no dash
    except FileNotFoundError:
        raise _problem(word, "git is not installed, and a revision is read by it") from None
    if done.returncode:
        reason = done.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise _problem(word, f"git does not know it: {reason}")
    return done.stdout
