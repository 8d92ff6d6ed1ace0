"""`cleanroom doctor`: what keeps `pulumi up` from working here, and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from cli.console.ending import fail, not_installed
from cli.console.exit_codes import ExitCode
from cli.console.options import EndpointOption, Format, FormatOption, ProfileOption

if TYPE_CHECKING:
    from components.doctor import Case, Finding
    from declarations.clean_room import CleanRoom

_COLOURS: Final = {"ok": "green", "warn": "yellow", "fail": "red"}


def doctor(
    room: Annotated[
        Path | None, typer.Argument(metavar="[ROOM]", help="The room to be deployed.", show_default=False)
    ] = None,
    stack: Annotated[
        str | None, typer.Option("--stack", metavar="NAME", help="Take the rest from Pulumi.NAME.yaml.")
    ] = None,
    account: Annotated[
        str | None, typer.Option("--account", help="The member's account. [that of the credentials]")
    ] = None,
    region: Annotated[str | None, typer.Option("--region", help="AWS region. [the room's]")] = None,
    profile: ProfileOption = None,
    role: Annotated[str | None, typer.Option("--role", metavar="ARN", help="The role to assume.")] = None,
    endpoint_url: EndpointOption = None,
    format_: FormatOption = Format.TEXT,
) -> None:
    """Check what `pulumi up` needs: the CLI, the plugin, credentials, account, region, endpoint, quotas.

    Only reads, and prints no secret. Run it in the folder of Pulumi.yaml.

    Exit codes: 0 nothing fails, 1 a check fails, 2 the room or the stack's file is wrong.
    """
    try:
        from components.doctor import Case, examine
    except ModuleNotFoundError as error:
        fail(not_installed(error.name, "deploy"))
    told = _configuration(stack) if stack else {}
    place = room or (Path(told["room"]) if told.get("room") else None)
    assumed = told.get("assumeRole") or {}
    case = Case(
        project=Path.cwd(),
        room=_room(place) if place else None,
        account=account or (str(told["account"]) if told.get("account") else None),
        region=region or told.get("region") or None,
        profile=profile,
        endpoint=endpoint_url or told.get("endpoint") or None,
        role_arn=role or assumed.get("roleArn"),
        external_id=assumed.get("externalId"),
        makes_sources=str(told.get("makeDataSources")).lower() == "true",
    )
    _report(case, tuple(examine(case)), format_)


def _report(case: Case, findings: tuple[tuple[str, Finding], ...], format_: Format) -> None:
    if format_ is Format.JSON:
        _print_json(case, findings)
    else:
        for name, finding in findings:
            _print_text(name.replace("_", " "), finding)
    if any(finding.level == "fail" for _, finding in findings):
        raise typer.Exit(ExitCode.DENIED)


def _print_text(name: str, finding: Finding) -> None:
    from cli.console.terminal import styled, wrapped

    level = styled(f"{finding.level:<4}", _COLOURS[finding.level])
    typer.echo(f"{level}  {name}: {finding.found}")
    if finding.fix:
        typer.echo(wrapped(finding.fix, "      "))


def _print_json(case: Case, findings: tuple[tuple[str, Finding], ...]) -> None:
    import json

    document = {
        "account": case.account or case.found_account,
        "checks": [
            {"check": name, "level": finding.level, "found": finding.found, "fix": finding.fix}
            for name, finding in findings
        ],
    }
    typer.echo(json.dumps(document, indent=2))


def _room(path: Path) -> CleanRoom:
    from cli.rooms.opening_aws import load_or_exit

    return load_or_exit(path).room


def _configuration(stack: str) -> Mapping[str, Any]:
    """Return what Pulumi.STACK.yaml configures for this project, keys without its namespace."""
    import yaml

    from components.stack_settings import unknown_key

    file = Path(f"Pulumi.{stack}.yaml")
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        written: Mapping[str, Any] = content.get("config") or {}
        split = [(key.rpartition(":"), value) for key, value in written.items()]
    except OSError as error:
        fail(f"--stack: cannot read {file}: {error.strerror}")
    except (yaml.YAMLError, AttributeError, UnicodeDecodeError):
        fail(f"--stack: {file} is not the configuration of a stack")
    config = {key: value for (namespace, _, key), value in split if namespace in {"", _project()}}
    for key in config:
        if reason := unknown_key(key):
            fail(f"--stack: {file}: {key} {reason}")
    return config


def _project() -> str | None:
    """Return the project's name, the namespace of its keys; None where there is no readable Pulumi.yaml."""
    import yaml

    try:
        return str(yaml.safe_load(Path("Pulumi.yaml").read_text(encoding="utf-8"))["name"])
    except (OSError, yaml.YAMLError, KeyError, TypeError, UnicodeDecodeError):
        return None
