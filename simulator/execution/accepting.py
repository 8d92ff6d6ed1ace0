"""The gate before every run, plan and price: only what the rules allow passes."""

from __future__ import annotations

from simulator.analysis_rules.judging import judge_context
from simulator.checks.context import QueryContext
from simulator.execution.errors import NotAllowedError
from simulator.request import AnalysisRequest
from simulator.sql.resolving import resolve_script
from simulator.verdict import Outcome


def require_allowed(request: AnalysisRequest) -> QueryContext:
    """Judge the request, even if a caller has done so already, and return its bound SQL.

    Raises:
        NotAllowedError: The verdict is anything but allowed.
    """
    context = QueryContext(request, resolve_script(request))
    verdict = judge_context(context)
    if verdict.outcome is not Outcome.ALLOWED or context.script.final is None:
        raise NotAllowedError(verdict)
    return context
