"""Waivers in the comments of a room file, named by what they stand beside: lines move, names stay."""

from __future__ import annotations

from datetime import date

from cli.diff.decisions import Days
from cli.rooms.opening import AnyRoom
from declarations.loading.document import Document
from declarations.loading.waivers import comment_waivers


def comments_of(opened: AnyRoom) -> Days:
    """Return the last day of each waiver in the comments of a room file.

    Raises:
        LoadingError: A comment begins as a waiver and is none.
    """
    document = opened.loaded.document
    if document is None or opened.loaded.path.suffix == ".json":
        return {}
    found: dict[str, date] = {}
    for one in comment_waivers(document):
        begun = _begun(document, one.excused_line or one.line)
        excused = f"{one.policy} on {begun}"
        found[excused] = max(one.expires, found.get(excused, one.expires))
    return found


def _begun(document: Document, line: int) -> str:
    """Return what begins on a line: list items by name where they have one, and the text of the line."""
    paths = (path for path in document.values if document.value_place(path).line == line)
    path = min(paths, key=len, default=())
    value, names = document.value, []
    for step in path:
        value = value[step]
        name = (value.get("name") or value.get("account_id")) if isinstance(value, dict) else None
        names.append(str(name if name and isinstance(step, int) else step))
    text = document.lines[line - 1].partition("#")[0].strip() if line <= len(document.lines) else ""
    return f"{'/'.join(names)}: {text}"
