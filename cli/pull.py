"""`cleanroom pull`: a live collaboration, as one member sees it, becomes a room file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from components.pulling import PulledRoom


def pull(
    membership: Annotated[str, typer.Option("--membership", metavar="ID", help="The membership to pull.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Where to write the room. [standard output]")
    ] = None,
    import_file: Annotated[
        Path | None,
        typer.Option("--import-file", metavar="FILE", help="Also write the file for `pulumi import --file`."),
    ] = None,
    region: Annotated[str | None, typer.Option("--region", help="AWS region. [that of the profile]")] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="AWS profile. [the default chain]")] = None,
    endpoint_url: Annotated[
        str | None, typer.Option("--endpoint-url", metavar="URL", help="Another endpoint, such as cleanroom serve's.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write over files that are there.")] = False,
) -> None:
    """Write a live collaboration as a room, with partners' tables and rules as far as the service shows them.

    Only reads. What the service does not show (where partners keep their rows, ...) is listed at the head of the file.

    Exit codes: 0 written, 2 no credentials, no such membership, or a file is in the way.
    """
    written = [path for path in (output, import_file) if path is not None]
    if not force and (taken := next((path for path in written if path.exists()), None)):
        _fail(f"{taken} is there already; name another file, or say --force")
    from components.pulling import import_file as import_json
    from components.pulling import room_yaml

    pulled = _pulled(membership, region, profile, endpoint_url)
    if output is None:
        typer.echo(room_yaml(pulled), nl=False)
    else:
        _write(output, room_yaml(pulled))
    if import_file is not None:
        _write(import_file, import_json(pulled))
    for path in written:
        typer.echo(f"wrote {path}", err=True)


def _pulled(membership: str, region: str | None, profile: str | None, endpoint_url: str | None) -> PulledRoom:
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError:
        _fail("cleanroom pull needs boto3: pip install -e '.[deploy]'")
    from pydantic import ValidationError

    from components.pulling import pull as pull_room

    try:
        return pull_room(_client(region, profile, endpoint_url), membership)
    except ClientError as error:
        _fail(f"AWS refused {error.operation_name}: {error.response['Error'].get('Message') or error}")
    except BotoCoreError as error:
        _fail(f"AWS cannot be asked: {str(error).rstrip('.')}; see --profile and --region")
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        _fail(f"the collaboration holds something that a room cannot declare: {where}: {first['msg']}")


def _client(region: str | None, profile: str | None, endpoint_url: str | None) -> Any:  # noqa: ANN401 - boto3's client
    import boto3

    return boto3.Session(profile_name=profile, region_name=region).client("cleanrooms", endpoint_url=endpoint_url)


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        _fail(f"cannot write {path}: {error.strerror}")


def _fail(message: str) -> NoReturn:
    typer.echo(f"cleanroom pull: {message}", err=True)
    raise typer.Exit(ExitCode.INPUT)
