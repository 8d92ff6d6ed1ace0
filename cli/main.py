"""Entry point of the `cleanroom` command: the list of commands, and how a mistake ends."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from cli.budget import budget
from cli.check import check
from cli.exit_codes import ExitCode
from cli.run import run
from cli.schema import schema

app = typer.Typer(
    name="cleanroom",
    help="Data clean rooms as code: check, run and budget AWS Clean Rooms collaborations without an AWS account.",
    epilog="A room is a folder with room.yaml (or .json, .py) and queries/*.sql. Start with: cleanroom check ROOM",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)

COMMANDS = (check, run, budget, schema)
for command in COMMANDS:
    app.command()(command)


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"cleanroom {version('cleanrooms-as-code')}")
        raise typer.Exit


@app.callback()
def _root(
    _version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code (see `ExitCode`).

    Args:
        arguments: The words after `cleanroom`; None takes them from the process.
    """
    try:
        app(args=arguments, prog_name="cleanroom", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else ExitCode.OK
    except KeyboardInterrupt:
        typer.echo("interrupted; nothing was lost", err=True)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        sys.stderr.close()
        return ExitCode.OK
    return ExitCode.OK


def console_script() -> None:
    """Be the `cleanroom` script."""
    sys.exit(main())
