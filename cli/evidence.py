"""`cleanroom evidence pull`: what Amazon Macie knows, for policies that run without credentials."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from declarations.macie_evidence import MacieEvidence

evidence = typer.Typer(help="Pull what Amazon Macie knows.", no_args_is_help=True, rich_markup_mode=None)


@evidence.callback()
def _group() -> None:
    pass


@evidence.command()
def pull(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write it.")],
    bucket: Annotated[
        list[str] | None, typer.Option("--bucket", metavar="NAME", help="Findings about this bucket; several times.")
    ] = None,
    region: Annotated[str | None, typer.Option("--region", help="AWS region. [that of the profile]")] = None,
    profile: Annotated[str | None, typer.Option("--profile", help="AWS profile. [the default chain]")] = None,
    endpoint_url: Annotated[
        str | None, typer.Option("--endpoint-url", metavar="URL", help="Another endpoint, such as cleanroom serve's.")
    ] = None,
) -> None:
    """Write the classification jobs and findings of an account, for `cleanroom check` to read.

    Only reads. Writes over FILE. For several accounts, write a file each into one folder.

    Exit codes: 0 written, 2 no credentials, Macie refuses, or FILE cannot be written.
    """
    found = _pulled(region, profile, endpoint_url, bucket or [])
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text(json.dumps(found.to_file(), indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        _fail(f"cannot write {output}: {error.strerror}")
    enabled = "" if found.session else "; Macie is not enabled there"
    typer.echo(
        f"wrote {output}: account {found.account}, {len(found.jobs)} jobs, {len(found.findings)} findings{enabled}",
        err=True,
    )


def _pulled(region: str | None, profile: str | None, endpoint_url: str | None, buckets: list[str]) -> MacieEvidence:
    try:
        import boto3
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError:
        _fail("needs boto3: pip install -e '.[deploy]'")
    from pydantic import ValidationError

    from components.pulling.evidence import pull_evidence

    try:
        session = boto3.Session(profile_name=profile, region_name=region)
        account = session.client("sts", endpoint_url=endpoint_url).get_caller_identity()["Account"]
        macie = session.client("macie2", endpoint_url=endpoint_url)
        return pull_evidence(macie, account, datetime.now(UTC), buckets)
    except ClientError as error:
        _fail(f"AWS refused {error.operation_name}: {error.response['Error'].get('Message') or error}")
    except BotoCoreError as error:
        _fail(f"AWS cannot be asked: {str(error).rstrip('.')}; see --profile and --region")
    except ValidationError as error:  # a ValueError, and so before the next
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        _fail(f"Macie says something that evidence cannot hold: {where}: {first['msg']}")
    except ValueError as error:  # botocore's word for an address that is none
        _fail(f"--endpoint-url: {error}; write an address such as 'http://127.0.0.1:5000'")


def _fail(message: str) -> NoReturn:
    typer.echo(f"cleanroom evidence: {message}", err=True)
    raise typer.Exit(ExitCode.INPUT)
