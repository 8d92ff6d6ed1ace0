"""A result that would go to a member whom a table's owner did not name."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.request import AnalysisRequest, Table, TableKind
from simulator.table_rules import custom_rule
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/add-collaboration-analysis-rule.html"


def receiver_not_allowed(context: QueryContext) -> Iterator[Finding]:
    """A receiver whom `allowedResultReceivers` of some table's association does not list.

    Every receiver has to be allowed by every table; an intermediate table keeps the limits of its base tables. Open: an
    association that lists nobody, because it has no such list at all.

    Why: The owner of each table decides in the association's rule who may see results that come from it.
    Avoid: sending the result to an account that the owner of one table does not list
    Prefer: sending it to an account that the owners of all tables list
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/add-collaboration-analysis-rule.html
    """
    for table in context.script.tables().values():
        if table.kind is TableKind.CONFIGURED:
            yield from _by_association(context, table)
        elif table.kind is TableKind.INTERMEDIATE:
            rule = custom_rule(table)
            inherited = table.inherited.result_receivers if table.inherited is not None else None
            for allowed in (inherited, rule.allowed_result_receivers if rule is not None else None):
                yield from _outside(context, table, allowed)


def receivers_of(request: AnalysisRequest) -> tuple[str, ...]:
    """Return the accounts that get the result: those chosen, or the member who runs the query."""
    return request.result_receivers or (request.query_runner,)


def _by_association(context: QueryContext, table: Table) -> Iterator[Finding]:
    allowed = table.association_rule.allowed_result_receivers if table.association_rule is not None else None
    if allowed is not None:
        yield from _outside(context, table, allowed)
    elif not table.receivers_unlimited:
        message = (
            f"'{table.name}' has no allowedResultReceivers; whether that means everybody or nobody is not documented"
        )
        yield from context.open(receiver_not_allowed, "absent_result_receivers", message, _PAGE, table=table)
    rule = custom_rule(table)
    listed = rule.allowed_result_receivers if rule is not None else None
    if listed is not None and set(receivers_of(context.request)) - set(listed):
        message = f"the custom rule of '{table.name}' lists other result receivers than its association rule may"
        yield from context.open(receiver_not_allowed, "receivers_in_custom_rule", message, _PAGE, table=table)


def _outside(context: QueryContext, table: Table, allowed: tuple[str, ...] | None) -> Iterator[Finding]:
    if allowed is None:
        return
    listed = ", ".join(f"'{account}'" for account in allowed) or "none"
    for receiver in receivers_of(context.request):
        if receiver not in allowed:
            message = f"'{receiver}' may not receive results of '{table.name}' (allowed: {listed})"
            yield from context.deny(receiver_not_allowed, message, _PAGE, table=table)
