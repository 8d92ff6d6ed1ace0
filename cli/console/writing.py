"""Files that a command writes: missing folders are made, and what cannot be written ends the command."""

from __future__ import annotations

from pathlib import Path

from cli.console.ending import fail


def write_or_fail(path: Path, text: str, option: str) -> None:
    """Write a file and the folders above it.

    Args:
        path: The file.
        text: What it is to hold.
        option: What messages begin with: the option that names the file, or the command.

    Raises:
        typer.Exit: It cannot be written.
    """
    make_folder_or_fail(path, option)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        fail(f"{option}: cannot write {path}: {error.strerror}")


def make_folder_or_fail(path: Path, option: str) -> None:
    """Make the folders above a file that is to be written later, so that a wrong path ends the command before its work.

    Args:
        path: The file.
        option: What messages begin with: the option that names the file, or the command.

    Raises:
        typer.Exit: They cannot be made, or *path* is a folder.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fail(f"{option}: cannot write {path}: cannot make the folder {path.parent}: {error.strerror}")
    try:
        is_folder = path.is_dir()
    except OSError as error:  # such as a name that is too long
        fail(f"{option}: cannot write {path}: {error.strerror}")
    if is_folder:
        fail(f"{option}: cannot write {path}: it is a folder")
