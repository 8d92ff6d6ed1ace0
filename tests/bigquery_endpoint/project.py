"""A project of BigQuery as far as views go: what is in it, and what statements make of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.room import BigQueryRoom, BigQueryView
from simulator.sql.view_statements import ViewStatementError, read_view_statement
from simulator.views.bigquery_room import ViewError, tables
from tests.bigquery_endpoint.answers import Refusal
from tests.bigquery_endpoint.changed_rooms import changed_room
from tests.bigquery_endpoint.statements import is_view_statement
from tests.declarations.bigquery.policies import policy_to_rest


@dataclass(slots=True)
class Project:
    """Tables, views and budgets.

    Attributes:
        room: The tables and views.
        left: What views have left, by full path; a view that is not named has all.
        done: Every statement that was run, in order.
        tried: Every statement that was only checked, in order.
    """

    room: BigQueryRoom
    left: dict[str, RemainingBudget] = field(default_factory=dict)
    done: list[str] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    def run(self, sql: str, *, dry_run: bool) -> None:
        """Check a statement and, unless *dry_run*, do what it says.

        Raises:
            Refusal: It is no statement about a view, or the project does not let it happen.
        """
        if not is_view_statement(sql):
            raise Refusal(400, "invalidQuery", "this endpoint takes statements about views only")
        try:
            changed = changed_room(self.room, sql)
            tables(changed)
        except ViewStatementError as error:
            raise Refusal(400, "invalidQuery", str(error)) from None
        except ViewError as error:
            raise Refusal(404, "notFound", f"Not found: {error.reason.partition(' (')[0]}") from None
        (self.tried if dry_run else self.done).append(sql)
        if not dry_run:
            self.room = changed
            self.left.pop(changed.full_path(read_view_statement(sql).name), None)

    def resource(self, path: str) -> dict[str, Any]:
        """Return the table resource at the full *path*.

        Raises:
            Refusal: Nothing is there.
        """
        project, dataset, name = path.split(".")
        reference = {"projectId": project, "datasetId": dataset, "tableId": name}
        common = {"kind": "bigquery#table", "id": f"{project}:{dataset}.{name}", "tableReference": reference}
        view = self.room.view(path)
        if view is not None:
            return {**common, **self._view(view)}
        if any(self.room.full_path(table.name) == path for table in self.room.tables):
            return {**common, "type": "TABLE"}
        raise Refusal(404, "notFound", f"Not found: Table {project}:{dataset}.{name}")

    def _view(self, view: BigQueryView) -> dict[str, Any]:
        if view.kind == "MATERIALIZED_VIEW":
            return {"type": view.kind, "materializedView": {"query": view.query}}
        definition = {"query": view.query, "useLegacySql": False}
        return {"type": "VIEW", "view": definition | self._policy(view)}

    def _policy(self, view: BigQueryView) -> dict[str, Any]:
        if view.privacy_policy is None:
            return {}
        found = policy_to_rest(view.privacy_policy)
        if private := view.privacy_policy.differential_privacy_policy:
            whole = RemainingBudget(private.epsilon_budget, private.delta_budget)
            left = self.left.get(self.room.full_path(view.name), whole)
            found["differentialPrivacyPolicy"] |= {
                "epsilonBudgetRemaining": left.epsilon,
                "deltaBudgetRemaining": left.delta,
            }
        return {"privacyPolicy": found}
