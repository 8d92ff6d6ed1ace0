"""`cleanroom init`: a first room that loads, checks and runs, from two members and files of rows."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, get_args

import typer

from cli.console.ending import fail
from cli.console.writing import write_or_fail
from cli.init.rule import Rule

if TYPE_CHECKING:
    from cli.init.sharing import NewTable
    from cli.init.wanted import Member, TableFile


def init(
    room: Annotated[Path, typer.Argument(metavar="ROOM", help="The room's folder; made if missing.")],
    member: Annotated[
        list[str], typer.Option("--member", metavar="NAME=ACCOUNT", help="First who brings tables, then who asks.")
    ],
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table",
            metavar="[MEMBER:]NAME=FILE",
            help="A .csv, .json or .parquet file; the first member's, if none is named. [invented rows]",
        ),
    ] = None,
    rule: Annotated[Rule, typer.Option("--rule", help="The rule of the tables.")] = Rule.AGGREGATION,
    region: Annotated[str, typer.Option("--region", help="AWS region.")] = "us-east-1",
) -> None:
    """Begin a room: a room.yaml of two members and their tables, and a first query that is allowed.

    Column names and types are those of the files. Every line that you have to decide has a comment; until then the room
    shares as little as it can.

    Example: cleanroom init reach --member Retailer=111111111111 --member Brand=222222222222
    --table Retailer:sales=sales.csv --table Brand:mailed=mailed.csv

    Exit codes: 0 written, 2 a word is wrong, a file cannot be read, or a room is there already.
    """
    from cli.init.room import FIRST_QUERY, room_text
    from cli.init.sharing import first_query, unfit
    from cli.init.wanted import is_displayable, members_or_exit, tables_or_exit
    from declarations.loading import ROOM_FILES
    from declarations.naming import did_you_mean
    from declarations.regions import SupportedS3Region

    members, name = members_or_exit(member), room.resolve().name
    if not is_displayable(name):
        fail(f"cleanroom init: {name!r} cannot be a room's name; name a folder with 1 to 100 characters")
    if region not in (known := get_args(SupportedS3Region)):
        fail(f"cleanroom init: --region: {region!r} is no AWS region{did_you_mean(region, known)}")
    if taken := next((room / name for name in (*ROOM_FILES, "queries") if (room / name).exists()), None):
        fail(f"cleanroom init: {taken} is there already; name a new folder")
    files = tables_or_exit(table, members) if table else _invented(room, members)
    tables = [_read(file) for file in files]
    if why := unfit(tables, rule):
        fail(f"cleanroom init: {why}")
    _write(room / "room.yaml", room_text(name, region, members, tables, rule))
    _write(room / "queries" / f"{FIRST_QUERY}.sql", f"-- title: A first query\n{first_query(tables, rule)}\n")
    _print_next(room, FIRST_QUERY, files)


def _invented(room: Path, members: tuple[Member, Member]) -> list[TableFile]:
    """Write invented rows, and return the tables that hold them: one of each member."""
    from cli.init.invented import INVENTED
    from cli.init.wanted import TableFile

    files = [
        TableFile(name, owner, room / "data" / f"{name}.csv") for owner, name in zip(members, INVENTED, strict=True)
    ]
    for file in files:
        if file.path.exists():
            fail(f"cleanroom init: {file.path} is there already; name a new folder, or your tables")
        _write(file.path, INVENTED[file.name])
    return files


def _read(file: TableFile) -> NewTable:
    from cli.init.columns import columns_of
    from cli.init.sharing import NewTable
    from simulator.execution.errors import ExecutionError

    try:
        columns = columns_of(file.name, file.path)
    except ExecutionError as error:
        fail(f"cleanroom init: {error}")
    except OSError as error:
        fail(f"cleanroom init: table {file.name!r}: {error.filename} cannot be read: {error.strerror}")
    return NewTable(file.name, file.owner.account, columns)


def _write(path: Path, text: str) -> None:
    write_or_fail(path, text, "cleanroom init")
    typer.echo(f"wrote {path}")


def _print_next(room: Path, query: str, files: Sequence[TableFile]) -> None:
    """Say what to do next; the rows are found by their tables' names."""
    folder = files[0].path.parent
    found = all(
        file.path.parent == folder and file.path.name.split(".")[0].lower() == file.name.lower() for file in files
    )
    typer.echo("\nnext: decide the lines of room.yaml that have a comment, and ask")
    typer.echo(f"  cleanroom check {shlex.quote(str(room))}")
    data = shlex.quote(str(folder)) if found else "FOLDER"
    typer.echo(f"  cleanroom run {shlex.quote(str(room))} {query} --data {data}")
    if not found:
        wanted = ", ".join(f"{file.name}{file.path.suffix or '/'}" for file in files)
        typer.echo(f"where FOLDER holds the rows under their tables' names: {wanted}")
