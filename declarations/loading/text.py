"""Read text files: size, encoding and characters are checked before anything is parsed."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

from declarations.loading.problems import FileProblem, LoadingError, Place
from declarations.naming import closest

MAX_BYTES: Final = 4 * 1024 * 1024
"""Largest hand-written file, in bytes: forty times the largest rule (100 KB), more than anybody writes."""

_CONTROL: Final = re.compile(r"[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# Some programs show these as a line end, reorder the text or hide them: a reviewer would see a different text.
_DECEPTIVE: Final = re.compile(r"[\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")


def read_text(path: Path, limit: int = MAX_BYTES) -> str:
    r"""Read a UTF-8 file; a byte order mark is dropped and line ends become `\n`.

    Args:
        path: The file.
        limit: The largest file that is read, in bytes.

    Raises:
        LoadingError: The file is missing, not a regular file, not readable, over *limit*, not UTF-8, or holds control
            characters, including those that reorder or hide text.
    """
    try:
        content = _read_bytes(path, limit)
    except OSError as error:
        raise LoadingError([unreadable(path, error)]) from None
    text = _decoded(content, path).replace("\r\n", "\n").replace("\r", "\n")
    if control := _CONTROL.search(text) or _DECEPTIVE.search(text):
        line, column = _line_and_column(text, control.start())
        message = f"found the control character U+{ord(control.group()):04X}; a text file cannot hold it"
        raise LoadingError([FileProblem(str(path), message, Place(line, column), found=repr(control.group()))])
    return text


def refuse_absent(path: Path) -> None:
    """Check that a file or folder exists.

    Raises:
        LoadingError: There is nothing at *path*, or it cannot be looked up.
    """
    try:
        path.stat()
    except OSError as error:
        raise LoadingError([unreadable(path, error)]) from None
    except ValueError:
        raise LoadingError([FileProblem(str(path), "holds a NUL character; no path can")]) from None


def missing(path: Path) -> FileProblem:
    """Return the problem that *path* does not exist, suggesting the closest existing name."""
    lost = path
    while not lost.parent.is_dir() and lost.parent != lost.parent.parent:
        lost = lost.parent
    if lost != path and lost.exists():
        return FileProblem(str(path), f"'{lost}' is a file; a folder is expected there")
    try:
        names = sorted(entry.name for entry in lost.parent.iterdir() if not entry.name.startswith("."))
    except OSError:
        names = []
    folder = "the current folder" if lost.parent == Path() else f"'{lost.parent}'"
    suggestion = closest(lost.name, names)
    return FileProblem(
        str(path),
        f"no file or folder named {lost.name!r} in {folder}",
        found=lost.name,
        suggestion=None if suggestion is None else str(lost.parent / suggestion),
    )


def _read_bytes(path: Path, limit: int) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise LoadingError([FileProblem(str(path), "is a folder; a file is expected here")])
    if not stat.S_ISREG(status.st_mode):
        raise LoadingError([FileProblem(str(path), "is not a regular file (a pipe, socket or device?)")])
    with path.open("rb") as file:
        # The limit holds for what is read, not for what stat said: the file may be growing.
        content = b"" if status.st_size > limit else file.read(limit + 1)
    size = max(status.st_size, len(content))
    if size > limit:
        message = f"is {size / 1024 / 1024:,.1f} MB large; at most {limit // 1024 // 1024} MB are read"
        raise LoadingError([FileProblem(str(path), message, found=f"{size} bytes")])
    return content


def unreadable(path: Path, error: OSError) -> FileProblem:
    """Return the problem that explains why *path* cannot be read."""
    if isinstance(error, NotADirectoryError) or (isinstance(error, FileNotFoundError) and not path.is_symlink()):
        return missing(path)
    if isinstance(error, FileNotFoundError):
        return FileProblem(str(path), f"is a link to '{path.readlink()}', which does not exist")
    if isinstance(error, PermissionError):
        return FileProblem(str(path), "may not be read: permission denied; grant the current user read access")
    return FileProblem(str(path), f"cannot be read: {error.strerror or error}")


def _decoded(content: bytes, path: Path) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        line, column = _line_and_column(before, len(before))
        message = f"byte 0x{content[error.start]:02X} is not UTF-8; save the file with the encoding UTF-8"
        if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
            message = "is UTF-16; save the file with the encoding UTF-8"
        raise LoadingError([FileProblem(str(path), message, Place(line, column))]) from None


def _line_and_column(text: str, index: int) -> tuple[int, int]:
    return text.count("\n", 0, index) + 1, index - text.rfind("\n", 0, index)
