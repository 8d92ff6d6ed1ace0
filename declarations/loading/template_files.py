"""The room form `source: {file: queries/x.sql}` of analysis templates: the text is read when the room is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic.alias_generators import to_camel

from declarations.document_path import DocumentPath
from declarations.loading.document import Document
from declarations.loading.problems import FileProblem, LoadingError
from declarations.loading.text import read_text

_UNREAD = "SELECT 1"
"""Placeholder for a text that could not be read, so that the rest of the room is still validated."""


def read_template_files(document: Document, folder: Path) -> list[FileProblem]:
    """Add the text of its file to each template that names one, in the document's value.

    Args:
        document: A room, as it was read.
        folder: The room's folder, which files are relative to and must not leave.

    Returns:
        What is wrong with the files.
    """
    problems_found: list[FileProblem] = []
    for path, source in _sources(document.value):
        at = (*path, "source", "file")
        name = source["file"]
        document.values[*path, "source", "text"] = document.value_place(at)
        found = _problems(document, folder, at, source)
        text = _UNREAD
        if not found:
            try:
                text = read_text(folder / name)
            except LoadingError as error:
                found = [_in_document(document, folder, at, problem) for problem in error.problems]
        problems_found += found
        source.setdefault("text", text)
    return problems_found


def _sources(value: Any) -> Iterator[tuple[DocumentPath, dict[str, Any]]]:  # noqa: ANN401 - any JSON-like value
    """Yield each template that names a file; anything malformed is left for the model to reject."""
    for membership_path, membership in _items((), value, "memberships"):
        for path, template in _items(membership_path, membership, "analysis_templates"):
            source = template.get("source") if isinstance(template, dict) else None
            if isinstance(source, dict) and isinstance(source.get("file"), str) and source["file"].strip():
                yield path, source


def _items(path: DocumentPath, value: object, name: str) -> Iterator[tuple[DocumentPath, Any]]:
    for key in dict.fromkeys((name, to_camel(name))):
        items = value.get(key) if isinstance(value, dict) else None
        if isinstance(items, list):
            yield from (((*path, key, index), item) for index, item in enumerate(items))


def _problems(document: Document, folder: Path, at: DocumentPath, source: dict[str, Any]) -> list[FileProblem]:
    name = source["file"]
    if "text" in source:
        return [document.problem(at, "a source is either 'file' or 'text', not both", place=document.key_place(at))]
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        return [document.problem(at, f"{name!r} leads out of the room's folder; name a file in it", found=name)]
    try:
        inside = (folder / name).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no file can have
        return [document.problem(at, f"{name!r} cannot be followed to a file", found=name)]
    if not inside:
        message = f"{name!r} is a link that leads out of the room's folder; put the file there"
        return [document.problem(at, message, found=name)]
    return []


def _in_document(document: Document, folder: Path, at: DocumentPath, problem: FileProblem) -> FileProblem:
    """Move a problem of the file to where the room names it, unless it has a place in the file."""
    if problem.place is not None:
        return problem
    name = str(Path(problem.file).relative_to(folder))
    suggestion = None if problem.suggestion is None else str(Path(problem.suggestion).relative_to(folder))
    return document.problem(at, f"{name!r}: {problem.message}", suggestion=suggestion, found=name)
