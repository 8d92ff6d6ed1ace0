"""What the tables of a room must agree on: with their associations, with each other, with the engine."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from declarations.base import Problem
from declarations.column_types import LEGACY_TYPES, uses_type
from declarations.room_checks.abilities import holders
from declarations.room_checks.references import custom_rules

if TYPE_CHECKING:  # rooms ask these checks, so their module imports this one
    from declarations.clean_room import CleanRoom
    from declarations.configured_table import Column


def association_rules(room: CleanRoom) -> Iterator[Problem]:
    """An association's rule has the same type as its table's rule.

    Source: API SchemaStatusReasonCode ANALYSIS_RULE_TYPES_NOT_COMPATIBLE.
    """
    for index, membership in enumerate(room.memberships):
        for position, association in enumerate(membership.configured_table_associations):
            table = membership.configured_table(association.configured_table_name)
            if association.analysis_rule is None or table is None:
                continue
            kind = table.analysis_rule.rule_type.value if table.analysis_rule else "none"
            if association.analysis_rule.rule_type != kind:
                path = ("memberships", index, "configured_table_associations", position, "analysis_rule")
                stated = association.analysis_rule.rule_type
                yield Problem(path, f"the association has a rule of type {stated}, its configured table {kind}")


def jobs_only(room: CleanRoom) -> Iterator[Problem]:
    """Thresholds and comparison controls need an analysis that is not a job.

    Source: API AnalysisRuleCustom.aggregationThresholds, comparisonControls.
    """
    jobs = {f"template:{template.name}" for _, template in room.templates() if template.format != "SQL"}
    for path, rule in custom_rules(room):
        if rule.allowed_analyses and set(rule.allowed_analyses) <= jobs:
            for name in ("aggregation_thresholds", "comparison_controls"):
                if getattr(rule, name) is not None:
                    message = "needs an analysis that is not a job; allowedAnalyses holds only PySpark templates"
                    yield Problem((*path, name), f"{type(rule).model_fields[name].alias} {message}")


def differential_privacy_columns(room: CleanRoom) -> Iterator[Problem]:
    """All tables with differential privacy have the same user identifier column.

    Source: API DifferentialPrivacyConfiguration.columns.
    """
    first: str | None = None
    associated = {(member.account_id, table.name) for member, _, table in room.associated_tables()}
    for path, rule in custom_rules(room):
        membership = room.memberships[int(path[1])]
        table = membership.configured_tables[int(path[3])]
        if rule.differential_privacy is None or (membership.account_id, table.name) not in associated:
            continue
        column = rule.differential_privacy.columns[0].name
        first = first or column
        if column != first:
            message = f"tables with differential privacy share one user identifier column: {first!r}; found {column!r}"
            yield Problem((*path, "differential_privacy", "columns", 0, "name"), message)


def differential_privacy_of_receivers(room: CleanRoom) -> Iterator[Problem]:
    """A member who can receive results cannot turn on differential privacy for their own tables.

    Source: userguide/custom-diff-privacy.
    """
    receivers = holders(room, "CAN_RECEIVE_RESULTS")
    for path, rule in custom_rules(room):
        account = room.memberships[int(path[1])].account_id
        if rule.differential_privacy is not None and account in receivers:
            message = f"differential privacy is for tables of members without CAN_RECEIVE_RESULTS; {account!r} has it"
            yield Problem((*path, "differential_privacy"), message)


def intermediate_owners(room: CleanRoom) -> Iterator[Problem]:
    """Only the member who can query makes intermediate tables. Source: userguide/working-with-intermediate-tables."""
    runners = holders(room, "CAN_QUERY")
    for index, membership in enumerate(room.memberships):
        if membership.intermediate_tables and membership.account_id not in runners:
            message = f"intermediate tables belong to the member who can query; found {membership.account_id!r}"
            yield Problem(("memberships", index, "intermediate_tables"), message)


def legacy_sources(room: CleanRoom) -> Iterator[Problem]:
    """The old engine reads only Glue tables on S3. Source: userguide/analytics-engine."""
    if room.engine == "SPARK":
        return
    associated = {(member.account_id, table.name) for member, _, table in room.associated_tables()}
    for index, membership in enumerate(room.memberships):
        for position, table in enumerate(membership.configured_tables):
            kind = table.table_reference.kind
            if kind != "glue" and (membership.account_id, table.name) in associated:
                path = ("memberships", index, "configured_tables", position, "table_reference")
                yield Problem(path, f"only the SPARK engine reads {kind.capitalize()}; the room has {room.engine}")


def legacy_types(room: CleanRoom) -> Iterator[Problem]:
    """Some names of types are known to the old engine only. Source: sql-reference/c_Supported_data_types."""
    for path, column in _lake_columns(room) if room.engine == "SPARK" else ():
        if legacy := uses_type(column.type, LEGACY_TYPES):
            yield Problem(path, f"only the CLEAN_ROOMS_SQL engine has the type {legacy!r}; the room has SPARK")


def _lake_columns(room: CleanRoom) -> Iterator[tuple[tuple[str | int, ...], Column]]:
    """Yield the declared columns of all tables but Snowflake's, each with the path of its type."""
    for index, membership in enumerate(room.memberships):
        for member in ("configured_tables", "intermediate_tables"):
            for position, table in enumerate(getattr(membership, member)):
                if member == "configured_tables" and table.table_reference.snowflake:
                    continue
                for name, column in (table.columns or {}).items():
                    yield ("memberships", index, member, position, "columns", name, "type"), column


def metrics(room: CleanRoom) -> Iterator[Problem]:
    """A membership enables metrics only if the collaboration does. Source: API CreateMembershipInput."""
    for index, membership in enumerate(room.memberships):
        if membership.is_metrics_enabled and not room.collaboration.is_metrics_enabled:
            message = "isMetricsEnabled of a membership needs isMetricsEnabled of the collaboration"
            yield Problem(("memberships", index, "is_metrics_enabled"), message)
