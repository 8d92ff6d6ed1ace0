"""Cases of BigQuery: statements about views, and queries over views with policies.

A case holds `views` that exist before, `setup` statements and queries, `prior_successful_runs` of its own query, and
one statement (`kind: ddl`) or query. A contested case is right when the answer to the open questions that its verdict
names gives what it expects.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from declarations.bigquery.policy_text import PolicyTextError, policy_from_text, policy_to_text
from declarations.bigquery.privacy_policy import PrivacyPolicy
from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.room import BigQueryRoom, BigQueryTable, BigQueryView
from simulator.analysis_rules import judge_context
from simulator.checks.context import QueryContext
from simulator.checks.private_charges import charges, remaining
from simulator.settings import Reading, Settings
from simulator.sql.resolving import resolve_script
from simulator.sql.view_statements import ViewStatementError, read_view_statement
from simulator.verdict import Basis, Finding, Outcome, Verdict
from simulator.views import bigquery_room
from simulator.views.bigquery_room import ViewError
from tests.bigquery_endpoint.changed_rooms import changed_room
from tests.bigquery_endpoint.statements import is_view_statement

KEYS = frozenset(
    {
        *("id", "kind", "views", "setup", "prior_successful_runs", "sql", "verdict", "reason", "error", "basis"),
        *("source", "note", "contested", "seed_claim"),
        # what comes out of a run
        *("expected_rows", "expected_columns", "expected_center", "expected_groups", "tolerance", "ordered"),
    }
)

_PROJECT = "clean-room"


@dataclass(slots=True)
class World:
    """Tables, views and what their budgets have left, as statements and queries change them.

    Attributes:
        room: The tables and views.
        left: What views have left, by path; a view that is not named has all.
    """

    room: BigQueryRoom
    left: dict[str, RemainingBudget] = field(default_factory=dict)

    @classmethod
    def of(cls, tables: Mapping[str, Any], views: Sequence[Mapping[str, Any]]) -> World:
        """Make the world of a case: *tables* with columns, *views* with a table or query each, and maybe a policy."""
        declared = [BigQueryTable(name=name, columns=dict(table["columns"])) for name, table in tables.items()]
        made = [
            BigQueryView(
                name=view["name"],
                query=view.get("query") or f"SELECT * FROM {view['table']}",
                columns=view.get("columns"),
                privacy_policy=PrivacyPolicy.model_validate(view["policy"]) if "policy" in view else None,
            )
            for view in views
        ]
        return cls(BigQueryRoom(name="case", project=_PROJECT, tables=tuple(declared), views=tuple(made)))

    def run(self, sql: str, settings: Settings | None = None) -> Verdict:
        """Run a statement or a query; what it changes or costs stays."""
        return self._change(sql) if is_view_statement(sql) else self._ask(sql, settings or Settings())

    def _change(self, sql: str) -> Verdict:
        try:
            changed = changed_room(self.room, sql)
        except (ViewStatementError, ViewError) as error:
            return Verdict((Finding("view_statement", str(error), "", Basis.DOCUMENTED),))
        if changed is not self.room:
            self.left.pop(read_view_statement(sql).name, None)
        self.room = changed
        return Verdict()

    def asked(self, sql: str, settings: Settings) -> QueryContext:
        """Put a query to the room as it is now."""
        request = replace(bigquery_room.request(self.room, sql, settings=settings), budgets_left=dict(self.left))
        return QueryContext(request, resolve_script(request))

    def _ask(self, sql: str, settings: Settings) -> Verdict:
        context = self.asked(sql, settings)
        verdict = judge_context(context)
        if verdict.outcome is Outcome.ALLOWED:
            for charge in charges(context):
                left = remaining(context.request, charge.view)
                rest = RemainingBudget(left.epsilon - charge.epsilon, left.delta - charge.delta)
                self.left[charge.view.name] = rest
        return verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """A case of the file's `cases` after its setup.

    Attributes:
        verdict: The verdict on its statement.
        world: Tables and views as they were when it came.
        settings: How open questions were read.
    """

    verdict: Verdict
    world: World
    settings: Settings


def judge_case(case: Mapping[str, Any], tables: Mapping[str, Any]) -> Judged:
    """Judge a case of the file's `cases`."""
    judged = _judged(case, tables, Settings())
    if judged.verdict.outcome is Outcome.UNDOCUMENTED and "contested" in case:
        reading = Reading.STRICT if case["verdict"] == "denied" else Reading.PERMISSIVE
        judged = _judged(case, tables, answers(judged.verdict, reading))
    return judged


def answers(verdict: Verdict, reading: Reading) -> Settings:
    """Answer every open question on which *verdict* rests with *reading*."""
    return Settings({finding.setting: reading for finding in verdict.findings if finding.setting})


def _judged(case: Mapping[str, Any], tables: Mapping[str, Any], settings: Settings) -> Judged:
    world = World.of(tables, case["views"])
    for statement in (*case.get("setup", ()), *[case["sql"]] * case.get("prior_successful_runs", 0)):
        world.run(statement, settings)
    before = World(world.room, dict(world.left))
    return Judged(world.run(case["sql"], settings), before, settings)


def judge_policy(policy: object, tables: Mapping[str, Any], before: object = None) -> bool:
    """Tell whether a view can have *policy* and be queried at all: as a mapping, or as the text of the option.

    Args:
        policy: The policy.
        tables: The file's tables.
        before: The policy that the view has so far and that is altered; None to create the view.
    """
    try:
        read = policy_from_text(policy) if isinstance(policy, str) else PrivacyPolicy.model_validate(policy)
    except (PolicyTextError, ValueError):
        return False
    text = policy_to_text(read).replace("'", "\\'")
    views = [{"name": "mydataset.ExamView", "table": "mydataset.ExamTable", "policy": before}] if before else []
    options = f"OPTIONS(privacy_policy = '{text}')"
    create = f"CREATE VIEW mydataset.ExamView {options} AS SELECT * FROM mydataset.ExamTable"
    alter = f"ALTER VIEW mydataset.ExamView SET {options}"
    world = World.of(tables, views)
    if world.run(alter if before else create).outcome is not Outcome.ALLOWED:
        return False
    asked = world.run("SELECT COUNT(*) AS n FROM mydataset.ExamView")
    return "join_policy_without_columns" not in {finding.check for finding in asked.findings}


def service_text(verdict: Verdict) -> str | None:
    """Return what BigQuery would say: the text of the first definite finding; None where nobody published one."""
    return next((finding.service_message for finding in verdict.findings if finding.setting is None), None)
