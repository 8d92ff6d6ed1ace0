"""`cleanroom policy list|show|new`: which policies there are, what one says, and a new one of the company's own."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence
from keyword import iskeyword
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from cli.console.ending import fail, problems_told
from cli.console.options import Format, FormatOption
from cli.console.possible_paths import with_possible_paths
from cli.policy.check_state import check_state

if TYPE_CHECKING:
    from policies.configuration import Configured
    from policies.judging import Chosen
    from policies.policy import Policy

policy = typer.Typer(help="List, show and write policies.", no_args_is_help=True, rich_markup_mode=None)
policy.command("check-state")(with_possible_paths(check_state))

SettingsOption = Annotated[
    Path | None, typer.Option("--policies", metavar="FILE", help="The company's decisions. [nearest policies.yaml]")
]


@policy.command("list")
@with_possible_paths
def list_policies(settings: SettingsOption = None, output: FormatOption = Format.TEXT) -> None:
    """List all policies with the company's levels, own packs included.

    Exit codes: 0 listed, 2 the company's decisions are wrong.
    """
    from cli.console.terminal import table_of_texts

    configured = _configured_or_exit(settings)
    chosen = {one.policy.name: one for one in configured.chosen}
    if output is Format.JSON:
        typer.echo(json.dumps([_json(one, chosen.get(one.name)) for one in configured.policies], indent=2))
        return
    rows = [(one.name, one.severity, _level(one, chosen), one.page.title) for one in configured.policies]
    typer.echo(table_of_texts(("policy", "severity", "level", "forbids"), rows))


@policy.command()
@with_possible_paths
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Of a policy or a check of queries.", show_default=False)],
    settings: SettingsOption = None,
    output: FormatOption = Format.TEXT,
) -> None:
    """Show a policy's page: what it forbids, why, what to write instead, and what can be configured.

    A check of queries has such a page, too; verdicts name checks.

    Exit codes: 0 shown, 2 there is no such policy or check.
    """
    configured = _configured_or_exit(settings)
    found = next((one for one in configured.policies if one.name == name), None)
    if found is None:
        _show_check(name, [one.name for one in configured.policies], output)
        return
    chosen = {one.policy.name: one for one in configured.chosen}
    described = _json(found, chosen.get(name))
    typer.echo(json.dumps(described, indent=2) if output is Format.JSON else _page(found, described))


def _show_check(name: str, policies: Sequence[str], output: Format) -> None:
    """Show the page of a check of queries, or say that *name* is neither that nor one of *policies*."""
    from cli.policy.check_page import check_json, check_text
    from declarations.naming import did_you_mean
    from simulator.analysis_rules.checks import check_pages

    if name not in check_pages():
        known = (*policies, *check_pages())
        _fail(f"there is no policy {name!r}{did_you_mean(name, known) or '; cleanroom policy list shows all'}")
    typer.echo(json.dumps(check_json(name), indent=2) if output is Format.JSON else check_text(name))


@policy.command()
@with_possible_paths
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it forbids, in snake_case.", show_default=False)],
    pack: Annotated[Path, typer.Option("--pack", metavar="DIR", help="The pack's folder; made if missing.")],
    subject: Annotated[str, typer.Option("--subject", help="What it judges: the key in the room file.")],
) -> None:
    """Write a policy with its page and its test into a pack of the company's own.

    Exit codes: 0 written, 2 a name is wrong, or the policy is there already.
    """
    from cli.policy.template import EXAMPLES, new_files
    from declarations.loading import LoadingError
    from declarations.loading.waivers import POLICIES_FILE
    from declarations.naming import did_you_mean, listed
    from policies.configuration import find_settings
    from policies.registry import BASELINE

    if not re.fullmatch(r"[a-z][a-z0-9_]{0,127}", name) or iskeyword(name) or name == "registry":
        _fail(f"{name!r} is not the name of a policy; write what it forbids in snake_case, such as 'unnamed_owner'")
    if name in {one.name for one in BASELINE}:
        _fail(f"{name!r} is a policy that comes with the product; take another name")
    if subject not in EXAMPLES:
        _fail(f"{subject!r} is not a subject{did_you_mean(subject, EXAMPLES)}; allowed: {listed(EXAMPLES)}")
    if not pack.resolve().name.isidentifier() or iskeyword(pack.resolve().name):
        _fail(f"{pack.resolve().name!r} is not the name of a Python package; use letters, digits and '_'")
    try:
        files = new_files(name, pack, subject)
        pack.mkdir(parents=True, exist_ok=True)
        for file, text in files.items():
            file.write_text(text, encoding="utf-8")
            typer.echo(f"wrote {file}")
    except LoadingError as error:
        _fail(error.problems[0].text)
    except OSError as error:
        _fail(f"cannot write {error.filename}: {error.strerror}")
    settings = find_settings(pack) or pack.resolve().parent / POLICIES_FILE
    named = Path(os.path.relpath(pack.resolve(), settings.parent)).as_posix()
    typer.echo(f"its tests: pytest {pack}; name the pack in {settings}: packs: [{named}]")


def _configured_or_exit(settings: Path | None) -> Configured:
    from policies.configuration import configure, find_settings
    from policies.registry import BASELINE

    with problems_told():
        return configure(settings or find_settings(Path.cwd()), BASELINE)


def _level(policy: Policy, chosen: dict[str, Chosen]) -> str:
    return chosen[policy.name].level.value if policy.name in chosen else "disabled"


def _json(policy: Policy, chosen: Chosen | None) -> dict[str, Any]:
    """Describe a policy to a program; keys are stable."""
    page = policy.page
    configuration = chosen.configuration.model_dump(mode="json") if chosen and chosen.configuration else None
    return {
        "name": policy.name,
        "subject": policy.subject.name,
        "severity": policy.severity.value,
        "level": chosen.level.value if chosen else "disabled",
        "waivable": policy.waivable,
        "title": page.title,
        "why": page.why,
        "avoid": page.avoid,
        "prefer": page.prefer,
        "source": page.source,
        "configuration": configuration,
        "configuration_schema": policy.configuration.model_json_schema() if policy.configuration else None,
    }


def _page(policy: Policy, described: dict[str, Any]) -> str:
    from cli.console.terminal import styled, wrapped

    told = {
        "judges": policy.subject.name,
        "severity": policy.severity.value,
        "level": described["level"] + ("" if policy.waivable else "; cannot be waived"),
        "why": policy.page.why,
        "avoid": policy.page.avoid,
        "prefer": policy.page.prefer,
        "source": policy.page.source,
    }
    if policy.waivable:
        told["waive"] = (
            f"# waive {policy.name} until YYYY-MM-DD by OWNER: REASON, at the end of the line in the room's file or "
            "above it; or an entry in waivers.yaml beside policies.yaml, with the target that the report names: "
            "docs/policies.md#waivers"
        )
    lines = [styled(policy.name, bold=True), policy.page.title, ""]
    lines += [wrapped(f"{name}: {text}") for name, text in told.items()]
    if policy.configuration is not None:
        lines += ["", "configuration (policies.yaml: policies.NAME.configuration)"]
        values = described["configuration"] or {}
        for name, field in policy.configuration.model_fields.items():
            default = values.get(name, field.get_default(call_default_factory=True))
            lines.append(wrapped(f"{name} [{json.dumps(default, default=str)}]: {field.description or ''}"))
    return "\n".join(lines)


def _fail(message: str) -> NoReturn:
    fail(f"cleanroom policy: {message}")
