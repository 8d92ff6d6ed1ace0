"""A table under differential privacy whose owner has made no privacy budget."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.private_relations import private_tables
from simulator.table_rules import user_identifier
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-diff-privacy.html"


def differential_privacy_not_configured(context: QueryContext) -> Iterator[Finding]:
    """A private table without its owner's privacy budget template, or two with different user identifier columns.

    Why: Without a template there is no ε and no noise to answer with, so the service says that the table is not ready;
        and all private tables of one collaboration must have the same user identifier column.
    Avoid: `differentialPrivacy` in the rule, and no privacy budget template in the owner's membership
    Prefer: a DIFFERENTIAL_PRIVACY template in the owner's membership, with ε and the users' noise
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-diff-privacy.html
    """
    ready = context.request.differential_privacy_ready
    tables = private_tables(context.script)
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
