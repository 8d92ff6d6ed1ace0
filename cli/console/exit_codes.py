"""The exit codes of every command; documented in docs/exit-codes.md and never changed in meaning."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a finished command says to the shell."""

    OK = 0
    """Everything is allowed, or as its `-- expect:` line says; mandatory policies are kept; nothing is loosened."""
    DENIED = 1
    """Something is denied, or undocumented read strictly; a mandatory policy is broken; something is loosened."""
    INPUT = 2
    """The command line, a file or the data is wrong; nothing was judged or run."""
    BUDGET = 3
    """The query is allowed, but the privacy budget is too small for it."""
    EXECUTION = 4
    """The query is allowed, but it could not be run or enforced on this data; BigQuery refused a statement."""
    INTERNAL = 70
    """The program itself failed: a defect. Nothing was judged."""
    INTERRUPTED = 130
    """Stopped by the user or by a request to end (SIGTERM)."""
    UNREAD = 141
    """Whoever read the output stopped reading; what a shell says of other programs then (128 + SIGPIPE)."""
