"""Text laid out for a terminal: tables, colours and filled lines; plain when piped."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence

import typer

PIPED_WIDTH = 80
"""Columns when the output is not a terminal."""
_NARROWEST = 20
"""Columns that the last column of a table has at least."""


def width() -> int:
    """Return how many columns a line may fill: the terminal's, or 80 when piped."""
    if not sys.stdout.isatty():
        return PIPED_WIDTH
    return max(60, min(140, shutil.get_terminal_size((PIPED_WIDTH, 24)).columns))


def styled(text: str, colour: str | None = None, *, bold: bool = False) -> str:
    """Return *text* with colour for a terminal; `typer.echo` strips it when piped. NO_COLOR switches it off."""
    if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return typer.style(text, fg=colour, bold=bold)


def table(headings: Sequence[str], rows: Iterable[Sequence[str]], *, numeric: frozenset[int] = frozenset()) -> str:
    """Lay out *rows* under *headings*: columns two spaces apart, numbers to the right, the last column wrapped.

    Args:
        headings: One a column.
        rows: Cells as text.
        numeric: Indices of the columns to align to the right.
    """
    cells = [list(headings), *(list(row) for row in rows)]
    last = len(headings) - 1
    widths = [max(len(row[index]) for row in cells) for index in range(len(headings))]
    room = max(_NARROWEST, width() - sum(widths[:last]) - 2 * last)
    lines: list[str] = []
    for number, row in enumerate(cells):
        lead = "  ".join(
            cell.rjust(widths[index]) if index in numeric else cell.ljust(widths[index])
            for index, cell in enumerate(row[:last])
        )
        if last in numeric:
            pieces = [row[last].rjust(min(widths[last], room))]
        else:
            pieces = textwrap.wrap(row[last], room, break_on_hyphens=False) or [""]
        indent = "  " if last else ""
        lines.append((lead + indent + pieces[0]).rstrip())
        lines += [" " * len(lead) + indent + piece for piece in pieces[1:]]
        if number == 0:
            lines.append(
                "  ".join("-" * min(size, room if index == last else size) for index, size in enumerate(widths))
            )
    return "\n".join(lines)


def table_of_texts(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out *rows* as `table` does; where the texts of the last column have no room beside the others, below them.

    Args:
        headings: One a column.
        rows: Cells as text, the last a sentence or none.
    """
    cells = list(rows)
    beside = table(headings, cells)
    if max(map(len, beside.splitlines())) <= width():
        return beside
    heading, rule, *leads = table(headings[:-1], [row[:-1] for row in cells]).splitlines()
    lines = [heading, wrapped(headings[-1]), rule]
    for lead, row in zip(leads, cells, strict=True):
        lines += [lead, wrapped(row[-1])] if row[-1] else [lead]
    return "\n".join(lines)


def wrapped(text: str, indent: str = "  ") -> str:
    """Fill *text* to the width of the output, every line indented."""
    return textwrap.fill(
        text,
        width(),
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
        break_long_words=False,
    )


def led(head: str, rest: str, colour: str | None = None, *, bold: bool = False) -> str:
    """Fill lines that begin with a styled *head*; it is styled last, because colour has no width."""
    text = wrapped(head + rest, "")
    return styled(head, colour, bold=bold) + text.removeprefix(head) if text.startswith(head) else text
