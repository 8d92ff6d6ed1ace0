"""A query or template that a table's custom rule does not let run."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.custom_rule import CustomControls
from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.checks.controls import custom_tables
from simulator.request import Table
from simulator.verdict import Finding

_PAGE = f"{USER_GUIDE}/custom-allowed-analyses.html"


def analysis_not_approved(context: QueryContext) -> Iterator[Finding]:
    """A query that some table's custom rule has not approved.

    A table admits an analysis template that `allowedAnalyses` names, or, with ANY_QUERY, whatever an allowed provider
    wrote: ad hoc SQL is written by the member who runs it, a template by the member who created it. Every table of the
    query has to admit it; an empty `allowedAnalyses` admits nothing, and ANY_JOB admits no SQL.

    Why: The owner has reviewed that template, or trusts that member, and no other.
    Avoid: ad hoc SQL on a table whose `allowedAnalyses` lists templates
    Prefer: running one of the listed templates
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-allowed-analyses.html
    """
    for table, rule in custom_tables(context):
        if not _names_template(context, rule):
            yield from _by_provider(context, table, rule)


def _names_template(context: QueryContext, rule: CustomControls) -> bool:
    return context.request.template_arn is not None and context.request.template_arn in (rule.allowed_analyses or ())


def _by_provider(context: QueryContext, table: Table, rule: CustomControls) -> Iterator[Finding]:
    author = _author(context)
    providers = rule.allowed_analysis_providers or ()
    allowed = rule.allowed_analyses or ()
    if "ANY_QUERY" not in allowed:
        message = f"{_subject(context)} is not approved by '{table.name}' ({_approved(rule)})"
        yield from context.deny(analysis_not_approved, message, _PAGE, table=table)
    elif author is None or author not in providers:
        yield from _unlisted_author(context, table, author, providers)
    elif "ANY_JOB" in allowed:
        message = f"'{table.name}' allows ANY_QUERY together with ANY_JOB, which the documentation does not describe"
        yield from context.open(analysis_not_approved, "any_query_with_any_job", message, _PAGE, table=table)


def _unlisted_author(
    context: QueryContext, table: Table, author: str | None, providers: tuple[str, ...]
) -> Iterator[Finding]:
    listed = ", ".join(f"'{account}'" for account in providers) or "none"
    writer = f"'{author}'" if author else "an unknown member"
    message = f"{writer} is not an allowed analysis provider of '{table.name}' (allowed: {listed})"
    if author is not None and author == table.owner == context.request.query_runner:
        setting = "runner_not_provider_on_own_table"
        yield from context.open(analysis_not_approved, setting, message, _PAGE, table=table)
    else:
        yield from context.deny(analysis_not_approved, message, _PAGE, table=table)


def _author(context: QueryContext) -> str | None:
    request = context.request
    if request.template_arn is not None or request.template_author is not None:
        return request.template_author
    return request.submitted_by or request.query_runner


def _subject(context: QueryContext) -> str:
    arn = context.request.template_arn
    return f"analysis template '{arn}'" if arn is not None else "ad hoc SQL"


def _approved(rule: CustomControls) -> str:
    if not rule.allowed_analyses:
        return "its allowedAnalyses is empty, so nothing can run"
    return f"allowed: {', '.join(rule.allowed_analyses)}"
