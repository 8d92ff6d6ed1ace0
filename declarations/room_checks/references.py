"""Names that must refer to something declared: configured tables and analysis templates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from declarations.analysis_rules import AnalysisRuleCustom
from declarations.base import Problem, unknown_name

if TYPE_CHECKING:  # rooms ask these checks, so their module imports this one
    from declarations.clean_room import CleanRoom

_Path = tuple[str | int, ...]


def association_tables(room: CleanRoom) -> Iterator[Problem]:
    """An association names a configured table of the same member."""
    for index, membership in enumerate(room.memberships):
        for position, association in enumerate(membership.configured_table_associations):
            name = association.configured_table_name
            if membership.configured_table(name) is None:
                declared = [table.name for table in membership.configured_tables]
                path = ("memberships", index, "configured_table_associations", position)
                field = "configured_table" if association.configured_table else "name"
                message = f"member {membership.account_id!r} has no configured table {name!r}"
                yield unknown_name((*path, field), message, name, "declared", declared)


def template_references(room: CleanRoom) -> Iterator[Problem]:
    """`template:NAME` names exactly one analysis template of the room."""
    names = [template.name for _, template in room.templates()]
    for path, reference in room.held_references():
        kind, name = reference.split(":", 1)
        if kind != "template":
            continue
        if name not in names:
            yield unknown_name(path, f"the room declares no analysis template {name!r}", name, "declared", names)
        elif names.count(name) > 1:
            yield Problem(path, f"several analysis templates of the room are named {name!r}: use an ARN")


def custom_rules(room: CleanRoom) -> Iterator[tuple[_Path, AnalysisRuleCustom]]:
    """Yield the custom rule of every configured table, with its path."""
    for index, membership in enumerate(room.memberships):
        for position, table in enumerate(membership.configured_tables):
            if isinstance(table.rule, AnalysisRuleCustom):
                path = ("memberships", index, "configured_tables", position, "analysis_rule", "custom")
                yield path, table.rule
