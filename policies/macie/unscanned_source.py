"""Shared rows whose bucket no classification job has scanned completely."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.data_source import DataSource
from policies.policy import Policy, Severity, Violation
from policies.scans import whole_scans
from policies.subjects import DATA_SOURCES, Placed


def unscanned_source(placed: Placed[DataSource]) -> Iterator[Violation]:
    """Shared rows whose bucket no classification job has scanned completely.

    Why: What nobody has looked for cannot be protected: an e-mail address in a free-text column leaves with
        the column.
    Avoid: a bucket that no job covers; a sampled job, or a scheduled one without `initialRun`
    Prefer: a classification job over the table's prefix, at 100 percent
    Source: https://docs.aws.amazon.com/macie/latest/user/discovery-jobs.html
    """
    if not whole_scans(placed):
        source = placed.declaration
        where = f"{source.bucket}/{source.key_prefix or ''}"
        message = f"no classification job analyses all of {where!r}; run one before the table is shared"
        yield Violation(("bucket",), message, source.bucket)


POLICY = Policy(unscanned_source, DATA_SOURCES, Severity.HIGH)
