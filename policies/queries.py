"""Shared helpers of policies that read the facts about a template's SQL."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.analysis_template import AnalysisTemplate
from declarations.base import UnknownValueError
from declarations.query_facts import Failure, QueryFacts, UsedColumn
from policies.personal_data import Identification, identification
from policies.policy import Violation
from policies.rules import custom, pii_of
from policies.subjects import AnyNamedRoom, Placed


class NotAnalysedError(UnknownValueError):
    """A policy needs facts about a query that was not, or could not be, analysed."""

    def __init__(self, query: str, why: str) -> None:
        super().__init__("query", "query_facts")
        self.args = (f"what {query} does is not known: {why}",)


def facts_of(placed: Placed[AnalysisTemplate]) -> QueryFacts | None:
    """Return the facts about a template's SQL; None for a template that is not SQL.

    Raises:
        NotAnalysedError: It was not analysed, or the analysis did not understand all of it.
    """
    template = placed.declaration
    if template.format != "SQL":
        return None
    return followed_facts(placed.named_room, template.name, f"template {template.name!r}")


def followed_facts(room: AnyNamedRoom, name: str, query: str) -> QueryFacts:
    """Return the facts about the query *name* of *room*; *query* is how messages refer to it.

    Raises:
        NotAnalysedError: It was not analysed, or the analysis did not understand all of it.
    """
    facts = next((one for one in room.query_facts or () if one.name == name), None)
    if facts is None:
        raise NotAnalysedError(query, "its SQL was not analysed")
    if not facts.followed:
        raise NotAnalysedError(query, "its SQL cannot be followed; cleanroom check says where")
    return facts


def people_among(placed: Placed[AnalysisTemplate], columns: tuple[UsedColumn, ...]) -> Iterator[tuple[str, str]]:
    """Yield `table.column` and `pii` of those *columns* that hold direct identifiers or pseudonyms."""
    tables = {association.name.lower(): table for _, association, table in placed.room.associated_tables()}
    for used in columns:
        pii = pii_of(tables[used.table.lower()], used.column) if used.table.lower() in tables else None
        if pii is not None and identification(pii) in {Identification.DIRECT, Identification.PSEUDONYM}:
            yield f"{used.table}.{used.column}", pii


def fallible_under_privacy(placed: Placed[AnalysisTemplate], failure: Failure) -> Iterator[Violation]:
    """Yield a violation for each operation that can fail in that way on rows under differential privacy."""
    facts = facts_of(placed)
    private = _private_tables(placed)
    for operation in facts.fallible_operations if facts else ():
        names = [f"{used.table}.{used.column}" for used in operation.columns if used.table.lower() in private]
        if operation.failure is failure and names:
            where = f"line {operation.position.line}, column {operation.position.column}"
            message = f"{operation.operation!r} over {', '.join(names)} ({where}) can fail on one row"
            yield Violation(("source",), f"{message}, and the failure reveals that row; {_REMEDIES[failure]}", names[0])


_REMEDIES = {
    Failure.CONVERSION: "use TRY_CAST, or convert before the table is shared",
    Failure.OVERFLOW: "use smaller numbers, or compute on the sums",
    Failure.DIVISION: "divide by NULLIF(..., 0), or divide the sums",
}


def _private_tables(placed: Placed[AnalysisTemplate]) -> set[str]:
    """Return the SQL names, lower case, of the tables under differential privacy."""
    tables = ((association.name.lower(), custom(table)) for _, association, table in placed.room.associated_tables())
    return {name for name, rule in tables if rule and rule.differential_privacy}
