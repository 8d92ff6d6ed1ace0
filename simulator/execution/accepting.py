"""The gate before every run, plan and price: nothing passes that the rules do not allow."""

from __future__ import annotations

from simulator.analysis_rules.judging import judge_context
from simulator.checks.context import QueryContext
from simulator.execution.errors import NotAllowedError
from simulator.request import AnalysisRequest
from simulator.sql.resolving import resolve_script
from simulator.verdict import Outcome


def require_allowed(request: AnalysisRequest) -> QueryContext:
    """Judge the request again, since a run must not depend on a caller who forgot to, and bind its SQL.

    Raises:
        NotAllowedError: The verdict is anything but allowed.
    """
    context = QueryContext(request, resolve_script(request))
    verdict = judge_context(context)
    if verdict.outcome is not Outcome.ALLOWED or context.script.final is None:
        raise NotAllowedError(verdict)
    return context
