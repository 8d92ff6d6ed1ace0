"""The changes that bring a project's views in line with a room, and what they mean for privacy.

Source: bigquery/docs/analysis-rules,
bigquery/docs/reference/standard-sql/data-definition-language#alter_view_set_options_statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from declarations.bigquery.alteration import forbidden_changes, loosened, resets_budget
from declarations.bigquery.ddl import alter_view, bare_query, create_view, query_clause
from declarations.bigquery.policy_differences import policy_differences
from declarations.bigquery.privacy_policy import DifferentialPrivacyPolicy, PrivacyPolicy
from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.room import BigQueryView


class Action(StrEnum):
    """What is done with a view."""

    CREATE = "create"
    """There is no such view yet."""
    ALTER = "alter"
    """Its policy changes, its query does not."""
    REPLACE = "replace"
    """Its query changes, which BigQuery supports only by replacing the view."""
    KEEP = "keep"
    """Nothing changes."""


@dataclass(frozen=True, slots=True)
class ViewState:
    """A view as it is now.

    Attributes:
        query: Its SELECT, as BigQuery stores it.
        policy: Its analysis rule; None when it has none.
        kind: Whether its rows are kept.
        remaining: What is left of its budgets; None when that is not known.
    """

    query: str
    policy: PrivacyPolicy | None = None
    kind: Literal["VIEW", "MATERIALIZED_VIEW"] = "VIEW"
    remaining: RemainingBudget | None = None

    @classmethod
    def declared(cls, view: BigQueryView) -> ViewState:
        """Return the state that *view* declares."""
        return cls(view.query, view.privacy_policy, view.kind)


@dataclass(frozen=True, slots=True)
class ViewUpdate:
    """The change that one view needs.

    Attributes:
        view: The view as declared.
        old: The view as it is; None when there is none.
        action: What is done.
        feeds: Paths of the views with a policy that read this view, directly or through others.
        over: Paths of the views with a policy that this view reads, directly or through others.
    """

    view: BigQueryView
    old: ViewState | None
    action: Action
    feeds: tuple[str, ...] = ()
    over: tuple[str, ...] = ()

    @property
    def statement(self) -> str:
        """The DDL statement that makes the change; "" if none is needed.

        Raises:
            ForbiddenAlterationError: BigQuery does not allow the alteration; `forbidden` gives the reasons beforehand.
        """
        if self.action is Action.KEEP:
            return ""
        if self.action is Action.ALTER and self.old is not None and self.view.privacy_policy is not None:
            return alter_view(self.view.name, self.old.policy, self.view.privacy_policy)
        return create_view(self.view, replace=self.action is Action.REPLACE)

    def differences(self) -> Iterator[str]:
        """Yield what changes, one line each."""
        if self.changes_query:
            yield "its query changes"
        yield from policy_differences(self.old.policy if self.old else None, self.view.privacy_policy)

    def forbidden(self) -> Iterator[str]:
        """Yield why the view cannot be changed to what is declared.

        `CREATE OR REPLACE` would bypass some of these limits; an update never does so silently.
        """
        if self.old is None:
            return
        new = self.view.privacy_policy
        if self.old.kind != self.view.kind:
            yield f"a {_words(self.old.kind)} cannot become a {_words(self.view.kind)}; drop it first"
        if new is not None:
            yield from (problem.message for problem in forbidden_changes(self.old.policy, new))
        elif self.old.policy is not None:
            yield "taking a privacy policy off a view is not documented; create a new view"

    def loosened(self) -> Iterator[str]:
        """Yield every way in which queries could learn more than before."""
        if self.old is None:
            yield f"is new{self._over()}"
            return
        yield from (problem.message for problem in loosened(self.old.policy, self.view.privacy_policy))
        if self.changes_query:
            protected = (*((self.view.name,) if self.old.policy is not None else ()), *self.feeds)
            yield from (f"another query may show other rows and columns through '{name}'" for name in protected)
            if self.old.policy is None:
                yield f"its query changes{self._over()}"
        policy = self.view.privacy_policy
        if policy is not None and policy.differential_privacy_policy is not None and self.resets_budget:
            yield from _refilled(self.old.remaining, policy.differential_privacy_policy)

    def _over(self) -> str:
        """Return ", over ..." with the protected views that this view reads; "" if there are none."""
        return f", over {', '.join(map(repr, self.over))}" if self.over else ""

    @property
    def changes_query(self) -> bool:
        """Whether the view's query changes."""
        return self.old is not None and not is_same_query(self.view.query, self.old.query)

    @property
    def resets_budget(self) -> bool:
        """Whether the change resets privacy budgets: both altering and replacing do."""
        if self.old is None or self.view.privacy_policy is None or self.action is Action.KEEP:
            return False
        return resets_budget(self.old.policy, self.view.privacy_policy)


def view_update(
    view: BigQueryView, old: ViewState | None, feeds: tuple[str, ...] = (), over: tuple[str, ...] = ()
) -> ViewUpdate:
    """Compare *view* with its current state.

    Args:
        view: The view as declared.
        old: The view of that name as it is; None when there is none.
        feeds: See `ViewUpdate.feeds`.
        over: See `ViewUpdate.over`.
    """
    return ViewUpdate(view, old, _action(view, old), feeds, over)


def _action(view: BigQueryView, old: ViewState | None) -> Action:
    if old is None:
        return Action.CREATE
    if not is_same_query(view.query, old.query) or old.kind != view.kind:
        return Action.REPLACE
    if view.privacy_policy == old.policy:
        return Action.KEEP
    # ALTER cannot remove a policy; `forbidden` reports this change.
    return Action.ALTER if view.privacy_policy is not None else Action.REPLACE


def is_same_query(declared: str, found: str) -> bool:
    """Return whether *found* is *declared*, verbatim or in the brackets that our own statements add."""
    return bare_query(found) in {bare_query(declared), query_clause(declared)}


def _refilled(left: RemainingBudget | None, new: DifferentialPrivacyPolicy) -> Iterator[str]:
    budget = f"the budgets begin anew with epsilon {new.epsilon_budget:g} and delta {new.delta_budget:g}"
    if left is None:
        yield f"{budget}; what is left of the old ones is not known"
    elif new.epsilon_budget > left.epsilon or new.delta_budget > left.delta:
        yield f"{budget}; left are epsilon {left.epsilon:g} and delta {left.delta:g}"


def _words(kind: str) -> str:
    return kind.replace("_", " ").lower()
