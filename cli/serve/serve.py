"""`cleanroom serve`: the AWS API of clean rooms on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from cli.console.ending import fail, not_installed
from cli.console.options import ReadingOption


def serve(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)] = 4567,
    room: Annotated[
        list[Path] | None, typer.Option("--room", metavar="ROOM", help="Rooms to create at the start.")
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            metavar="DIR",
            help="Sample rows of the rooms' tables.",
            show_default=False,
            exists=True,
            file_okay=False,
        ),
    ] = None,
    state: Annotated[
        Path | None, typer.Option("--state", metavar="FILE", help="Keep everything in this file across restarts.")
    ] = None,
    without_rooms: Annotated[
        bool,
        typer.Option("--without-rooms", help="Create only what the rooms need: rows, catalogue, models."),
    ] = False,
    reading: ReadingOption = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Do not log requests.")] = False,
) -> None:
    """Serve AWS Clean Rooms locally, with S3, Glue, IAM, STS and KMS, until interrupted.

    Give clients the address as their endpoint, such as `aws --endpoint-url http://127.0.0.1:4567 cleanrooms ...`.
    """
    try:
        from simulator.api.server import LOG, LocalServer
    except ModuleNotFoundError as error:
        fail(not_installed(error.name, "local"))
    from cli.serve.endpoint import ANYBODY, exports, log_to_stderr, preload, preload_surroundings, served, settings_of
    from simulator.api.state_file import StateFileError
    from simulator.api.world import WORLD
    from simulator.execution.errors import WrongLimitError

    WORLD.settings = settings_of(reading)
    if not quiet:
        log_to_stderr(LOG)
    try:
        server = LocalServer(port, state)
    except OSError as error:
        fail(f"cannot serve on port {port}: {error.strerror}")
    except (StateFileError, WrongLimitError) as error:
        fail(str(error))
    with served(server):
        speaker = ANYBODY
        for each in room or ():
            speaker = (preload_surroundings if without_rooms else preload)(server, each, data)
        typer.echo(f"serving on {server.url}  (health: {server.url}/_health; stop with Ctrl-C)")
        for line in exports(server.url, speaker):
            typer.echo(line)
