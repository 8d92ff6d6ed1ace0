"""Rows under differential privacy that the same room holds a second time."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.association import ConfiguredTableAssociation
from declarations.naming import listed
from policies.policy import Policy, Severity, Violation
from policies.rules import associated_table, custom
from policies.subjects import ASSOCIATIONS, Placed


def noise_beside_another_table(placed: Placed[ConfiguredTableAssociation]) -> Iterator[Violation]:
    """Rows under differential privacy that the same room holds a second time.

    Why: A second configured table over the same rows answers by its own rule: what it answers exactly is no longer
        hidden by noise on the first.
    Avoid: one Glue table behind a table under differential privacy and a table with an aggregation rule
    Prefer: one configured table over the rows of a room
    Source: https://doi.org/10.1561/0400000042
    """
    table = associated_table(placed)
    rule = custom(table)
    if rule is None or rule.differential_privacy is None:
        return
    rows = table.table_reference.rows_behind
    others = [
        association.name
        for member, association, other in placed.room.associated_tables()
        if member is placed.member
        and association is not placed.declaration
        and other.table_reference.rows_behind == rows
    ]
    if others:
        message = f"the rows behind {placed.declaration.name!r} are also behind {listed(others)} of this room"
        yield Violation((), f"{message}, which answers without its noise; share them once")


POLICY = Policy(noise_beside_another_table, ASSOCIATIONS, Severity.HIGH)
