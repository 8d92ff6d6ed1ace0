"""Entry point of the `cleanroom` command: the list of commands, and how a mistake ends."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Annotated, Any

import typer
from typer.core import TyperGroup
from typer.main import get_command

from cli.aws_account.doctor import doctor
from cli.aws_account.evidence import evidence
from cli.aws_account.pull import pull
from cli.budget.budget import budget
from cli.check.check import check
from cli.console.ending import fail
from cli.console.exit_codes import ExitCode
from cli.console.possible_paths import with_possible_paths
from cli.diff.diff import diff
from cli.explain.explain import explain
from cli.init.init import init
from cli.plan.plan import plan
from cli.policy.policy import policy
from cli.run.run import run
from cli.schema import schema
from cli.serve.serve import serve
from cli.views.apply import apply
from cli.views.render import render


class _Commands(TyperGroup):
    """The commands.

    Typer ends silently on Ctrl-C, and exits 1, our code for denied, on a closed pipe; this class prevents both.
    """

    def make_context(self, *words: Any, **extra: Any) -> Any:  # noqa: ANN401 - Typer keeps the types to itself
        with _ended_by_us():  # --help is shown while words are read
            return super().make_context(*words, **extra)

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401 - as above
        with _ended_by_us():
            return super().invoke(ctx)


@contextmanager
def _ended_by_us() -> Iterator[None]:
    try:
        yield
    except KeyboardInterrupt as interruption:
        raise typer.Exit(_interrupted(interruption)) from None
    except BrokenPipeError as closed:
        raise typer.Exit(_unwritable(closed)) from None


app = typer.Typer(
    name="cleanroom",
    cls=_Commands,
    help="Data clean rooms as code: check, run and budget AWS Clean Rooms collaborations without an AWS account.",
    epilog="A room is a folder with room.yaml (or .json, .py) and queries/*.sql. Start with: cleanroom check ROOM",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 80},
)

COMMANDS = (init, check, diff, explain, run, budget, plan, serve, pull, doctor, render, apply, schema)
for command in COMMANDS:
    app.command()(with_possible_paths(command))
app.add_typer(policy, name="policy")
app.add_typer(evidence, name="evidence")


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
    if sys.flags.optimize > 1:
        told = "Python runs with -OO or PYTHONOPTIMIZE=2, which removes the texts of policies and checks"
        fail(f"cleanroom: {told}; run it without")


@cache
def command_tree() -> Any:  # noqa: ANN401 - Typer keeps the types to itself
    """Return what reads the words; Typer would read every signature again at each call."""
    return get_command(app)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; return its exit code (see `ExitCode`).

    Args:
        arguments: The words after `cleanroom`; None takes them from the process.
    """
    try:
        command_tree()(args=arguments, prog_name="cleanroom", standalone_mode=True)
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else ExitCode.OK
    except KeyboardInterrupt as interruption:
        return _interrupted(interruption)
    except OSError as error:
        return _unwritable(error) if _is_of_output(error) else _defect(error)
    except RuntimeError as error:
        from simulator.execution.engines.duckdb_engine import INTERRUPTED

        return _interrupted(error) if str(error) == INTERRUPTED else _defect(error)
    except Exception as error:  # noqa: BLE001 - the last resort: a defect of ours must not look like a verdict
        return _defect(error)
    return ExitCode.OK


def _interrupted(error: BaseException) -> ExitCode:
    """Say that the command was stopped, and whether a run that it was in is charged, which the error's notes tell."""
    told = "; ".join((*getattr(error, "__notes__", ()), "earlier charges stand (see `cleanroom budget`)"))
    typer.echo(f"interrupted; {told}", err=True)
    return ExitCode.INTERRUPTED


def _is_of_output(error: OSError) -> bool:
    """Tell whether writing to a stream that was open failed: of a file or a network, the error tells more."""
    return type(error) in {OSError, BrokenPipeError} and error.filename is None


def _unwritable(error: OSError) -> ExitCode:
    """Say that the output could not be written, and keep the interpreter from trying again when it ends.

    Where the reader of a pipe has stopped reading, nothing is said: it may be the reader of errors, too.
    """
    import os

    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if isinstance(error, BrokenPipeError):
        os.dup2(nowhere, sys.stderr.fileno())
        return ExitCode.UNREAD
    typer.echo(f"cannot write: {error.strerror or error}", err=True)
    return ExitCode.INPUT


def _defect(error: Exception) -> ExitCode:
    """Say in one line that the program itself failed; with CLEANROOM_DEBUG set, show where.

    A ledger that cannot be read or written, which any command may find at any time, is no defect.
    """
    import os
    import traceback

    from simulator.privacy.accounts import LedgerFileError

    if isinstance(error, LedgerFileError):
        typer.echo(str(error), err=True)
        return ExitCode.INPUT
    if os.environ.get("CLEANROOM_DEBUG"):
        traceback.print_exception(error)
    text = str(error).partition("\n")[0]
    typer.echo(f"internal error: {type(error).__name__}: {text}", err=True)
    typer.echo("this is a defect of cleanroom; set CLEANROOM_DEBUG=1 to see where, and please report it", err=True)
    return ExitCode.INTERNAL


def console_script() -> None:
    """Be the `cleanroom` script. A request to end (SIGTERM) ends as Ctrl-C does: what is open is given back."""
    import logging
    import signal

    # It warns of SQL that it cannot follow; that is a finding of ours, or allowed.
    logging.getLogger("sqlglot").setLevel(logging.ERROR)

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    sys.exit(main())
