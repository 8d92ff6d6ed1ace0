"""The text of a new room: complete, and with a comment on every line that somebody has to decide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from textwrap import indent
from typing import Final

from cli.init.rule import Rule
from cli.init.sharing import NewTable, partner
from cli.init.wanted import Member

FIRST_QUERY: Final = "first_query"
"""Name of the query that a new room comes with."""
_PLAIN: Final = re.compile(r"(?!(y|n|yes|no|on|off|true|false|null)$)[a-z][a-z0-9_]*", re.IGNORECASE)
_ROOM: Final = """\
# A room of {owner.name} and {runner.name}, begun by `cleanroom init`: each line with a comment is yours to decide.
region: {region}  # Where the collaboration is: docs/rooms.md

collaboration:
  name: {name}
  description: {purpose}  # What for: docs/policies/unstated_purpose.md
  creator_account_id: "{owner.account}"
  creator_display_name: {first}
  creator_member_abilities: []
  members:
    - account_id: "{runner.account}"
      display_name: {second}
      member_abilities: [CAN_QUERY, CAN_RECEIVE_RESULTS]  # Who asks, and who gets the answers: docs/rooms.md
      payment_configuration:
        query_compute: {{is_responsible: true}}  # Who pays for queries: docs/policies/unstated_payer.md
  query_log_status: ENABLED
  analytics_engine: SPARK
  allowed_result_regions: [{region}]  # Where answers go: docs/policies/unrestricted_result_regions.md

memberships:
"""
_BUDGET: Final = """\
privacy_budget_templates:
  - privacy_budget_type: DIFFERENTIAL_PRIVACY
    auto_refresh: NONE  # CALENDAR_MONTH only where rows change every month: docs/differential-privacy.md
    parameters:
      # How much may be learned in all, and how many people the noise of one answer hides: docs/differential-privacy.md
      differential_privacy: {epsilon: 3, users_noise_per_query: 30}
"""
_TEMPLATE: Final = f"""\
analysis_templates:
  - name: {FIRST_QUERY}
    description: The first query; its owner approves the text that the file holds
    format: SQL
    source: {{file: queries/{FIRST_QUERY}.sql}}
"""


def room_text(name: str, region: str, members: tuple[Member, Member], tables: Sequence[NewTable], rule: Rule) -> str:
    """Return the room file.

    Args:
        name: The collaboration's name.
        region: An AWS region.
        members: The creator, and who asks.
        tables: What they bring.
        rule: The rule of all tables.
    """
    owner, runner = members
    purpose = _scalar(f"Joint statistics of {owner.name} and {runner.name}")
    text = _ROOM.format(
        owner=owner,
        runner=runner,
        first=_scalar(owner.name),
        second=_scalar(runner.name),
        purpose=purpose,
        name=_scalar(name),
        region=region,
    )
    for member in members:
        text += f'  - account_id: "{member.account}"\n    query_log_status: ENABLED\n'
        text += indent("".join(_brought(member, runner, tables, rule)), "    ")
    return text


def _brought(member: Member, runner: Member, tables: Sequence[NewTable], rule: Rule) -> Iterator[str]:
    """Yield what a member brings: tables, and what a rule needs beside them."""
    if own := [table for table in tables if table.owner == member.account]:
        yield "configured_tables:\n"
        for table in own:
            joined = member != runner and partner(table, tables) is not None
            yield indent(
                _table(table) + indent("".join(_rule(table, rule, runner.account, joined=joined)), "    "), "  "
            )
        yield "configured_table_associations:\n"
        yield from (indent(_association(table, runner.account, rule), "  ") for table in own)
    if member != runner and rule is Rule.DIFFERENTIAL_PRIVACY:
        yield _BUDGET
    if member == runner and rule is Rule.CUSTOM:
        yield _TEMPLATE


def _table(table: NewTable) -> str:
    name, columns = _scalar(table.name), indent("".join(_columns(table)), "    ")
    return f"""\
- name: {name}
  table_reference:
    glue: {{database_name: lake, table_name: {name}}}  # Where the rows are: docs/deploying.md
  columns:  # Types, and the personal data they hold (pii): docs/policies/README.md
{columns}\
  allowed_columns: {_flow(table.allowed)}  # What may be used at all: docs/room-file.md
  analysis_method: DIRECT_QUERY
  analysis_rule:
"""


def _columns(table: NewTable) -> Iterator[str]:
    for column in table.columns:
        pii = "customer_id" if column == table.person and not column.is_pseudonym else column.pii
        stated = f"{{type: {_scalar(column.type)}, pii: {_scalar(pii)}}}" if pii else _scalar(column.type)
        doubts = ["taken for what tells people apart"] if column == table.person else []
        doubts += ["type guessed from the first rows"] if column.is_guessed else []
        comment = f"  # {'; '.join(doubts).capitalize()}: docs/rooms.md" if doubts else ""
        yield f"{_scalar(column.name)}: {stated}{comment}\n"


def _rule(table: NewTable, rule: Rule, runner: str, *, joined: bool) -> Iterator[str]:
    """Yield the lines of a table's rule.

    Args:
        table: The table.
        rule: Its rule.
        runner: Account id of the member who asks.
        joined: Whether every query has to join it with a table of the member who asks.
    """
    person = _scalar(table.person.name)
    yield f"{_kind(rule)}:\n"
    if rule is Rule.AGGREGATION:
        yield "  aggregate_columns:  # What may be computed: docs/analysis-rules.md\n"
        yield f"    - {{function: COUNT_DISTINCT, column_names: [{person}]}}\n"
        if table.numbers:
            yield f"    - {{function: SUM, column_names: {_flow(table.numbers)}}}\n"
        yield f"  join_columns: [{person}]\n"
        yield "  join_required: QUERY_RUNNER\n" if joined else ""
        yield f"  dimension_columns: {_flow(table.dimensions)}  # What to group by: docs/analysis-rules.md\n"
        yield "  scalar_functions: []\n"
        yield "  output_constraints:  # Fewest people behind a row of an answer: docs/policies/low_minimum.md\n"
        yield f"    - {{column_name: {person}, minimum: 25, type: COUNT_DISTINCT}}\n"
    elif rule is Rule.LIST:
        yield f"  join_columns: [{person}]\n"
        yield f"  list_columns: {_flow(table.allowed[1:])}  # What is shown row by row: docs/analysis-rules.md\n"
    elif rule is Rule.CUSTOM:
        yield f"  allowed_analyses: [template:{FIRST_QUERY}]  # Which queries are approved: docs/analysis-rules.md\n"
        yield from _no_rows_of(table)
    else:
        yield "  allowed_analyses: [ANY_QUERY]\n"
        yield f'  allowed_analysis_providers: ["{runner}"]  # Whose queries may run: docs/analysis-rules.md\n'
        own = table.owner == runner  # who receives results cannot have noise on their own table
        yield from _no_rows_of(table) if own else [f"  differential_privacy: {{columns: [{{name: {person}}}]}}\n"]
    yield "  additional_analyses: NOT_ALLOWED\n"


def _no_rows_of(table: NewTable) -> Iterator[str]:
    """Yield the controls of a custom rule: no answer holds who, or, where the service can count them, tells of few."""
    yield f"  disallowed_output_columns: [{_scalar(table.person.name)}]\n"
    if table.person.type == "string":
        yield "  aggregation_thresholds:  # Fewest people behind a row of an answer: docs/policies/low_minimum.md\n"
        yield f"    - identity_columns: [{_scalar(table.person.name)}]\n      minimum_identity_count: 25\n"
        yield "      type: COUNT_DISTINCT\n      allowed_aggregate_expression_type: COLUMNS_ONLY\n"


def _association(table: NewTable, runner: str, rule: Rule) -> str:
    name = _scalar(table.name)
    return f"""\
- name: {name}
  configured_table: {name}
  role_arn: arn:aws:iam::{table.owner}:role/clean-rooms  # The role that reads the rows: docs/deploying.md
  analysis_rule:
    {_kind(rule)}: {{allowed_result_receivers: ["{runner}"]}}  # Who gets answers: docs/analysis-rules.md
"""


def _kind(rule: Rule) -> str:
    return "custom" if rule is Rule.DIFFERENTIAL_PRIVACY else rule.value


def _flow(names: Iterable[str]) -> str:
    return f"[{', '.join(_scalar(name) for name in names)}]"


def _scalar(text: str) -> str:
    """Return *text* as YAML, quoted if a reader could take it for something other than a text."""
    return text if _PLAIN.fullmatch(text) else json.dumps(text, ensure_ascii=False)
