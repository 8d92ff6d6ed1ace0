"""How `cleanroom serve` serves: until a signal comes, with the log on standard error and rooms from the start."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from cli.exit_codes import ExitCode
from cli.opening import load_or_exit

if TYPE_CHECKING:
    from simulator.api.server import LocalServer


def log_to_stderr(log: logging.Logger) -> None:
    """Print one line a request."""
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s  %(message)s", "%H:%M:%S"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)


@contextmanager
def served(server: LocalServer) -> Iterator[None]:
    """Serve; after the block wait for Ctrl-C or SIGTERM, then shut down cleanly."""
    over = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: over.set())
    server.start()
    try:
        yield
        over.wait()
    finally:
        server.stop()
        typer.echo("stopped", err=True)


def preload(server: LocalServer, path: Path, data: Path | None) -> None:
    """Build the room at *path* through the endpoint, and print what it got.

    A room that cannot be loaded ends the command with `ExitCode.INPUT`.
    """
    from simulator.api.preloading import PreloadingError, build_room

    room = load_or_exit(path).room
    try:
        built = build_room(server.url, room, data)
    except PreloadingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.INPUT) from None
    typer.echo(f"room {room.collaboration.name!r}: collaboration {built.collaboration_id}")
    for account, member in built.members.items():
        typer.echo(
            f"  {room.members[account].display_name} ({account}): membership {member.membership_id}, "
            f"access key {member.access_key} / {member.secret_key}"
        )


def preload_surroundings(server: LocalServer, path: Path, data: Path | None) -> None:
    """Put what the room at *path* stands on at the endpoint, without the room: `pulumi up` deploys that.

    A room that cannot be loaded ends the command with `ExitCode.INPUT`.
    """
    from simulator.api.preloading import PreloadingError, place_surroundings

    room = load_or_exit(path).room
    try:
        place_surroundings(server.url, room, data)
    except PreloadingError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(ExitCode.INPUT) from None
    typer.echo(f"room {room.collaboration.name!r}: only what it stands on")
