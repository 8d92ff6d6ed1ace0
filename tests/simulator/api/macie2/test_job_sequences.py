"""Random sequences of requests for a job's status agree with a small model of its states."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from simulator.api.macie2.job_running import stop_all
from tests.simulator.api.accounts import Accounts
from tests.simulator.api.macie2.jobs import Lake

_DAILY = {"jobType": "SCHEDULED", "scheduleFrequency": {"dailySchedule": {}}, "initialRun": True}
_STATUS = st.sampled_from(["RUNNING", "PAUSED", "CANCELLED", "COMPLETE", "IDLE", "USER_PAUSED"])


class Sequences(RuleBasedStateMachine):
    """The model: each job's status. Runs do not end by themselves here, so that it is known."""

    accounts: Accounts

    def __init__(self) -> None:
        super().__init__()
        self.accounts.forget()
        self.lake = Lake(self.accounts)
        self.statuses: dict[str, str] = {}

    @rule(scheduled=st.booleans())
    def create(self, *, scheduled: bool) -> None:
        made = self.lake.start(**(_DAILY if scheduled else {}))
        self.statuses[made] = "RUNNING"

    @rule(number=st.integers(0, 2), status=_STATUS)
    def update(self, number: int, status: str) -> None:
        if not self.statuses:
            return
        job = list(self.statuses)[number % len(self.statuses)]
        before = self.statuses[job]
        allowed = {
            "CANCELLED": before in {"RUNNING", "USER_PAUSED"},
            "USER_PAUSED": before == "RUNNING",
            "RUNNING": before == "USER_PAUSED",
        }.get(status, False)
        try:
            self.lake.macie.update_classification_job(jobId=job, jobStatus=status)
        except ClientError as error:
            outcome = error.response["Error"]["Code"]
        else:
            outcome = None
            self.statuses[job] = status
        assert outcome == (None if allowed else "ValidationException")

    @invariant()
    def the_list_shows_them(self) -> None:
        listed = self.lake.macie.list_classification_jobs()["items"]
        assert {each["jobId"]: each["jobStatus"] for each in listed} == self.statuses
        assert all(("userPausedDetails" in each) == (each["jobStatus"] == "USER_PAUSED") for each in listed)


@pytest.mark.parametrize("examples", [5])
def test_random_sequences(examples: int, accounts: Accounts, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.macie2.job_running.SHORTEST_RUN", 60)
    Sequences.accounts = accounts
    quick = settings(
        max_examples=examples,
        stateful_step_count=20,
        suppress_health_check=list(HealthCheck),
        database=None,
    )
    run_state_machine_as_test(Sequences, settings=quick)
    accounts.forget()
    stop_all()
