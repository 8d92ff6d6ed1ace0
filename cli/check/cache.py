"""Caches the result of `cleanroom check`, keyed by everything that it depends on.

Runs are remembered in the user's own cache folder, never in a repository, where others could put an answer that nothing
was judged for. The folder is used only while it is the user's and closed to everybody else: whoever could write there
acts as the user already, and could as well change this program.

Of one room it saves a third of a second. It is there for repositories: 50 rooms with 2,000 queries take 9.7 s to judge,
and 1.0 s when nothing has changed (`python -m benchmarks repository`, 2 cores).
"""

from __future__ import annotations

import hashlib
import os
import stat
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final, NoReturn

from cli.check.request import CheckRequest
from cli.check.results import Checked
from cli.rooms.finding import SKIPPED, room_files, rooms_at
from declarations.loading import LoadingError
from declarations.loading.json_values import MAX_WRITTEN_BYTES
from declarations.loading.queries import FOLDER as QUERIES
from declarations.loading.waivers import load_policy_settings
from policies.configuration import files_of, settings_to_judge_by

_CODE: Final = ("declarations", "policies", "simulator", "cli")
_PACKAGES: Final = (
    "cleanrooms-as-code",
    "annotated-types",
    "pydantic",
    "pydantic-core",
    "PyYAML",
    "sqlglot",
    "sqlglotc",
    "typing-inspection",
    "typing_extensions",
)
_DIGEST_BYTES: Final = hashlib.sha256().digest_size
_DAY_SECONDS: Final = 24 * 60 * 60


class _UncertainError(Exception):
    """What the answer depends on cannot be told."""


def remembered(request: CheckRequest, today: date, judge: Callable[[], Checked]) -> Checked:
    """Return what *judge* finds, from the last run if nothing at all has changed since.

    Args:
        request: What to check. With queries named, against a revision, which git may move, with rooms in Python or own
            packs, which may read anything, behind links to folders, or when a file cannot be read, nothing is
            remembered.
        today: The day.
        judge: Does the work.
    """
    try:
        before = state(request, today)
    except (_UncertainError, LoadingError, OSError):
        return judge()
    folder = _folder()
    if folder is None:
        return judge()
    file = folder / _name(request)
    known = _read(file, before)
    if known is not None:
        return known
    checked = judge()
    if _is_watched(request, checked) and _unchanged(request, today, before):
        _write(file, before, checked)
    return checked


def state(request: CheckRequest, today: date) -> bytes:
    """Return a digest of everything that the answer to *request* depends on.

    Raises:
        LoadingError: There is no room, or the company's decisions are wrong.
        OSError: A file cannot be read.
    """
    if request.queries or request.against:
        raise _UncertainError
    digest = hashlib.sha256(repr((request, today, Path.cwd(), sys.version, _versions())).encode())
    for file in (*_code_files(), *_files(request)):
        digest.update(_fingerprint(file))
    return digest.digest()


def _versions() -> tuple[str, ...]:
    found = []
    for package in _PACKAGES:
        try:
            found.append(version(package))
        except PackageNotFoundError:
            found.append("absent")
    return tuple(found)


def _code_files() -> Iterator[Path]:
    root = Path(__file__).parents[2]
    for package in _CODE:
        yield from sorted((root / package).rglob("*.py"))


def _files(request: CheckRequest) -> Iterator[Path]:
    """Yield every file that can be read while *request* is answered."""
    rooms = rooms_at(request.paths)
    if any(_is_python(room) for room in rooms):
        raise _UncertainError
    for path in request.paths:
        yield from _below(path if path.is_dir() else path.parent)
    if request.policies is None:
        return
    chosen = request.policies.file
    settings = {chosen} if chosen else {settings_to_judge_by(room if room.is_dir() else room.parent) for room in rooms}
    for file in sorted(filter(None, settings)):
        if load_policy_settings(file).packs:
            raise _UncertainError
        yield from files_of(file)
        yield from room_files(file.parent)


def _is_python(room: Path) -> bool:
    """Tell whether a room is code, which may read anything."""
    return room.suffix == ".py" or (room.is_dir() and next(room_files(room), None) is None)


def _below(folder: Path) -> Iterator[Path]:
    for place, folders, files in os.walk(folder, onerror=_refuse):
        of_queries = QUERIES in Path(place).relative_to(folder).parts  # queries are read wherever they are below
        folders[:] = sorted(name for name in folders if of_queries or name not in SKIPPED)
        if any(Path(place, name).is_symlink() for name in folders):
            raise _UncertainError  # rooms are looked for behind it, where nothing is watched
        yield from (Path(place, name) for name in sorted(files))


def _refuse(error: OSError) -> NoReturn:
    raise error


def _fingerprint(file: Path) -> bytes:
    """Return a digest of a file's name and bytes; of one that is too large to be read, of its size.

    Raises:
        OSError: It cannot be read.
        _UncertainError: It is not a file, so that reading it could wait for ever.
    """
    status = file.stat()
    if not stat.S_ISREG(status.st_mode):
        raise _UncertainError  # a pipe would be waited for
    size = status.st_size
    content = file.read_bytes() if size <= MAX_WRITTEN_BYTES else str(size).encode()
    name = os.fsencode(os.path.realpath(file))
    return b"".join(hashlib.sha256(part).digest() for part in (os.fsencode(file), name, content))


def _folder() -> Path | None:
    """Return the user's own folder of remembered runs, made when it is first needed; None if there cannot be one.

    A link, or a folder that is somebody else's or open to others, is not used.

    Source: https://specifications.freedesktop.org/basedir-spec/latest/ (a relative path is to be ignored).
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    try:
        folder = (base if base.is_absolute() else Path.home() / ".cache") / "cleanroom"
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        status = folder.lstat()
    except (OSError, RuntimeError):  # Path.home() raises the latter for a user without a home
        return None
    is_private = os.name != "posix" or (status.st_uid == os.geteuid() and not status.st_mode & 0o077)
    return folder if is_private else None


def _name(request: CheckRequest) -> str:
    """Return the name under which a run of *request* is remembered; the next run of it takes its place."""
    return "check-" + hashlib.sha256(repr((request, Path.cwd())).encode()).hexdigest()[:16]


def _is_watched(request: CheckRequest, checked: Checked) -> bool:
    """Tell whether every file that was read is among those whose change is seen."""
    watched = {os.path.realpath(file) for file in _files(request)}
    return all(os.path.realpath(file) in watched for file in checked.read)


def _unchanged(request: CheckRequest, today: date, before: bytes) -> bool:
    """Tell whether nothing was written while the work was done."""
    try:
        return state(request, today) == before
    except (_UncertainError, LoadingError, OSError):
        return False


def _read(file: Path, now: bytes) -> Checked | None:
    from pydantic import TypeAdapter, ValidationError

    try:
        content = file.read_bytes()
    except OSError:
        return None
    if content[:_DIGEST_BYTES] != now:
        return None
    try:
        return TypeAdapter(Checked).validate_json(content[_DIGEST_BYTES:])
    except ValidationError:
        return None


def _write(file: Path, now: bytes, checked: Checked) -> None:
    """Remember a run; a folder that cannot be written to is no error: the work is done again next time."""
    from pydantic import TypeAdapter

    new = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        new.write_bytes(now + TypeAdapter(Checked).dump_json(checked))
        new.replace(file)
        for old in file.parent.glob("check-*"):
            if time.time() - old.stat().st_mtime > _DAY_SECONDS:
                old.unlink()  # the day is part of what an answer depends on: this one will never be taken again
    except OSError:
        return
