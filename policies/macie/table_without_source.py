"""A table whose bucket is not declared; for companies that ask for evidence of every table."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.configured_table import ConfiguredTable
from policies.policy import Level, Policy, Severity, Violation
from policies.rules import identifies_people
from policies.subjects import CONFIGURED_TABLES, Placed


def table_without_source(placed: Placed[ConfiguredTable]) -> Iterator[Violation]:
    """A table about people whose bucket is not declared.

    Why: Without a data source nobody can tell whether its rows were analysed, encrypted or public: the policies about
        Macie and buckets have nothing to judge. A company that rests on them enables this one.
    Avoid: a Glue table without an entry in `data_sources`
    Prefer: `data_sources: [{bucket: ..., database_name: ..., table_name: ...}]`
    Source: https://docs.aws.amazon.com/macie/latest/user/discovery-jobs.html
    """
    table = placed.declaration
    if not identifies_people(table) or table.table_reference.glue is None:
        return
    if placed.member.data_source(table) is None:
        message = "no data source is declared for the table; declare its bucket, key and role in data_sources"
        yield Violation(("table_reference", "glue"), message)


POLICY = Policy(table_without_source, CONFIGURED_TABLES, Severity.LOW, level=Level.DISABLED)
