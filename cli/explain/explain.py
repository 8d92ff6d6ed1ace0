"""`cleanroom explain`: what a member may do with each table, and which checks a query meets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from cli.console.ending import fail
from cli.console.options import Format, FormatOption, MemberOption, ReadingOption, RoomArgument

if TYPE_CHECKING:
    from cli.rooms.opening_aws import OpenedRoom
    from cli.rooms.subject import Subject
    from simulator.explaining import TablePage
    from simulator.request import Table


def explain(
    room: RoomArgument,
    tables: Annotated[
        list[str] | None, typer.Argument(metavar="[TABLE]...", help="Tables to explain, by their SQL name. [all]")
    ] = None,
    member: MemberOption = None,
    query: Annotated[
        list[str] | None, typer.Option("--query", "-q", help="Explain the verdict on this query or template instead.")
    ] = None,
    queries: Annotated[bool, typer.Option("--queries", help="Explain the verdicts on all queries instead.")] = False,
    reading: ReadingOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show what a member may do with each table and column.

    Each table ends with an allowed query to start from.

    With --query or --queries: which checks a query met, on which page each rests, and what it said.

    Example: cleanroom explain examples/complete_journey/reach transactions

    Exit codes: 0 explained, 2 the files or names are wrong.
    """
    from cli.rooms.opening import find_or_exit, load_any_or_exit, parse_settings
    from cli.rooms.opening_aws import OpenedRoom

    opened = load_any_or_exit(room, parse_settings(reading or []), member)
    if not isinstance(opened, OpenedRoom):
        from cli.explain.answers_bigquery import print_views

        named = [find_or_exit(opened, name) for name in query or ()] or (opened.subjects if queries else ())
        print_views(opened, tables or (), named, show_views=not (query or queries) or bool(tables), output=output)
        return
    who = opened.submitted_by or opened.room.query_runner
    subjects = [find_or_exit(opened, name) for name in query or ()] or (opened.subjects if queries else ())
    pages = [] if (query or queries) and not tables else _pages(opened, who, tables or ())
    _print(opened, who, pages, subjects, output)


def _pages(opened: OpenedRoom, member: str, names: Sequence[str]) -> list[TablePage]:
    from simulator import room as simulated
    from simulator.explaining import explain_table
    from simulator.explaining.budget_limits import budget_limits

    request = simulated.request(opened.room, "", settings=opened.settings)
    pages = []
    for table in _chosen(request.tables, names):
        page = explain_table(request, member, table)
        pages.append(replace(page, limits=(*page.limits, *budget_limits(opened.room, table))))
    return pages


def _chosen(tables: Mapping[str, Table], names: Sequence[str]) -> list[Table]:
    from declarations.naming import did_you_mean

    if unknown := [name for name in names if name.lower() not in tables]:
        known = ", ".join(table.name for table in tables.values()) or "none"
        meant = did_you_mean(unknown[0], (table.name for table in tables.values()))
        fail(f"{unknown[0]!r} is not a table of this room; its tables: {known}{meant}")
    return [tables[name.lower()] for name in names] or list(tables.values())


def _print(
    opened: OpenedRoom, member: str, pages: Sequence[TablePage], subjects: Sequence[Subject], output: Format
) -> None:
    from cli.console.terminal import styled
    from cli.explain.answers import document, query_text, table_text

    if output is Format.JSON:
        import json

        typer.echo(json.dumps(document(opened, member, pages, subjects), indent=2))
        return
    typer.echo(styled(opened.room.collaboration.name, bold=True) + f"  ({opened.loaded.path})")
    if pages:
        typer.echo(f"what {opened.member(member)} may do")
    for page in pages:
        typer.echo("\n" + table_text(opened, page))
    for subject in subjects:
        typer.echo("\n" + query_text(opened, subject))
