"""A bucket of shared rows without the tags that the company asks for."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.subjects import DATA_SOURCES, Placed
from policies.tags import RequiredTags, absent_tags


def untagged_source(placed: Placed[DataSource], configuration: RequiredTags) -> Iterator[Violation]:
    """A bucket of shared rows without the tags that the company asks for.

    Why: Owners, retention and classification are found by tags; what has none belongs to nobody.
    Avoid: no tag `owner`
    Prefer: `tags: {owner: sales-data}`
    Source: https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
    """
    yield from absent_tags(placed.declaration.tags, configuration)


POLICY = Policy(untagged_source, DATA_SOURCES, Severity.LOW, configuration=RequiredTags)
