"""A process that answers a query from a ledger, and is killed at one step of its second run.

Usage: killed_run.py LEDGER STEP: prints one line an answer. Steps are the calls of a run, before and after each.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from itertools import count
from pathlib import Path
from typing import Any

from declarations.analysis_rules import AnalysisRuleCustom
from simulator.execution import running
from simulator.execution.charging import Booking
from simulator.execution.loading.data import MemoryData
from simulator.execution.private.privacy_settings import PrivacySettings
from simulator.privacy.accounts import Account, BudgetKind, Limit
from simulator.privacy.ledger import Ledger
from simulator.privacy.periods import Period
from simulator.privacy.rng import secure
from simulator.request import AnalysisRequest, Table

RUNNER, OWNER = "222222222222", "111111111111"
SETTINGS = PrivacySettings(OWNER, epsilon=10, users_noise_per_query=30, room="room")
USES = Account("room", OWNER, "visits", BudgetKind.ACCESS_BUDGET, (Limit(Period.LIFETIME, Fraction(9)),))
CALLS: dict[str, tuple[Any, str, int]] = {
    "reserve": (Ledger, "reserve_all", 1),
    "load": (running, "load_tables", 2),
    "answer": (running, "private_answer", 2),
    "commit": (Ledger, "commit", 1),
}
"""Where a call is, its name, and which of a run it is: the first load and answer are the rehearsal's."""
STEPS = tuple(f"{when}_{call}" for call in CALLS for when in ("before", "after"))
"""Two accounts are charged, so a run commits twice; it is killed around the first commit."""


def request() -> AnalysisRequest:
    """A query that one privacy budget and one access budget pay for."""
    rule = AnalysisRuleCustom.model_validate(
        {
            "allowed_analyses": ["ANY_QUERY"],
            "allowed_analysis_providers": [RUNNER],
            "additional_analyses": "NOT_ALLOWED",
            "differential_privacy": {"columns": [{"name": "uid"}]},
        }
    )
    table = Table("visits", OWNER, {"uid": "string"}, rule=rule, receivers_unlimited=True)
    return AnalysisRequest(
        "SELECT COUNT(DISTINCT uid) AS users FROM visits",
        {"visits": table},
        RUNNER,
        receivers=frozenset({RUNNER}),
        differential_privacy_ready=frozenset({OWNER}),
    )


def deadly(call: str, when: str) -> None:
    """Make one call of a run the last that this process does."""
    place, name, last = CALLS[call]
    calls = count(1)
    whole: Callable[..., Any] = getattr(place, name)

    def killed(*arguments: object, **named: object) -> object:
        if next(calls) < last:
            return whole(*arguments, **named)
        if when == "after":
            whole(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)
        raise AssertionError("unreachable")

    setattr(place, name, killed)


def main() -> None:
    """Answer twice."""
    ledger = Ledger(Path(sys.argv[1]))
    data = MemoryData({"visits": [{"uid": f"u{number}"} for number in range(100)]})
    for number in range(2):
        if number:
            when, _, call = sys.argv[2].partition("_")
            deadly(call, when)
        result = running.run(
            request(), data, privacy=[SETTINGS], booking=Booking(ledger, access={"visits": USES}), source=secure()
        )
        print(f"{datetime.now(UTC)} {result.answer.rows}", flush=True)  # noqa: T201 - what the test reads


if __name__ == "__main__":
    main()
