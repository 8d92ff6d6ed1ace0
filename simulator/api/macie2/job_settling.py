"""Updates an account's jobs to the current time whenever they are read, as no timer runs in the background.

Source: API DescribeClassificationJob (jobStatus, userPausedDetails).
"""

from __future__ import annotations

from simulator.api.calls import Call
from simulator.api.macie2.job_running import is_running, restart
from simulator.api.macie2.job_states import JOB, settled
from simulator.api.macie2.session import KIND as SESSION


def settle(call: Call) -> None:
    """Update the jobs of the caller: expire pauses, begin runs that are due, continue interrupted ones."""
    session = call.store.get(SESSION, call.account)
    if session is not None and session.body["status"] != "ENABLED":
        return
    for job in call.store.of(JOB, account=call.account):
        after = settled(job, call.now)
        if after is not job:
            call.store.put(after)
        if after.body["jobStatus"] == "RUNNING" and not is_running(after):
            restart(call.store, after)
