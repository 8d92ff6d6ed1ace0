"""The DDL statements that create or alter a declared view.

Every name and text is quoted, so that no declaration can inject a statement; only a view's query is inserted verbatim.

Source: bigquery/docs/reference/standard-sql/data-definition-language#create_view_statement.
"""

from __future__ import annotations

from declarations.bigquery.alteration import forbidden_changes
from declarations.bigquery.names import quoted_path, quoted_text
from declarations.bigquery.policy_text import policy_to_text
from declarations.bigquery.privacy_policy import PrivacyPolicy
from declarations.bigquery.room import BigQueryView


class ForbiddenAlterationError(ValueError):
    """A policy cannot be altered to what is declared.

    Attributes:
        view: Path of the view.
        reasons: Why not, one sentence each.
    """

    def __init__(self, view: str, reasons: list[str]) -> None:
        super().__init__(f"{view}: {'; '.join(reasons)}")
        self.view = view
        self.reasons = reasons


def create_view(view: BigQueryView, *, replace: bool = False) -> str:
    """Return the CREATE VIEW statement of *view*.

    Args:
        view: The view.
        replace: Whether an existing view of that name is replaced, which resets its budgets.
    """
    verb = "CREATE OR REPLACE" if replace else "CREATE"
    kind = view.kind.replace("_", " ")
    options = f"{_options(view.privacy_policy)}\n" if view.privacy_policy is not None else ""
    return f"{verb} {kind} {quoted_path(view.name)}\n{options}AS {query_clause(view.query)};"


def bare_query(query: str) -> str:
    """Return *query* without surrounding whitespace and trailing semicolons."""
    return query.strip().rstrip(";").rstrip()


def query_clause(query: str) -> str:
    """Return what follows AS: *query* in brackets. The line break ends a comment at the end of the query."""
    return f"(\n{bare_query(query)}\n)"


def alter_view(view: str, old: PrivacyPolicy | None, new: PrivacyPolicy) -> str:
    """Return the ALTER VIEW statement that changes the policy of the view at path *view* from *old* to *new*.

    Raises:
        ForbiddenAlterationError: The rules of alteration forbid it.
    """
    if reasons := [problem.message for problem in forbidden_changes(old, new)]:
        raise ForbiddenAlterationError(view, reasons)
    return f"ALTER VIEW {quoted_path(view)}\nSET {_options(new)};"


def _options(policy: PrivacyPolicy) -> str:
    return f"OPTIONS (privacy_policy = {quoted_text(policy_to_text(policy))})"
