"""Arguments and options that several commands share, spelled once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Format(StrEnum):
    """Text for people, JSON for programs."""

    TEXT = "text"
    JSON = "json"


class Service(StrEnum):
    """Whose views are made from a room."""

    BIGQUERY = "bigquery"


RoomArgument = Annotated[Path, typer.Argument(metavar="ROOM", help="A room folder or room file.", show_default=False)]
ServiceArgument = Annotated[Service, typer.Argument(metavar="bigquery", help="The service.", show_default=False)]
ProjectOption = Annotated[
    str | None,
    typer.Option("--project", metavar="PROJECT", help="Project of paths without one. [the room's]"),
]
MemberOption = Annotated[
    str | None, typer.Option("--as", metavar="MEMBER", help="Account or name of the member who asks. [who can query]")
]
ReadingOption = Annotated[
    list[str] | None,
    typer.Option("--reading", metavar="NAME=strict|permissive", help="Answer an open question of the documentation."),
]
LedgerOption = Annotated[
    Path | None,
    typer.Option("--ledger", metavar="FILE", help="Where spent budget is kept. [ROOM/.cleanroom/ledger.sqlite]"),
]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]
RegionOption = Annotated[str | None, typer.Option("--region", help="AWS region. [that of the profile]")]
ProfileOption = Annotated[str | None, typer.Option("--profile", help="AWS profile. [the default chain]")]
EndpointOption = Annotated[
    str | None, typer.Option("--endpoint-url", metavar="URL", help="Another endpoint, such as cleanroom serve's.")
]
