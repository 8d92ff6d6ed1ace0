"""What a new table shares: as little as a first query needs, so that no policy is broken until somebody decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

from cli.init.columns import NewColumn
from cli.init.rule import Rule
from declarations.naming import listed
from policies.personal_data import is_identifying_name
from simulator.explaining.draft import Draft, Family, Match, family
from simulator.request import Table

_MOST_DIMENSIONS: Final = 8
"""More make groups small: the default of the policy `too_many_dimensions`."""


@dataclass(frozen=True)
class NewTable:
    """A table of a new room.

    Attributes:
        name: Its name in SQL.
        owner: Account id of the member who brings it.
        columns: All its columns; at least one is a text or a number.
    """

    name: str
    owner: str
    columns: tuple[NewColumn, ...]

    @cached_property
    def person(self) -> NewColumn:
        """The column that tells people apart, as far as names tell; the first text or number, where no name does."""

        def unlikely(one: NewColumn) -> tuple[bool, ...]:
            return not one.is_pseudonym, not is_identifying_name(one.name), not one.is_key, one.pii is not None

        return min((column for column in self.columns if column.is_plain), key=unlikely)

    @cached_property
    def numbers(self) -> tuple[str, ...]:
        """Columns to compute with."""
        return tuple(column.name for column in self._others if family(column.type) is Family.NUMBER)

    @cached_property
    def dimensions(self) -> tuple[str, ...]:
        """Columns to group by, texts first."""
        texts = [column.name for column in self._others if family(column.type) is Family.TEXT]
        others = [column.name for column in self._others if column.type in {"boolean", "date"}]
        return (*texts, *others)[:_MOST_DIMENSIONS]

    @property
    def allowed(self) -> tuple[str, ...]:
        """Columns that may be used at all."""
        return (self.person.name, *self.dimensions, *self.numbers)

    @property
    def _others(self) -> tuple[NewColumn, ...]:
        """Columns beside the person's that neither describe people nor stand for something."""
        return tuple(one for one in self.columns if one != self.person and one.pii is None and not one.is_key)


def partner(table: NewTable, tables: Sequence[NewTable]) -> NewTable | None:
    """Return the first of *tables* that another member brings and that has the same column of people, or None."""
    others = (other for other in tables if other.owner != table.owner)
    wanted = table.person.name, table.person.type
    return next((other for other in others if (other.person.name, other.person.type) == wanted), None)


def unfit(tables: Sequence[NewTable], rule: Rule) -> str | None:
    """Return why *tables*, of which the first query asks the first, cannot have *rule*; None when they can."""
    first = tables[0]
    if clear := next((table for table in tables if table.person.names_people), None):
        told = f"table {clear.name!r} tells people apart by {clear.person.name!r}, in clear text"
        return f"{told}; put a keyed hash in its place, such as 'hashed_{clear.person.name}'"
    people = {table.person.name: table for table in tables if table.owner == first.owner}
    if rule is Rule.DIFFERENTIAL_PRIVACY and len(people) > 1:
        needed = "all tables of the first member need one column of people, such as 'customer_id'"
        return f"--rule {rule}: {needed}; found {listed(people)}"
    if rule is Rule.LIST and partner(first, tables) is None:
        wanted = f"{first.person.name!r} ({first.person.type}), as {first.name!r} has"
        return f"--rule {rule}: rows of what both have are listed; give the other member a table with {wanted}"
    bare = next((table for table in tables if not table.allowed[1:]), None)
    if rule is Rule.LIST and bare:
        return f"--rule {rule}: table {bare.name!r} has no column to list beside {bare.person.name!r}"
    return None


def first_query(tables: Sequence[NewTable], rule: Rule) -> str:
    """Return a query of the first of *tables* that *rule* allows: a list, or a count by one dimension."""
    table, person = tables[0], tables[0].person.name
    other = partner(table, tables) if rule in {Rule.AGGREGATION, Rule.LIST} else None
    asked = Table(table.name, table.owner, {})
    joins = (Match(Table(other.name, other.owner, {}), person, asked, person),) if other else ()
    draft = Draft(asked, joins=joins)
    if rule is Rule.LIST:
        return replace(draft, distinct=True).showing(draft.column(asked, table.allowed[1])).sql()
    groups = tuple(draft.column(asked, name) for name in table.dimensions[:1])
    counted = "COUNT(1) AS found" if rule is Rule.CUSTOM else f"COUNT(DISTINCT {draft.column(asked, person)}) AS people"
    return draft.grouped(*groups).showing(*groups, counted).sql()
