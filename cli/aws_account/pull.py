"""`cleanroom pull`: a live collaboration, as one member sees it, becomes a room file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.aws_account.asking import Asking
from cli.console.options import EndpointOption, ProfileOption, RegionOption
from declarations.naming import counted

if TYPE_CHECKING:
    from components.pulling import PulledRoom

_ASKING = Asking("pull", unfit="the collaboration holds something that a room cannot declare")


def pull(
    membership: Annotated[str, typer.Option("--membership", metavar="ID", help="The membership to pull.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Where to write the room; folders are made. [standard output]"
        ),
    ] = None,
    import_file: Annotated[
        Path | None,
        typer.Option("--import-file", metavar="FILE", help="Also write the file for `pulumi import --file`."),
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    endpoint_url: EndpointOption = None,
    force: Annotated[bool, typer.Option("--force", help="Overwrite existing files.")] = False,
) -> None:
    """Write a live collaboration as a room, with partners' tables and rules as far as the service shows them.

    Only reads. The head of the file lists what the service does not show (where partners keep their rows, ...), and
    what a room cannot declare and this one therefore lacks, such as half a rule whose other half is still to be made.

    Exit codes: 0 written, 2 no credentials, no such membership, or a file is in the way.
    """
    written = [path for path in (output, import_file) if path is not None]
    if not force and (taken := next((path for path in written if path.exists()), None)):
        _ASKING.fail(f"{taken} is there already; name another file, or say --force")
    pulled = _pulled(membership, region, profile, endpoint_url)
    from components.pulling import import_file as import_json
    from components.pulling import room_yaml

    if output is None:
        typer.echo(room_yaml(pulled), nl=False)
    else:
        _ASKING.write(output, room_yaml(pulled))
    if import_file is not None:
        _ASKING.write(import_file, import_json(pulled))
    for path in written:
        typer.echo(f"wrote {path}", err=True)
    if pulled.left_out:
        told = counted(len(pulled.left_out), "part")
        typer.echo(f"left out {told} that a room cannot declare; see the head of the room", err=True)


def _pulled(membership: str, region: str | None, profile: str | None, endpoint_url: str | None) -> PulledRoom:
    with _ASKING.answers():
        from components.pulling import pull as pull_room

        client = _ASKING.client(_ASKING.session(region, profile), "cleanrooms", endpoint_url)
        return pull_room(client, membership)
