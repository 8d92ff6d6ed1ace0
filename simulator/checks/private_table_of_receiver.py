"""A table under differential privacy whose owner can receive results."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import private_tables
from simulator.checks.receiver_not_allowed import receivers_of
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-diff-privacy.html"


def private_table_of_receiver(context: QueryContext) -> Iterator[Finding]:
    """A private table of a member who can receive results: such a member cannot turn differential privacy on.

    Who can is told by the ability CAN_RECEIVE_RESULTS, and by the query that names its receivers.

    Why: who knows the rows and sees the results learns the noise, and with it what the noise of the others hides.
    Avoid: differentialPrivacy in the rule of a table of the member who gets the results.
    Prefer: differentialPrivacy in the rules of the members who only bring data.
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-diff-privacy.html
    """
    receivers = {*receivers_of(context.request), *(context.request.receivers or ())}
    for table in private_tables(context):
        if table.owner in receivers:
            message = (
                f"'{table.name}' is under differential privacy and its owner '{table.owner}' can receive results; "
                "a member who can may not turn it on for their own tables"
            )
            yield from context.deny(private_table_of_receiver, message, _PAGE, table=table)
