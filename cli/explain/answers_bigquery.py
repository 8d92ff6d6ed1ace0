"""How `cleanroom explain` shows a room of BigQuery: the views with their rules, or which checks queries met."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Sequence
from typing import Any

import typer

from cli.console.ending import fail
from cli.console.options import Format
from cli.console.terminal import styled, table, wrapped
from cli.console.verdicts import COLOURS, finding_json
from cli.explain.answers import query_json, query_text
from cli.rooms.opening_bigquery import OpenedBigQueryRoom
from cli.rooms.subject import Subject
from declarations.naming import did_you_mean
from simulator.explaining.protected_views import ViewPage, explain_views
from simulator.views import bigquery_room


def print_views(
    opened: OpenedBigQueryRoom, names: Sequence[str], subjects: Sequence[Subject], *, show_views: bool, output: Format
) -> None:
    """Print the views named, or all, and the verdicts on *subjects*.

    Args:
        opened: The room.
        names: Paths of views; none means all. One that is not there exits with `ExitCode.INPUT`.
        subjects: Queries to explain.
        show_views: Whether views are shown at all.
        output: For people or for programs.
    """
    pages = _chosen(opened, names) if show_views else []
    if output is Format.JSON:
        typer.echo(json.dumps(_document(opened, pages, subjects), indent=2))
        return
    typer.echo(styled(opened.title, bold=True) + f"  ({opened.loaded.path})\n{opened.about}")
    for page in pages:
        typer.echo("\n" + _page_text(page))
    for subject in subjects:
        typer.echo("\n" + query_text(opened, subject))


def _chosen(opened: OpenedBigQueryRoom, names: Sequence[str]) -> list[ViewPage]:
    request = bigquery_room.request(opened.room, "", settings=opened.settings, known=opened.tables)
    pages = {page.view.name: page for page in explain_views(request)}
    if unknown := [name for name in names if name not in pages]:
        known = ", ".join(pages) or "none"
        meant = did_you_mean(unknown[0], pages)
        fail(f"{unknown[0]!r} is not a view with a policy of this room; its views: {known}{meant}")
    return [pages[name] for name in names] or list(pages.values())


def _page_text(page: ViewPage) -> str:
    verdict = styled(page.example.outcome, COLOURS[page.example.outcome])
    columns = ", ".join(f"{name} {kind}".strip() for name, kind in page.view.columns.items())
    return "\n".join(
        (
            styled(page.view.name, bold=True) + f": {page.kind}",
            wrapped(f"columns: {columns}"),
            table(("what", "says"), page.limits),
            f"\na query to start from: {verdict}",
            textwrap.indent(page.example.sql, "  "),
        )
    )


def _document(opened: OpenedBigQueryRoom, pages: Sequence[ViewPage], subjects: Sequence[Subject]) -> dict[str, Any]:
    return {
        "room": opened.title,
        "project": opened.room.project,
        "file": str(opened.loaded.path),
        "views": [_page_json(page) for page in pages],
        "queries": [query_json(subject) for subject in subjects],
    }


def _page_json(page: ViewPage) -> dict[str, Any]:
    return {
        "name": page.view.name,
        "rule": page.kind.value,
        "columns": dict(page.view.columns),
        "limits": [{"what": what, "says": says} for what, says in page.limits],
        "example": {
            "verdict": page.example.outcome.value,
            "sql": page.example.sql,
            "findings": [finding_json(finding) for finding in page.example.findings],
        },
    }
