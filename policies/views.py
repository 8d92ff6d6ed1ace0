"""Shared helpers of policies that read BigQuery views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from declarations.bigquery.room import BigQueryTable, BigQueryView, Columns
from declarations.query_facts import UsedColumn
from policies.personal_data import Identification, identification
from policies.queries import followed_facts
from policies.subjects import VIEWS, Estate, NamedBigQueryRoom, Placed

PERSON = (Identification.DIRECT, Identification.PSEUDONYM)
"""The ways in which a single column identifies one person."""


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of a view that shows row-level values.

    Attributes:
        name: Its name, lower case; empty when it has none.
        origins: Whose values it shows: columns of tables and of views with a policy of their own.
        pii: What personal data it holds: what the view declares of it, or else what its origins hold; a column that it
            merely renames keeps what that holds, whatever the view declares.
        stands_for: The columns that it renames, or tells the values of apart; none when it is computed otherwise.
        beside: The tables whose rows stand beside it though no equality with it joins them.
    """

    name: str
    origins: tuple[UsedColumn, ...]
    pii: tuple[str, ...]
    stands_for: tuple[UsedColumn, ...]
    beside: tuple[str, ...]


def shown_columns(placed: Placed[BigQueryView]) -> tuple[ShownColumn, ...]:
    """Return the columns of a view, followed through its query and through views without a policy.

    Raises:
        NotAnalysedError: The view's query was not analysed, or the analysis did not understand all of it.
    """
    assert isinstance(placed.named_room, NamedBigQueryRoom)  # noqa: S101 - where views are
    return tuple(_shown(placed.named_room, placed.declaration))


def _shown(named: NamedBigQueryRoom, view: BigQueryView) -> Iterator[ShownColumn]:
    for output in followed_facts(named, view.name, f"view {view.name!r}").outputs:
        declared = _declared(view.columns, output.name)
        kept = output.copies if declared else output.columns
        found = dict.fromkeys((*(pii for used in kept for pii in _held(named, used)), *declared))
        yield ShownColumn(output.name.lower(), output.columns, tuple(found), output.stands_for, output.beside)


def _held(named: NamedBigQueryRoom, used: UsedColumn) -> Iterator[str]:
    """Yield the personal data in a column of a table, or of a view with a policy."""
    table, view = named.room.table(used.table), named.room.view(used.table)
    yield from _declared(table.columns if table else None, used.column)
    for shown in _shown(named, view) if view else ():
        yield from shown.pii if shown.name == used.column else ()


def _declared(columns: Columns | None, name: str) -> tuple[str, ...]:
    """Return the declared personal data of the column; empty if none is declared."""
    return tuple(held.pii for key, held in (columns or {}).items() if key.lower() == name.lower() and held.pii)


def personal_columns(placed: Placed[BigQueryView], *wanted: Identification) -> dict[str, str]:
    """Return the columns of a view that identify a person in one of the *wanted* ways, with their `pii`."""
    found: dict[str, str] = {}
    for shown in shown_columns(placed):
        for pii in shown.pii:
            if identification(pii) in wanted:
                found.setdefault(shown.name, pii)
    return found


def stands_for_a_person(placed: Placed[BigQueryView], name: str) -> bool:
    """Return whether column *name* (lower case) of a view holds a person's identifier, or a hash of one, in every row.

    The view's own declaration of the column counts only if the column is derived from a single column.
    """
    assert isinstance(placed.named_room, NamedBigQueryRoom)  # noqa: S101 - where views are
    shown = [one for one in shown_columns(placed) if one.name == name]
    if not shown or not all(one.stands_for for one in shown) or any(_is_beside_people(placed, one) for one in shown):
        return False
    sources = {used for one in shown for used in one.stands_for}
    is_declared = len(sources) == 1 and _leads_to_a_person(_declared(placed.declaration.columns, name))
    return is_declared or all(_leads_to_a_person(_held(placed.named_room, used)) for used in sources)


def _is_beside_people(placed: Placed[BigQueryView], shown: ShownColumn) -> bool:
    """Return whether rows about people appear beside a column that does not join them: it may describe others."""
    return any(holds_people(table) for name in shown.beside if (table := placed.bigquery_room.table(name)))


def _leads_to_a_person(pii: Iterable[str]) -> bool:
    return any(identification(one) in PERSON for one in pii)


def is_about_people(placed: Placed[BigQueryView]) -> bool:
    """Return whether a column of a view holds a direct identifier or a pseudonym."""
    return bool(personal_columns(placed, *PERSON))


def columns_of_tables(placed: Placed[BigQueryView], *names: str) -> dict[tuple[str, str], str]:
    """Return the table columns whose values a view shows without passing through another view's policy.

    Args:
        placed: The view.
        names: Names of its columns, in any case; none: all of them.

    Returns:
        The view's column by the table's full path and the table's column in lower case.
    """
    room, wanted = placed.bigquery_room, {name.lower() for name in names}
    return {
        (room.full_path(origin.table), origin.column): shown.name
        for shown in shown_columns(placed)
        for origin in shown.origins
        if room.table(origin.table) and (not names or shown.name in wanted)
    }


def tables_read(placed: Placed[BigQueryView]) -> frozenset[str]:
    """Return the full paths of the tables that a view reads in any way, except through views with a policy.

    Raises:
        NotAnalysedError: See `shown_columns`.
    """
    assert isinstance(placed.named_room, NamedBigQueryRoom)  # noqa: S101 - where views are
    room, name = placed.bigquery_room, placed.declaration.name
    tables = followed_facts(placed.named_room, name, f"view {name!r}").tables
    return frozenset(room.full_path(table) for table in tables if room.table(table))


def holds_people(table: BigQueryTable) -> bool:
    """Return whether a column of a table holds a direct identifier or a pseudonym."""
    return _leads_to_a_person(column.pii for column in table.columns.values() if column.pii)


def all_views(estate: Estate) -> Iterator[Placed[BigQueryView]]:
    """Yield the views of all rooms."""
    return (view for named in estate.bigquery_rooms for view in VIEWS.find(named, estate))


def privacy_unit(view: BigQueryView) -> str | None:
    """Return a view's privacy unit column (for a STRUCT field, the STRUCT column); None if it has none."""
    unit = view.privacy_policy.privacy_unit_column if view.privacy_policy else None
    return unit.partition(".")[0].lower() if unit else None
