"""Group a stack's resources by membership and collaboration, by following the links between them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from declarations.unknown import UNKNOWN
from policies.reading.links import named_piece
from policies.reading.spellings import Part, Piece

_CHILDREN: Final = frozenset(
    {
        Part.ANALYSIS_TEMPLATE,
        Part.PRIVACY_BUDGET_TEMPLATE,
        Part.AUDIENCE_MODEL,
        Part.ID_NAMESPACE,
        Part.ID_MAPPING_TABLE,
    }
)
"""Parts that belong to a membership and have no analysis rule."""


@dataclass(frozen=True, slots=True)
class Ruled:
    """A table or association with its rule; at least one of them is in the stack."""

    piece: Piece | None
    rule: Piece | None

    @property
    def either(self) -> Piece:
        """What is in the stack."""
        found = self.piece or self.rule
        assert found is not None  # noqa: S101 - the rule without a table is made from a rule
        return found


@dataclass(frozen=True, slots=True)
class Share:
    """What the stack holds of one membership."""

    membership: Piece | None
    children: tuple[Piece, ...]
    associations: tuple[Ruled, ...]
    tables: tuple[Ruled, ...]
    intermediate_tables: tuple[Ruled, ...]

    @property
    def account(self) -> str | None:
        """The member's account, from any resource of the share; None if none states it."""
        ruled = (*self.associations, *self.tables, *self.intermediate_tables)
        held = (self.membership, *self.children, *(one.either for one in ruled))
        return next((one.resource.account for one in held if one and one.resource.account), None)


def of_part(pieces: Iterable[Piece], part: Part) -> list[Piece]:
    """Return the pieces of one kind."""
    return [one for one in pieces if one.part is part]


def _ruled(pieces: Sequence[Piece], part: Part, rule: Part, name: str) -> list[Ruled]:
    """Return every *part* with its *rule*, and every rule whose part is not in the stack."""
    rules = {one.resource.urn: named_piece(pieces, one, name, part) for one in of_part(pieces, rule)}
    by_urn = {one.resource.urn: one for one in of_part(pieces, rule)}
    owned = {found.resource.urn: by_urn[urn] for urn, found in rules.items() if found}
    with_rule = [Ruled(one, owned.get(one.resource.urn)) for one in of_part(pieces, part)]
    return with_rule + [Ruled(None, by_urn[urn]) for urn, found in rules.items() if found is None]


def _shares(pieces: Sequence[Piece]) -> list[Share]:
    """Return the share of each membership, including memberships that are in another stack."""

    def home(one: Piece) -> str:
        found = named_piece(pieces, one, "membershipIdentifier", Part.MEMBERSHIP)
        return found.resource.urn if found else str(one.members.get("membershipIdentifier", UNKNOWN))

    children = [one for one in pieces if one.part in _CHILDREN]
    associations = _ruled(pieces, Part.ASSOCIATION, Part.ASSOCIATION_RULE, "configuredTableAssociationIdentifier")
    intermediate = _ruled(pieces, Part.INTERMEDIATE_TABLE, Part.INTERMEDIATE_TABLE_RULE, "intermediateTableIdentifier")
    tables = _ruled(pieces, Part.CONFIGURED_TABLE, Part.CONFIGURED_TABLE_RULE, "configuredTableIdentifier")
    memberships = {one.resource.urn: one for one in of_part(pieces, Part.MEMBERSHIP)}
    belonging = [*children, *(one.either for one in (*associations, *intermediate))]
    homes = list(dict.fromkeys([*memberships, *map(home, belonging)]))
    brought = _brought(pieces, tables, associations, home, homes)
    homes = list(dict.fromkeys([*homes, *(where for _, where in brought)]))
    return [
        Share(
            memberships.get(each),
            tuple(one for one in children if home(one) == each),
            tuple(one for one in associations if home(one.either) == each),
            tuple(table for table, where in brought if where == each),
            tuple(one for one in intermediate if home(one.either) == each),
        )
        for each in homes
    ]


def _brought(
    pieces: Sequence[Piece],
    tables: Sequence[Ruled],
    associations: Sequence[Ruled],
    home: Callable[[Piece], str],
    homes: Sequence[str],
) -> list[tuple[Ruled, str]]:
    """Return each table with every share that associates it; an unassociated one with the only share, if any."""
    found = []
    for table in tables:
        users = [
            home(one.piece)
            for one in associations
            if one.piece and table.piece and table_of(pieces, one) == table.piece
        ]
        alone = homes[0] if len(homes) == 1 else str(UNKNOWN)
        found += [(table, where) for where in dict.fromkeys(users or [alone])]
    return found


def table_of(pieces: Iterable[Piece], association: Ruled) -> Piece | None:
    """Return the configured table of an association; None when the stack does not hold it."""
    held = association.piece
    return named_piece(pieces, held, "configuredTableIdentifier", Part.CONFIGURED_TABLE) if held else None


def rooms_of(pieces: Sequence[Piece]) -> Iterator[tuple[Piece | None, list[Share]]]:
    """Yield every collaboration with its shares; shares of a collaboration in another stack form a room, too."""
    shares = _shares(pieces)
    named = [
        named_piece(pieces, one.membership, "collaborationIdentifier", Part.COLLABORATION) if one.membership else None
        for one in shares
    ]
    for collaboration in of_part(pieces, Part.COLLABORATION):
        yield collaboration, [share for share, found in zip(shares, named, strict=True) if found == collaboration]
    elsewhere: dict[str, list[Share]] = {}
    for index, (share, found) in enumerate(zip(shares, named, strict=True)):
        if found is None:
            stated = share.membership.members.get("collaborationIdentifier") if share.membership else None
            elsewhere.setdefault(stated if isinstance(stated, str) else f"#{index}", []).append(share)
    for together in elsewhere.values():
        yield None, together
