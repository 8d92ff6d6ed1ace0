"""Settings of an account, which are only stored and shown.

Source: API PutClassificationExportConfiguration, PutFindingsPublicationConfiguration, UpdateRevealConfiguration,
UpdateAutomatedDiscoveryConfiguration and their kin.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call
from simulator.api.macie2.session import check_enabled
from simulator.api.store import Record

NOT_EMULATED = (
    "Detailed results are not written to S3, nothing is published or discovered automatically, no data is revealed"
)

_KIND = "macie_configuration"


def get_classification_export_configuration(call: Call) -> Answer:
    """Show the destination of detailed results."""
    return {"configuration": _held(call, "export", {})}


def put_classification_export_configuration(call: Call) -> Answer:
    """Set the destination of detailed results."""
    return {"configuration": _keep(call, "export", call.asked["configuration"])}


def get_findings_publication_configuration(call: Call) -> Answer:
    """Show which findings are to be published to Security Hub."""
    default = {"publishClassificationFindings": False, "publishPolicyFindings": True}
    return {"securityHubConfiguration": _held(call, "publication", default)}


def put_findings_publication_configuration(call: Call) -> Answer:
    """Set which findings are to be published to Security Hub."""
    if "securityHubConfiguration" in call.asked:
        _keep(call, "publication", call.asked["securityHubConfiguration"])
    return {}


def get_reveal_configuration(call: Call) -> Answer:
    """Show whether samples of sensitive data may be revealed."""
    return _held(call, "reveal", {"configuration": {"status": "DISABLED"}})


def update_reveal_configuration(call: Call) -> Answer:
    """Set whether samples of sensitive data may be revealed."""
    return _keep(call, "reveal", call.chosen("configuration", "retrievalConfiguration"))


def get_automated_discovery_configuration(call: Call) -> Answer:
    """Show whether automated sensitive data discovery is enabled."""
    return _held(call, "discovery", {"status": "DISABLED", "autoEnableOrganizationMembers": "NONE"})


def update_automated_discovery_configuration(call: Call) -> Answer:
    """Set whether automated sensitive data discovery is enabled."""
    before = _held(call, "discovery", {"autoEnableOrganizationMembers": "NONE"})
    times = {"lastUpdatedAt": call.now}
    if call.asked["status"] == "ENABLED":
        times["firstEnabledAt"] = before.get("firstEnabledAt", call.now)
    elif before.get("status") == "ENABLED":
        times["disabledAt"] = call.now
    _keep(call, "discovery", {**before, **call.asked, **times})
    return {}


def _held(call: Call, name: str, default: Mapping[str, Any]) -> Mapping[str, Any]:
    check_enabled(call)
    found = call.store.get(_KIND, f"{call.account}/{name}")
    return default if found is None else found.body


def _keep(call: Call, name: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
    check_enabled(call)
    return call.store.put(Record(_KIND, f"{call.account}/{name}", call.account, body)).body
