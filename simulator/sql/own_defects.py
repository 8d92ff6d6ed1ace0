"""Exceptions on a query that are our own: a defect of ours must not be told as a property of the query.

On malformed text sqlglot lets some of its own escape; the query cannot be followed then, and is not allowed.
"""

from __future__ import annotations

import os


def why_not_followed(error: Exception) -> str:
    """Say why *error* ends the reading of a query, for a finding: without the answer nothing may be allowed.

    Raises:
        Exception: *error* itself, if our own code raised it and `CLEANROOM_DEBUG` is set, as it is in our tests.
    """
    kind = type(error).__name__
    if _is_of_parser(error):
        return f"the query cannot be followed ({kind}); write it in another way"
    if os.environ.get("CLEANROOM_DEBUG"):
        raise error
    return f"cleanroom itself failed at the query ({kind}), so it is not allowed; CLEANROOM_DEBUG=1 shows where"


def _is_of_parser(error: Exception) -> bool:
    """Tell whether the innermost frame is sqlglot's, compiled or not."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).partition(".")[0] == "sqlglot"
