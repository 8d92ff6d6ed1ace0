"""The organization: the account that administers Macie for it. AWS Organizations itself is not emulated.

Source: API EnableOrganizationAdminAccount and its kin.
"""

from __future__ import annotations

from simulator.api.calls import Answer, Call
from simulator.api.macie2.owned import no_such_resource
from simulator.api.store import Record

_KIND = "macie_organization"


def enable_organization_admin_account(call: Call) -> Answer:
    """Set the account that administers Macie; it replaces an earlier one."""
    admin = call.asked["adminAccountId"]
    call.store.put(_record(call).showing(accountId=admin, status="ENABLED"))
    return {}


def list_organization_admin_accounts(call: Call) -> Answer:
    """List the one account that administers Macie, if any."""
    body = _record(call).body
    return {"adminAccounts": [{**body, "id": body["accountId"]}] if "accountId" in body else []}


def disable_organization_admin_account(call: Call) -> Answer:
    """Remove the account as administrator."""
    held = _record(call)
    if held.body.get("accountId") != call.asked["adminAccountId"]:
        raise no_such_resource(call.asked["adminAccountId"])
    call.store.put(held.showing(accountId=None, status=None))
    return {}


def describe_organization_configuration(call: Call) -> Answer:
    """Show whether Macie is enabled automatically for new accounts."""
    return {"maxAccountLimitReached": False, "autoEnable": _record(call).body.get("autoEnable", False)}


def update_organization_configuration(call: Call) -> Answer:
    """Set whether Macie is enabled automatically for new accounts."""
    call.store.put(_record(call).showing(autoEnable=call.asked["autoEnable"]))
    return {}


def _record(call: Call) -> Record:
    return call.store.get(_KIND, call.account) or Record(_KIND, call.account, call.account, {})
