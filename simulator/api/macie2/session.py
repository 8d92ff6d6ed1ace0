"""The session: whether Macie is enabled for an account. As in moto, it is until it is disabled.

Suspending Macie cancels the account's jobs; disabling it deletes all its resources.

Source: API EnableMacie and its kin; userguide/suspend-macie, userguide/disable-macie.
"""

from __future__ import annotations

from datetime import UTC, datetime

from simulator.api.calls import Answer, Call
from simulator.api.errors import conflict, denied
from simulator.api.macie2.job_states import ENDED, JOB
from simulator.api.macie2.owned import no_such_resource
from simulator.api.store import Record

KIND = "macie_session"
"""The kind under which sessions are kept; the id is the account's."""

_DISABLED = "DISABLED"
_ALWAYS = datetime(2026, 1, 1, tzinfo=UTC)
"""Creation time of the session of an account that never enabled Macie itself."""
_OWNED = (
    JOB,
    "macie_finding",
    "macie_custom_data_identifier",
    "macie_allow_list",
    "macie_findings_filter",
    "macie_configuration",
    "macie_organization",
)


def enable_macie(call: Call) -> Answer:
    """Enable Macie for the account."""
    held = call.store.get(KIND, call.account)
    if held is not None and held.body["status"] != _DISABLED:
        raise conflict("Macie has already been enabled", "ALREADY_EXISTS")
    frequency = call.asked.get("findingPublishingFrequency", "FIFTEEN_MINUTES")
    body = {
        "createdAt": call.now,
        "updatedAt": call.now,
        "status": call.asked.get("status", "ENABLED"),
        "findingPublishingFrequency": frequency,
        "serviceRole": _role(call.account),
    }
    call.store.put(Record(KIND, call.account, call.account, body))
    return {}


def get_macie_session(call: Call) -> Answer:
    """Show the session; a disabled one does not exist."""
    found = _session(call)
    if found.body["status"] == _DISABLED:
        raise no_such_resource(call.account)
    return found.body


def update_macie_session(call: Call) -> Answer:
    """Suspend Macie, which cancels the account's jobs, or resume it, or change how often findings are published."""
    found = check_enabled(call, paused=True)
    if call.asked.get("status") == "PAUSED":
        for job in call.store.of(JOB, account=call.account):
            if job.body["jobStatus"] not in ENDED:
                call.store.put(job.showing(jobStatus="CANCELLED", userPausedDetails=None))
    changes = call.chosen("status", "findingPublishingFrequency")
    call.store.put(found.showing(**changes, updatedAt=call.now))
    return {}


def disable_macie(call: Call) -> Answer:
    """Disable Macie: jobs, findings, identifiers, lists, filters, members and settings are deleted."""
    found = _session(call)
    for kind in _OWNED:
        for record in call.store.of(kind, account=call.account):
            call.store.remove(record)
    for kind in ("macie_invitation", "macie_member"):
        for record in call.store.of(kind):
            if call.account in (record.account, record.parent):
                call.store.remove(record)
    call.store.put(found.showing(status=_DISABLED))
    return {}


def check_enabled(call: Call, *, paused: bool = False) -> Record:
    """Return the caller's session, which must be enabled.

    Args:
        call: The call.
        paused: Whether a suspended session is accepted, too.

    Raises:
        ApiError: AccessDeniedException.
    """
    found = _session(call)
    if found.body["status"] == _DISABLED or (found.body["status"] == "PAUSED" and not paused):
        raise denied("Macie is not enabled")
    return found


def _session(call: Call) -> Record:
    held = call.store.get(KIND, call.account)
    if held is not None:
        return held
    body = {
        "createdAt": _ALWAYS,
        "updatedAt": _ALWAYS,
        "status": "ENABLED",
        "findingPublishingFrequency": "FIFTEEN_MINUTES",
        "serviceRole": _role(call.account),
    }
    return Record(KIND, call.account, call.account, body)


def _role(account: str) -> str:
    return f"arn:aws:iam::{account}:role/aws-service-role/macie.amazonaws.com/AWSServiceRoleForAmazonMacie"
