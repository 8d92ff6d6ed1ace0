"""A state of rooms to compare: files that are there, or a git revision, read without checking it out."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath
from posixpath import normpath
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from cli.console.possible_paths import why_impossible
from cli.rooms.finding import room_files
from declarations.loading import LoadingError
from declarations.loading.problems import FileProblem
from declarations.loading.waivers import POLICIES_FILE, load_policy_settings

_LINK: Final = "120000"
_SUBMODULE: Final = "160000"
_DATA: Final = (".yaml", ".yml", ".json")
_PATHS: Final = ("./", "../", "/", "-")  # no revision begins with any of these


class _Listed(NamedTuple):
    """What a revision holds, by its name in git's store."""

    mode: str
    identity: str
    name: str


class _Entry(NamedTuple):
    """A file of a revision with its bytes."""

    mode: str
    name: str
    content: bytes


@contextmanager
def state_at(word: str, policies: Path | None = None) -> Iterator[Path]:
    """Yield the file or folder that *word* means, for as long as it is compared.

    Args:
        word: A path; or `REVISION:PATH`, whose files are taken out of git's store into a temporary folder. A path with
            a colon begins with `./`, so that no file can take the place of a revision.
        policies: A file of decisions beside every `policies.yaml`; the own packs that they name come along.

    Raises:
        LoadingError: There is no such path, revision or path in it; or there are both.
    """
    if why := why_impossible(Path(word)):
        raise _problem(word, why)
    revision, colon, path = word.partition(":")
    if word.startswith(_PATHS) or Path(word).is_absolute() or not colon:
        _refuse_bare_revision(word)
        yield Path(word)
        return
    if Path(word).exists():
        raise _problem(
            word, f"could be a revision, and there is a file or folder of this name; for it write './{word}'"
        )
    with TemporaryDirectory() as folder, _told_as(revision, folder):
        yield _taken_out(revision, path or ".", Path(folder), policies)


@contextmanager
def state_before(revision: str, path: Path, policies: Path | None = None) -> Iterator[Path]:
    """Yield where the file or folder *path* was in a revision, for as long as it is compared.

    What the revision did not have is not there; the decisions above it are.

    Args:
        revision: The revision alone.
        path: A file or folder of the repository, seen from the current folder.
        policies: As of `state_at`.

    Raises:
        LoadingError: There is no such revision, or *path* is outside of the repository.
    """
    place = Path(os.path.relpath(path)).as_posix()
    with TemporaryDirectory() as folder, _told_as(revision, folder):
        _git("rev-parse", "--verify", "--quiet", f"{revision}^{{tree}}", word=f"{revision}:{place}")
        yield _taken_out(revision, place, Path(folder), policies, or_nothing=True)


@contextmanager
def _told_as(revision: str, folder: str) -> Iterator[None]:
    """Name files in problems as they are called in the revision."""
    try:
        yield
    except LoadingError as error:
        raise LoadingError([_spelled(one, f"{folder}/", f"{revision}:") for one in error.problems]) from None


def _spelled(problem: FileProblem, folder: str, revision: str) -> FileProblem:
    """Return a problem that names files as they are called in the revision."""

    def told(text: str) -> str:
        return text.replace(folder, revision)

    suggestion = problem.suggestion and told(problem.suggestion)
    return replace(problem, file=told(problem.file), message=told(problem.message), suggestion=suggestion)


def _refuse_bare_revision(word: str) -> None:
    if word.startswith(_PATHS) or Path(word).exists():
        return
    try:
        _git("rev-parse", "--verify", "--quiet", f"{word}^{{tree}}", word=word)
    except LoadingError:
        return  # whoever opens the path says what is wrong with it
    raise _problem(word, f"is a revision, and no path; say which rooms of it, such as '{word}:rooms'")


def _taken_out(revision: str, path: str, folder: Path, policies: Path | None, *, or_nothing: bool = False) -> Path:
    """Take a folder, or the folder of a file, out of a revision, whatever git's attributes say about its files.

    Decisions stand above rooms: data files of the rest of the revision come along, and own packs, which are not run.
    """
    word = f"{revision}:{path}"
    place = PurePosixPath(normpath(_git("rev-parse", "--show-prefix", word=word) + path))
    if ".." in place.parts:
        raise _problem(word, f"{path!r} is outside of the repository")
    whole = _kind(f"{revision}:./{path}", word, or_nothing=or_nothing) != "blob"
    within = place if whole else place.parent
    listed = _listed(_git("rev-parse", "--verify", f"{revision}^{{tree}}", word=word), word)
    data = [entry for entry in listed if _is_wanted(entry, within)]
    _write(_read(data, word), folder, folder / within, word)
    packs = tuple(_packs(folder, {POLICIES_FILE, policies.name if policies else POLICIES_FILE}))
    taken = {one.name for one in data}
    _write(
        _read([one for one in listed if one.name not in taken and _is_below(one, packs)], word), folder, folder, word
    )
    (folder / ".git").touch()  # nothing above it is looked at
    found = folder / place
    if found.suffix == ".py" or (found.is_dir() and (found / "room.py").exists() and not any(room_files(found))):
        raise _problem(word, "a room in Python is code; it is not run from a revision")
    return found


def _kind(name: str, word: str, *, or_nothing: bool) -> str:
    """Return what git keeps under a name: `blob` or `tree`; empty for nothing, where that may be."""
    try:
        return _git("cat-file", "-t", name, word=word)
    except LoadingError:
        if or_nothing:
            return ""
        raise


def _listed(tree: str, word: str) -> list[_Listed]:
    """Return every file, link and submodule of a revision."""
    told = _bytes("ls-tree", "-r", "-z", "--full-tree", tree, word=word).decode(errors="surrogateescape")
    rows = (row.partition("\t") for row in told.split("\0") if row)
    stated = ((about.split(), name) for about, _, name in rows)
    return [_Listed(mode, identity, name) for (mode, _, identity), name in stated]


def _read(listed: Sequence[_Listed], word: str) -> list[_Entry]:
    """Return files and links with their bytes as they are kept."""
    for one in listed:
        if one.mode == _SUBMODULE:
            raise _problem(word, f"{one.name!r} in it is a submodule, another repository; name a folder without it")
    wanted = "".join(f"{one.identity}\n" for one in listed)
    rest = _bytes("cat-file", "--batch", word=word, said=wanted.encode())
    entries, at = [], 0
    for one in listed:
        begin = rest.index(b"\n", at) + 1
        end = begin + int(rest[at:begin].split()[2])
        entries.append(_Entry(one.mode, one.name, rest[begin:end]))
        at = end + 1
    return entries


def _is_wanted(listed: _Listed, within: PurePosixPath) -> bool:
    path = PurePosixPath(listed.name)
    return path.is_relative_to(within) or (listed.mode not in {_LINK, _SUBMODULE} and path.suffix in _DATA)


def _is_below(listed: _Listed, folders: Sequence[PurePosixPath]) -> bool:
    return any(PurePosixPath(listed.name).is_relative_to(folder) for folder in folders)


def _packs(folder: Path, names: set[str]) -> Iterator[PurePosixPath]:
    """Yield the folders of the own packs that decisions below *folder* name."""
    for file in (file for name in sorted(names) for file in sorted(folder.rglob(name))):
        try:
            packs = load_policy_settings(file).packs
        except LoadingError:
            continue  # whoever needs these decisions says what is wrong with them
        beside = file.parent.relative_to(folder).as_posix()
        yield from (PurePosixPath(normpath(f"{beside}/{pack}")) for pack in packs)


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
