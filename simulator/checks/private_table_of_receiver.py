"""A table under differential privacy whose owner can receive results."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.private_relations import private_tables
from simulator.checks.receiver_not_allowed import receivers_of
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-diff-privacy.html"


def private_table_of_receiver(context: QueryContext) -> Iterator[Finding]:
    """A private table of a member who can receive results.

    Who can is told by the ability CAN_RECEIVE_RESULTS, and by the query that names its receivers. The service does not
    let such a member turn differential privacy on for their own tables.

    Why: Whoever knows the rows and sees the results can work out the noise, and with it what the noise hides about the
        rows of others.
    Avoid: `differentialPrivacy` in the rule of a table of the member who receives the results
    Prefer: `differentialPrivacy` in the rules of the members who only bring data
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-diff-privacy.html
    """
    receivers = {*receivers_of(context.request), *(context.request.receivers or ())}
    for table in private_tables(context.script):
        if table.owner in receivers:
            message = (
                f"'{table.name}' is under differential privacy and its owner '{table.owner}' can receive results; "
                "a member who can may not turn it on for their own tables"
            )
            yield from context.deny(private_table_of_receiver, message, _PAGE, table=table)
