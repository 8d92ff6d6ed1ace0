"""Read a stack's resources as rooms, remembering which resource each part comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from declarations.analysis_rules import AnalysisRulePolicy
from declarations.analysis_template import AnalysisTemplate
from declarations.association import AssociationAnalysisRulePolicy, ConfiguredTableAssociation
from declarations.audience_model import AudienceModelSettings, ConfiguredAudienceModelAssociation
from declarations.base import Declaration
from declarations.clean_room import CleanRoom, RoomCollaboration, RoomMembership
from declarations.configured_table import ConfiguredTable
from declarations.data_source import DataSource
from declarations.id_mapping import IdMappingTable, IdNamespaceAssociation
from declarations.intermediate_table import IntermediateTable, IntermediateTableAnalysisRulePolicy
from declarations.macie_evidence import MacieEvidence
from declarations.privacy_budget import PrivacyBudgetTemplate
from declarations.unknown import UNKNOWN
from policies.reading.data_sources import columns_of, glue_table, lacks_glue_table, reading_role, source_members
from policies.reading.links import named_resource, with_references
from policies.reading.resource import Resource
from policies.reading.shaping import Members, members_of, nothing_known, tolerant
from policies.reading.shares import Ruled, Share, of_part, rooms_of, table_of
from policies.reading.spellings import RULE, Part, Piece, piece
from policies.subjects import DocumentPath, Estate, NamedRoom

_MODELS: Final[tuple[tuple[Part, str, type[Declaration]], ...]] = (
    (Part.ANALYSIS_TEMPLATE, "analysis_templates", AnalysisTemplate),
    (Part.PRIVACY_BUDGET_TEMPLATE, "privacy_budget_templates", PrivacyBudgetTemplate),
    (Part.AUDIENCE_MODEL, "configured_audience_model_associations", ConfiguredAudienceModelAssociation),
    (Part.ID_NAMESPACE, "id_namespace_associations", IdNamespaceAssociation),
    (Part.ID_MAPPING_TABLE, "id_mapping_tables", IdMappingTable),
)
"""Parts of a membership without an analysis rule: the part, the field of the room, the declaration."""
_AUDIENCE_MODEL: Final = "cleanrooms:index:ConfiguredAudienceModel"
"""The type of the resource that an association of an audience model shares."""
_BROUGHT: Final = RoomMembership.room_only - {"account_id"}
"""The fields of a membership that hold declarations of their own."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """A property whose value the declaration does not allow, and which therefore counts as unknown.

    Attributes:
        urn: The resource.
        member: The member, in snake_case.
        why: What is wrong with it.
    """

    urn: str
    member: str
    why: str


@dataclass(frozen=True, slots=True)
class AbsentTable:
    """A table of the Glue catalogue that a configured table shows, and that the stack does not hold.

    Attributes:
        urn: The configured table, or what refers to it.
        name: Database and table.
    """

    urn: str
    name: str


@dataclass(frozen=True, slots=True)
class StackReading:
    """A stack as far as policies can check it.

    Attributes:
        estate: Its rooms, partly known.
        urns: The resource behind each part, by the room's name and the part's path in the room.
        elsewhere: Targets that the stack only refers to: collaborations and memberships of other stacks, which answer
            for them.
        set_aside: Properties with invalid values, treated as unknown.
        absent: Tables whose columns, role and bucket will stay unknown.
        secrets: Texts that no message may show.
    """

    estate: Estate
    urns: Mapping[tuple[str, DocumentPath], str]
    elsewhere: frozenset[str]
    set_aside: tuple[SetAside, ...]
    absent: tuple[AbsentTable, ...]
    secrets: frozenset[str]

    def urn(self, room: str, path: DocumentPath) -> str | None:
        """Return the resource behind *path* of a room or its nearest parent; None if there is none."""
        around = (path[:length] for length in range(len(path), -1, -1))
        return next((self.urns[room, each] for each in around if (room, each) in self.urns), None)


@dataclass(slots=True)
class _Notes:
    """Notes about a room, collected while its parts are read: their resources, and what is invalid or absent."""

    room: str
    urns: dict[tuple[str, DocumentPath], str] = field(default_factory=dict)
    set_aside: list[SetAside] = field(default_factory=list)
    absent: list[AbsentTable] = field(default_factory=list)
    elsewhere: set[str] = field(default_factory=set)

    def stands(self, path: DocumentPath, held: Piece | None) -> None:
        """Record the resource behind *path*."""
        if held is not None:
            self.urns[self.room, path] = held.resource.urn

    def declare(self, model: type[Declaration], members: Members, path: DocumentPath, held: Piece | None) -> Any:  # noqa: ANN401 - an instance of *model*
        """Make a declaration, and record its resource and what was set aside."""
        self.stands(path, held)
        declaration, wrong = tolerant(model, members)
        urn = held.resource.urn if held else self.room
        self.set_aside += [SetAside(urn, name, why) for name, why in wrong.items()]
        return declaration


def read_stack(
    resources: Sequence[Resource], today: date, evidence: tuple[MacieEvidence, ...] | None = None
) -> StackReading:
    """Return the rooms that the resources of a stack declare.

    Args:
        resources: All resources of the stack.
        today: The current day.
        evidence: Macie's evidence about the members' buckets; None if there is none.
    """
    pieces = with_references([found for resource in resources if (found := piece(resource))])
    rooms: list[NamedRoom] = []
    notes: list[_Notes] = []
    for collaboration, shares in rooms_of(pieces):
        name = _unique(_name(collaboration, shares), [one.name for one in rooms])
        notes.append(_Notes(name))
        rooms.append(NamedRoom(name, _room(collaboration, shares, resources, pieces, notes[-1])))
    return StackReading(
        Estate(tuple(rooms), today, evidence),
        {place: urn for one in notes for place, urn in one.urns.items()},
        frozenset(target for one in notes for target in one.elsewhere),
        tuple(dict.fromkeys(each for one in notes for each in one.set_aside)),
        tuple(dict.fromkeys(each for one in notes for each in one.absent)),
        frozenset(secret for resource in resources for secret in resource.secrets),
    )


def _name(collaboration: Piece | None, shares: Sequence[Share]) -> str:
    """Return the room's name: the collaboration's name if known, else the best substitute."""
    memberships = [one.membership for one in shares if one.membership]
    told = [collaboration.members.get("name")] if collaboration else []
    told += [one.members.get("collaborationName") for one in memberships]
    told += [one.members.get("collaborationIdentifier") for one in memberships]
    held = collaboration or (memberships[0] if memberships else None)
    return next((name for name in told if isinstance(name, str)), held.resource.name if held else "stack")


def _unique(name: str, taken: Sequence[str]) -> str:
    number = 2
    found = name
    while found in taken:
        found, number = f"{name} ({number})", number + 1
    return found


def _room(
    collaboration: Piece | None,
    shares: Sequence[Share],
    resources: Sequence[Resource],
    pieces: Sequence[Piece],
    notes: _Notes,
) -> CleanRoom:
    """Return the room without checks of the room as a whole, because a stack rarely holds all of it."""
    members = nothing_known(RoomCollaboration)
    if collaboration is None:
        notes.elsewhere.add(f"{notes.room}/collaboration")
    else:
        creator = collaboration.members.get("creatorAccountId")
        members = members_of(RoomCollaboration, collaboration.members)
        known = creator if isinstance(creator, str) else collaboration.resource.account
        members["creator_account_id"] = known or UNKNOWN
    declared = notes.declare(RoomCollaboration, members, ("collaboration",), collaboration)
    memberships = tuple(
        _membership(share, ("memberships", index), resources, pieces, notes) for index, share in enumerate(shares)
    )
    held: Members = {"collaboration": declared, "memberships": memberships}
    return CleanRoom.model_construct(**held)


def _membership(
    share: Share, path: DocumentPath, resources: Sequence[Resource], pieces: Sequence[Piece], notes: _Notes
) -> RoomMembership:
    held = share.membership
    members = members_of(RoomMembership, held.members) if held else nothing_known(RoomMembership)
    members["account_id"] = share.account or UNKNOWN
    if held is None:
        notes.elsewhere.add(f"{notes.room}/{share.account or path[-1]}")
    own = {name: value for name, value in members.items() if name not in _BROUGHT}
    declared: RoomMembership = notes.declare(RoomMembership, own, path, held)
    return declared.model_copy(update=_brought(share, path, resources, pieces, notes))


def _brought(
    share: Share, path: DocumentPath, resources: Sequence[Resource], pieces: Sequence[Piece], notes: _Notes
) -> Members:
    """Return what the member brings into the room, by the fields of its membership."""
    found: Members = {
        name: tuple(
            notes.declare(model, _held(model, one, resources), (*path, name, index), one)
            for index, one in enumerate(of_part(share.children, part))
        )
        for part, name, model in _MODELS
    }
    found["configured_tables"] = _tables(share, (*path, "configured_tables"), resources, notes)
    found["configured_table_associations"] = tuple(
        _association(one, table_of(pieces, one), (*path, "configured_table_associations", index), notes)
        for index, one in enumerate(share.associations)
    )
    found["intermediate_tables"] = tuple(
        _intermediate_table(one, (*path, "intermediate_tables", index), notes)
        for index, one in enumerate(share.intermediate_tables)
    )
    found["data_sources"] = _sources(share, path, resources, pieces, notes)
    return found


def _held(model: type[Declaration], one: Piece, resources: Sequence[Resource]) -> Members:
    """Return the members of a part of a membership; for an audience model association, with the model's settings."""
    members: Members = members_of(model, one.members)
    if one.part is Part.AUDIENCE_MODEL:
        models = [resource for resource in resources if resource.type == _AUDIENCE_MODEL]
        behind = named_resource(models, one.resource, "configuredAudienceModelArn")
        allows = members_of(AudienceModelSettings, behind.properties) if behind else UNKNOWN
        members["configured_audience_model"] = allows
    return members


def _tables(
    share: Share, path: DocumentPath, resources: Sequence[Resource], notes: _Notes
) -> tuple[ConfiguredTable, ...]:
    found = []
    for index, one in enumerate(share.tables):
        members = _members(ConfiguredTable, one, AnalysisRulePolicy, (*path, index), notes)
        place = _glue_place(one)
        table = glue_table(resources, place) if place else None
        members["columns"] = columns_of(table) if table else UNKNOWN
        found.append(notes.declare(ConfiguredTable, members, (*path, index), one.piece))
    return tuple(found)


def _association(one: Ruled, table: Piece | None, path: DocumentPath, notes: _Notes) -> ConfiguredTableAssociation:
    members = _members(ConfiguredTableAssociation, one, AssociationAnalysisRulePolicy, path, notes)
    members["configured_table"] = table.members.get("name", UNKNOWN) if table else UNKNOWN
    declared: ConfiguredTableAssociation = notes.declare(ConfiguredTableAssociation, members, path, one.piece)
    return declared


def _intermediate_table(one: Ruled, path: DocumentPath, notes: _Notes) -> IntermediateTable:
    members = _members(IntermediateTable, one, IntermediateTableAnalysisRulePolicy, path, notes)
    members["columns"] = UNKNOWN
    declared: IntermediateTable = notes.declare(IntermediateTable, members, path, one.piece)
    return declared


def _members(
    model: type[Declaration], one: Ruled, rule: type[Declaration], path: DocumentPath, notes: _Notes
) -> Members:
    """Return the members of something with a rule, wherever the rule is stated."""
    members: Members = members_of(model, one.piece.members) if one.piece else nothing_known(model)
    stated = one.either.members.get(RULE) if one.rule is None else one.rule.members.get(RULE, UNKNOWN)
    members["analysis_rule"] = None if stated is None else members_of(rule, stated)
    notes.stands((*path, "analysis_rule"), one.rule or one.piece)
    return members


def _glue_place(table: Ruled) -> tuple[str, str] | None:
    """Return the Glue database and table of a configured table; None if it is not in Glue or not known."""
    reference = table.piece.members.get("tableReference") if table.piece else None
    glue = reference.get("glue") if isinstance(reference, Mapping) else None
    names = (glue.get("databaseName"), glue.get("tableName")) if isinstance(glue, Mapping) else (None, None)
    return (names[0], names[1]) if isinstance(names[0], str) and isinstance(names[1], str) else None


def _sources(
    share: Share,
    path: DocumentPath,
    resources: Sequence[Resource],
    pieces: Sequence[Piece],
    notes: _Notes,
) -> tuple[DataSource, ...]:
    """Return the data source behind each Glue table of the share, without duplicates."""
    found: dict[tuple[str, str], DataSource] = {}
    for held in share.tables:
        place = _glue_place(held)
        if place is None or place in found:
            continue
        users = [one.piece for one in share.associations if one.piece and held.piece == table_of(pieces, one)]
        role = reading_role(users[0].resource, resources) if users else None
        glue = glue_table(resources, place)
        where = (*path, "data_sources", len(found))
        found[place] = notes.declare(DataSource, source_members(glue, place, role, resources), where, None)
        notes.urns[notes.room, where] = (glue or held.either.resource).urn
        if lacks_glue_table(resources, place):
            notes.absent.append(AbsentTable(held.either.resource.urn, ".".join(place)))
    return tuple(found.values())
