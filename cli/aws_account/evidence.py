"""`cleanroom evidence pull`: what Amazon Macie knows, for policies that run without credentials."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.aws_account.asking import Asking
from cli.console.options import EndpointOption, ProfileOption, RegionOption
from cli.console.possible_paths import with_possible_paths

if TYPE_CHECKING:
    from declarations.macie_evidence import MacieEvidence

_ASKING = Asking("evidence", unfit="Macie says something that evidence cannot hold")

evidence = typer.Typer(help="Pull what Amazon Macie knows.", no_args_is_help=True, rich_markup_mode=None)


@evidence.callback()
def _group() -> None:
    pass


@evidence.command()
@with_possible_paths
def pull(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="Where to write the evidence.")],
    bucket: Annotated[
        list[str] | None, typer.Option("--bucket", metavar="NAME", help="Findings about this bucket only; repeatable.")
    ] = None,
    region: RegionOption = None,
    profile: ProfileOption = None,
    endpoint_url: EndpointOption = None,
) -> None:
    """Write the classification jobs and findings of an account, for `cleanroom check` to read.

    Only reads. Writes over FILE. For several accounts, write a file each into one folder.

    Exit codes: 0 written, 2 no credentials, Macie refuses, or FILE cannot be written.
    """
    found = _pulled(region, profile, endpoint_url, bucket or [])
    _ASKING.write(output, json.dumps(found.to_file(), indent=2) + "\n")
    enabled = "" if found.session else "; Macie is not enabled there"
    typer.echo(
        f"wrote {output}: account {found.account}, {len(found.jobs)} jobs, {len(found.findings)} findings{enabled}",
        err=True,
    )


def _pulled(region: str | None, profile: str | None, endpoint_url: str | None, buckets: list[str]) -> MacieEvidence:
    with _ASKING.answers():
        from components.pulling.evidence import pull_evidence

        session = _ASKING.session(region, profile)
        account = _ASKING.client(session, "sts", endpoint_url).get_caller_identity()["Account"]
        macie = _ASKING.client(session, "macie2", endpoint_url)
        return pull_evidence(macie, account, datetime.now(UTC), buckets)
