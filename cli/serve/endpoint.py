"""How `cleanroom serve` serves: until a signal comes, with the log on standard error and rooms from the start."""

from __future__ import annotations

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import typer

from cli.console.ending import fail
from simulator.settings import Settings

if TYPE_CHECKING:
    from simulator.api.server import LocalServer


class Speaker(NamedTuple):
    """Who a shell speaks for at the endpoint.

    Attributes:
        access_key: An access key of its account; the endpoint takes any, and knows those that it gave out.
        secret_key: The secret that belongs to it.
        region: Where it looks.
    """

    access_key: str
    secret_key: str
    region: str


ANYBODY = Speaker("test", "test", "us-east-1")
"""The default account of moto."""


def exports(url: str, speaker: Speaker) -> tuple[str, ...]:
    """Return what a shell needs for its clients to find the endpoint and to speak for somebody.

    Args:
        url: The endpoint's address.
        speaker: Whom they speak for.
    """
    return (
        f"export AWS_ACCESS_KEY_ID={speaker.access_key} AWS_SECRET_ACCESS_KEY={speaker.secret_key}",
        f"export AWS_DEFAULT_REGION={speaker.region}",
        "unset AWS_SESSION_TOKEN AWS_PROFILE",
        f"export AWS_ENDPOINT_URL={url}",
    )


def settings_of(reading: list[str] | None) -> Settings:
    """Return the answers to open questions. What reads them, and rooms, is imported only where there are some."""
    if not reading:
        return Settings()
    from cli.rooms.opening import parse_settings

    return parse_settings(reading)


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


def preload(server: LocalServer, path: Path, data: Path | None) -> Speaker:
    """Build the room at *path* through the endpoint, and print what it got; return the member who queries.

    A room that cannot be loaded ends the command with `ExitCode.INPUT`.
    """
    from cli.rooms.opening_aws import load_or_exit
    from simulator.api.preloading import PreloadingError, build_room

    room = load_or_exit(path).room
    try:
        built = build_room(server.url, room, data)
    except PreloadingError as error:
        fail(str(error))
    typer.echo(f"room {room.collaboration.name!r}: collaboration {built.collaboration_id}")
    for account, member in built.members.items():
        typer.echo(
            f"  {room.members[account].display_name} ({account}): membership {member.membership_id}, "
            f"access key {member.access_key} / {member.secret_key}"
        )
    runner = built.members.get(room.query_runner)
    return (
        Speaker(runner.access_key, runner.secret_key, room.region) if runner else ANYBODY._replace(region=room.region)
    )


def preload_surroundings(server: LocalServer, path: Path, data: Path | None) -> Speaker:
    """Put what the room at *path* stands on at the endpoint, without the room: `pulumi up` deploys that.

    Returns whoever asks in the room's region: those who deploy assume roles.

    A room that cannot be loaded ends the command with `ExitCode.INPUT`.
    """
    from cli.rooms.opening_aws import load_or_exit
    from simulator.api.preloading import PreloadingError, place_surroundings

    room = load_or_exit(path).room
    try:
        place_surroundings(server.url, room, data)
    except PreloadingError as error:
        fail(str(error))
    typer.echo(f"room {room.collaboration.name!r}: only what it stands on")
    return ANYBODY._replace(region=room.region)
