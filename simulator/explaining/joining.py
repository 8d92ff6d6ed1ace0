"""Which columns of a table can be joined with which columns of other tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from simulator.explaining.asking import Answer, Asking, askings
from simulator.explaining.carrier import Carrier, pairs, selecting
from simulator.explaining.draft import Draft, Match
from simulator.request import AnalysisRequest, Table, TableKind
from simulator.verdict import Outcome

_ABOUT_TABLES = frozenset({"mixed_rule_types", "analysis_not_approved", "table_without_rule", "jobs_only_table"})
"""Refusals that do not depend on the pair of columns."""
_MOST_LISTS = 6
"""Maximum number of select lists to try for one join."""


@dataclass(frozen=True, slots=True)
class Joinable:
    """A table that can be joined: each of *columns* with each of *with_columns*.

    Attributes:
        table: SQL name of the other table.
        columns: Columns of the table that the page is about; empty when the two cannot be joined.
        with_columns: Columns of the other table.
        of_columns: All columns of the other table.
        answer: The verdict on the likeliest join of the two.
        asked: How such a join is submitted, in words.
    """

    table: str
    columns: tuple[str, ...]
    with_columns: tuple[str, ...]
    of_columns: tuple[str, ...]
    answer: Answer
    asked: str


def joinable(request: AnalysisRequest, member: str, carrier: Carrier, table: Table) -> Iterator[Joinable]:
    """Yield every other table of the room with the columns by which it can be joined.

    It first searches for one pair of columns that can be joined, the witness, and then judges every column of one side
    with the witness column of the other side.
    """
    for other in request.tables.values():
        if other is not table:
            yield _with(_Joiner(request, member, carrier, table, other))


def _with(joiner: _Joiner) -> Joinable:
    witness = joiner.witness()
    answer = witness.answer
    if answer.outcome is Outcome.DENIED:
        return Joinable(joiner.other.name, (), (), tuple(joiner.other.columns), answer, witness.asking.described)

    def as_good(own: str, theirs: str) -> bool:
        draft = replace(joiner.draft(own, theirs), items=witness.items)
        return witness.asking.ask(draft).rank <= answer.rank

    columns = tuple(name for name in joiner.table.columns if as_good(name, witness.theirs))
    others = tuple(name for name in joiner.other.columns if as_good(witness.own, name))
    return Joinable(joiner.other.name, columns, others, tuple(joiner.other.columns), answer, witness.asking.described)


@dataclass(frozen=True, slots=True)
class _Witness:
    """A pair of columns, with the select list, the way to submit and the answer of a join by it."""

    own: str
    theirs: str
    items: tuple[str, ...]
    asking: Asking
    answer: Answer


@dataclass(frozen=True, slots=True)
class _Joiner:
    request: AnalysisRequest
    member: str
    carrier: Carrier
    table: Table
    other: Table

    def witness(self) -> _Witness:
        """Return the first pair that may be joined, or else the one with the best answer."""
        best: _Witness | None = None
        for own, theirs, draft in self._drafts():
            for asking in askings(self.request, self.member, draft.tables):
                found = _Witness(own, theirs, draft.items, asking, asking.ask(draft))
                if best is None or found.answer.rank < best.answer.rank:
                    best = found
                if found.answer.outcome is Outcome.ALLOWED:
                    return best
            if best is not None and any(finding.check in _ABOUT_TABLES for finding in best.answer.findings):
                break
        assert best is not None  # noqa: S101 - there is at least one pair, and one way to ask
        return best

    def _drafts(self) -> Iterator[tuple[str, str, Draft]]:
        """Yield each pair of columns with the carrier's select list, then with others that the other rule may need."""
        first = (next(iter(self.table.columns)), next(iter(self.other.columns)))
        for own, theirs in pairs(self.table, self.other) or [first]:
            draft = self.draft(own, theirs)
            yield own, theirs, draft
            yield from ((own, theirs, another) for another in islice(selecting(draft), _MOST_LISTS))

    def draft(self, own: str, theirs: str) -> Draft:
        """Return the carrier with the other table joined by the two columns; an existing join of it is replaced."""
        match = Match(self.other, theirs, self.table, own)
        joins = []
        for present in self.carrier.draft.joins:
            if present.table is self.other:
                continue
            if self._crosses(present, own):
                # Both columns of a mapping table must be joined: the join on this one moves to the other.
                freed = next((name for name in self.table.columns if name != own), own)
                joins.append(replace(present, other_column=freed))
            else:
                joins.append(present)
        return replace(self.carrier.draft, joins=(match, *joins))

    def _crosses(self, present: Match, own: str) -> bool:
        mapping = self.table.kind is TableKind.ID_MAPPING
        return mapping and present.other is self.table and present.other_column == own
