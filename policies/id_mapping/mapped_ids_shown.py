"""Mapped ids that queries may show."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.id_mapping import IdNamespaceAssociation
from policies.policy import Policy, Severity, Violation
from policies.subjects import ID_NAMESPACE_ASSOCIATIONS, Placed


def mapped_ids_shown(placed: Placed[IdNamespaceAssociation]) -> Iterator[Violation]:
    """Mapped ids that queries may show.

    Why: An ID mapping table pairs two companies' ids of one person; as a dimension, a query takes away the pairs.
    Avoid: `id_mapping_config: {allow_use_as_dimension_column: true}`
    Prefer: `allow_use_as_dimension_column: false`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-id-mapping-table.html
    """
    mapping = placed.declaration.id_mapping_config
    if mapping is not None and mapping.allow_use_as_dimension_column:
        message = "the namespace's ids may be selected and grouped by; set allow_use_as_dimension_column to false"
        yield Violation(("id_mapping_config", "allow_use_as_dimension_column"), message)


POLICY = Policy(mapped_ids_shown, ID_NAMESPACE_ASSOCIATIONS, Severity.HIGH)
