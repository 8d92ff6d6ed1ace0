"""A table under differential privacy whose owner has made no privacy budget."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import private_tables
from simulator.table_rules import user_identifier
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-diff-privacy.html"


def differential_privacy_not_configured(context: QueryContext) -> Iterator[Finding]:
    """A private table without its owner's privacy budget template, or two with different user identifier columns.

    Avoid: differentialPrivacy in the rule and no DIFFERENTIAL_PRIVACY budget template in the membership.
    Prefer: a template with epsilon and the users' noise, made once for the collaboration.
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-diff-privacy.html
    """
    ready = context.request.differential_privacy_ready
    tables = private_tables(context)
    for table in tables:
        if ready is not None and table.owner not in ready:
            message = f"'{table.name}' is under differential privacy and '{table.owner}' has no privacy budget template"
            yield from context.deny(
                differential_privacy_not_configured,
                message,
                _PAGE,
                table=table,
                service_message="Differential privacy policy required",
            )
    identifiers = {user_identifier(table): table for table in tables}
    if len(identifiers) > 1:
        listed = ", ".join(f"'{table.name}.{name}'" for name, table in identifiers.items())
        message = f"private tables of one collaboration have the same user identifier column; found {listed}"
        yield from context.deny(differential_privacy_not_configured, message, _PAGE)
