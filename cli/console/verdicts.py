"""How verdicts and their findings look: SQL with the offending span underlined; the same as data for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cli.console.terminal import styled, width, wrapped

if TYPE_CHECKING:
    from simulator.verdict import Finding, Span

COLOURS = {"allowed": "green", "denied": "red", "undocumented": "yellow"}
"""The colour of each verdict, on a terminal only."""


def coloured(laid_out: str) -> str:
    """Colour the verdict that each line of a table begins with."""
    lines = []
    for line in laid_out.splitlines():
        verdict = line.partition(" ")[0]
        lines.append(styled(verdict, COLOURS[verdict]) + line[len(verdict) :] if verdict in COLOURS else line)
    return "\n".join(lines)


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


def finding_text(finding: Finding, sql: str, where: str, owner_name: str | None, cloud: str) -> str:
    """Describe one finding: place, whose rule, the SQL underlined, what would be allowed, and the page that says so.

    Args:
        finding: The finding.
        sql: The query's text.
        where: The query's name or path.
        owner_name: Display name of the member whose rule refuses, if one.
        cloud: The service whose rules were asked, as messages name it.
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
        lines.append(wrapped(f"{cloud} says: {finding.service_message}"))
    if finding.setting:
        lines.append(wrapped(f"the documentation leaves this open; setting {finding.setting!r} decides it"))
    lines.append(wrapped(f"{finding.basis.value}: {finding.source}"))
    return "\n".join(lines)


def finding_json(finding: Finding) -> dict[str, Any]:
    """Describe one finding to a program; keys are stable."""
    return {
        "check": finding.check,
        "message": finding.message,
        "source": finding.source,
        "basis": finding.basis.value,
        "span": finding.span and _span_json(finding.span),
        "table": finding.table,
        "owner": finding.owner,
        "setting": finding.setting,
        "service_message": finding.service_message,
    }


def _span_json(span: Span) -> dict[str, int]:
    return {"line": span.line, "column": span.column, "start": span.start, "length": span.length}
