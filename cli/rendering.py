"""How verdicts look: tables, and SQL with the offending span underlined; plain text when piped. Findings as JSON."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from simulator.verdict import Finding, Span

PIPED_WIDTH = 80
"""Columns when the output is not a terminal."""

COLOURS = {"allowed": "green", "denied": "red", "undocumented": "yellow"}
"""The colour of each verdict, on a terminal only."""


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
    room = max(20, width() - sum(widths[:last]) - 2 * last)
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


def coloured(laid_out: str) -> str:
    """Colour the verdict that each line of a table begins with."""
    lines = []
    for line in laid_out.splitlines():
        verdict = line.partition(" ")[0]
        lines.append(styled(verdict, COLOURS[verdict]) + line[len(verdict) :] if verdict in COLOURS else line)
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


def underlined(sql: str, span: Span, indent: str = "  ") -> str:
    """Return the lines of *sql* that hold *span*, numbered, with the span underlined.

    A span over several lines is underlined in its first three; a long line is cut around the span.
    """
    lines = sql.splitlines() or [""]
    shown: list[str] = []
    left, line, column = span.length, span.line, span.column
    while left > 0 and line <= len(lines) and len(shown) < 6:  # noqa: PLR2004 - three lines and their marks
        text = lines[line - 1].replace("\t", " ")
        gutter = f"{indent}{line:>4} | "
        marked = max(1, min(left, len(text) - column + 1))
        offset = max(0, column - 1 + marked - (width() - len(gutter) - 1))
        offset = min(offset, column - 1)
        visible = text[offset : offset + width() - len(gutter)]
        shown.append(gutter + visible)
        mark = "^" * max(1, min(marked, len(visible) - (column - 1 - offset)))
        shown.append(" " * (len(gutter) - 2) + "| " + " " * (column - 1 - offset) + styled(mark, "red", bold=True))
        left -= len(text) - column + 2
        line, column = line + 1, 1
        while left > 0 and line <= len(lines) and lines[line - 1][:1].isspace() and column <= len(lines[line - 1]):
            if not lines[line - 1][column - 1].isspace():
                break
            column, left = column + 1, left - 1
    return "\n".join(shown)


def finding_text(finding: Finding, sql: str, where: str, owner_name: str | None) -> str:
    """Describe one finding: place, whose rule, the SQL underlined, what would be allowed, and the page that says so.

    Args:
        finding: The finding.
        sql: The query's text.
        where: The query's name or path.
        owner_name: Display name of the member whose rule refuses, if one.
    """
    place = f"{where}:{finding.span.line}:{finding.span.column}" if finding.span else where
    whose = f" (rule of {finding.table!r}, {owner_name or finding.owner})" if finding.table else ""
    lines = [
        wrapped(f"{place}: {finding.check}{whose}", "").replace(finding.check, styled(finding.check, bold=True), 1)
    ]
    if finding.span:
        lines.append(underlined(sql, finding.span))
    lines.append(wrapped(finding.message))
    if finding.service_message:
        service = "BigQuery" if "cloud.google.com/" in finding.source else "AWS"
        lines.append(wrapped(f"{service} says: {finding.service_message}"))
    if finding.setting:
        lines.append(wrapped(f"the documentation leaves this open; setting {finding.setting!r} decides it"))
    lines.append(wrapped(f"{finding.basis.value}: {finding.source}"))
    return "\n".join(lines)


def finding_json(finding: Finding) -> dict[str, Any]:
    """Describe one finding to a program; keys are stable."""
    return {**asdict(finding), "basis": finding.basis.value}
