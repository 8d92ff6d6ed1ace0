"""What policies judge: every declaration of some kind, with its place in its room and what surrounds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, Generic, TypeVar

from declarations.analysis_template import AnalysisTemplate
from declarations.association import ConfiguredTableAssociation
from declarations.audience_model import ConfiguredAudienceModelAssociation
from declarations.base import Declaration, UnknownValueError
from declarations.bigquery.room import BigQueryRoom, BigQueryView
from declarations.clean_room import CleanRoom, RoomCollaboration, RoomMembership
from declarations.configured_table import ConfiguredTable
from declarations.data_source import DataSource
from declarations.id_mapping import IdMappingTable, IdNamespaceAssociation
from declarations.intermediate_table import IntermediateTable
from declarations.macie_evidence import MacieEvidence
from declarations.privacy_budget import PrivacyBudgetTemplate
from declarations.query_facts import QueryFacts

D = TypeVar("D", bound=Declaration)
DocumentPath = tuple[str | int, ...]
_NAME: Callable[[Any], str] = attrgetter("name")
_ACCOUNT: Callable[[Any], str] = attrgetter("account_id")
_MODEL_NAME: Callable[[Any], str] = attrgetter("configured_audience_model_association_name")


class NoEvidenceError(UnknownValueError):
    """A policy needs to know what Macie found, and nobody has asked Macie."""

    def __init__(self, account: str) -> None:
        super().__init__("account", "evidence")
        self.args = (f"there is no evidence of Macie for account {account!r}; see cleanroom evidence pull",)


@dataclass(frozen=True, slots=True)
class NamedRoom:
    """A room under the name that reports and waivers call it by.

    Attributes:
        name: The collaboration's name; unique among the rooms that are judged together.
        room: The room; parts of it may not be known yet.
        query_facts: What the room's SQL templates do; None: nobody has analysed them.
    """

    name: str
    room: CleanRoom
    query_facts: tuple[QueryFacts, ...] | None = None


@dataclass(frozen=True, slots=True)
class NamedBigQueryRoom:
    """A room of BigQuery under the name that reports and waivers call it by.

    Attributes:
        name: The room's name; unique among the rooms of either cloud that are judged together.
        room: The room; parts of it may not be known yet.
        query_facts: What the queries of the room's views show, by the views' names; None: nobody has analysed them.
    """

    name: str
    room: BigQueryRoom
    query_facts: tuple[QueryFacts, ...] | None = None


AnyNamedRoom = NamedRoom | NamedBigQueryRoom


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything that is judged together: some policies compare rooms, or hold them against evidence.

    Attributes:
        rooms: All rooms of AWS of the repository or of the deployment.
        today: The day on which it is judged, for whatever grows old.
        evidence: What Macie knows of the members' buckets, an account each; None: nobody has pulled it.
        bigquery_rooms: All rooms of BigQuery of the repository.
    """

    rooms: tuple[NamedRoom, ...]
    today: date
    evidence: tuple[MacieEvidence, ...] | None = None
    bigquery_rooms: tuple[NamedBigQueryRoom, ...] = ()

    def rooms_of(self, subject: Subject[Any]) -> tuple[AnyNamedRoom, ...]:
        """Return the rooms that can hold *subject*: those of its cloud."""
        return self.bigquery_rooms if subject.of_bigquery else self.rooms

    def evidence_of(self, account: str) -> MacieEvidence:
        """Return what Macie knows of the buckets of *account*.

        Raises:
            NoEvidenceError: Nobody has pulled it.
        """
        found = next((one for one in self.evidence or () if one.account == account), None)
        if found is None:
            raise NoEvidenceError(account)
        return found


@dataclass(frozen=True, slots=True)
class Placed(Generic[D]):
    """A declaration where it stands.

    Attributes:
        declaration: What is judged.
        target: Its name for waivers and reports, such as `reach/111111111111/configured_tables/orders`.
        path: Its path in the room's document.
        named_room: The room that it is part of.
        estate: What it is judged together with.
        membership: The member who declares it; None for what belongs to the room.
    """

    declaration: D
    target: str
    path: DocumentPath
    named_room: AnyNamedRoom
    estate: Estate
    membership: RoomMembership | None = None

    @property
    def room(self) -> CleanRoom:
        """The room of AWS that it is part of."""
        assert isinstance(self.named_room, NamedRoom)  # noqa: S101 - asked by policies about what is in one
        return self.named_room.room

    @property
    def bigquery_room(self) -> BigQueryRoom:
        """The room of BigQuery that it is part of."""
        assert isinstance(self.named_room, NamedBigQueryRoom)  # noqa: S101 - asked by policies about what is in one
        return self.named_room.room

    @property
    def member(self) -> RoomMembership:
        """The member who declares it.

        Raises:
            UnknownValueError: It belongs to the room, or is judged alone, without its member.
        """
        if self.membership is None:
            raise UnknownValueError(type(self.declaration).__name__, "membership")
        return self.membership

    @property
    def owner(self) -> str:
        """The account of the member who declares it."""
        return self.member.account_id


@dataclass(frozen=True, slots=True)
class Subject(Generic[D]):
    """A kind of declaration that policies judge.

    Attributes:
        name: As the room file names the field: `configured_tables`.
        find: Yields every declaration of the kind in a room of its cloud.
        of_bigquery: Whether rooms of BigQuery hold it; else those of AWS do.
    """

    name: str
    find: Callable[[Any, Estate], Iterator[Placed[D]]]
    of_bigquery: bool = False


def _collaborations(named: NamedRoom, estate: Estate) -> Iterator[Placed[RoomCollaboration]]:
    yield Placed(named.room.collaboration, f"{named.name}/collaboration", ("collaboration",), named, estate)


def _memberships(named: NamedRoom, estate: Estate) -> Iterator[Placed[RoomMembership]]:
    for index, member in enumerate(named.room.memberships):
        target = f"{named.name}/{_known(_ACCOUNT, member, index)}"
        yield Placed(member, target, ("memberships", index), named, estate, member)


def _known(name: Callable[[D], str], declaration: D, index: int) -> str:
    """Return the name of *declaration*; its number, counted from 0, when the name is not known yet."""
    try:
        return name(declaration)
    except UnknownValueError:
        return str(index)


def _of_members(field: str, name: Callable[[D], str]) -> Subject[D]:
    """Return the subject of what *field* of every membership holds, each called by *name*."""

    def find(named: NamedRoom, estate: Estate) -> Iterator[Placed[D]]:
        for member in _memberships(named, estate):
            held: tuple[D, ...] = getattr(member.declaration, field)
            for index, one in enumerate(held):
                target = f"{member.target}/{field}/{_known(name, one, index)}"
                yield Placed(one, target, (*member.path, field, index), named, estate, member.declaration)

    return Subject(field, find)


def budget_name(template: PrivacyBudgetTemplate) -> str:
    """Return what tells the budgets of one membership apart: the kind and, of an access budget, the table."""
    budget = template.parameters.access_budget
    return f"{template.privacy_budget_type}:{budget.resource_arn}" if budget else template.privacy_budget_type


def _views(named: NamedBigQueryRoom, estate: Estate) -> Iterator[Placed[BigQueryView]]:
    for index, view in enumerate(named.room.views):
        target = f"{named.name}/views/{_known(_NAME, view, index)}"
        yield Placed(view, target, ("views", index), named, estate)


COLLABORATIONS = Subject("collaboration", _collaborations)
"""Every collaboration."""
MEMBERSHIPS = Subject("memberships", _memberships)
"""Every membership."""
CONFIGURED_TABLES: Subject[ConfiguredTable] = _of_members("configured_tables", _NAME)
"""Every configured table with its rule."""
ASSOCIATIONS: Subject[ConfiguredTableAssociation] = _of_members("configured_table_associations", _NAME)
"""Every association with its collaboration analysis rule."""
ANALYSIS_TEMPLATES: Subject[AnalysisTemplate] = _of_members("analysis_templates", _NAME)
"""Every analysis template."""
PRIVACY_BUDGET_TEMPLATES: Subject[PrivacyBudgetTemplate] = _of_members("privacy_budget_templates", budget_name)
"""Every privacy budget."""
AUDIENCE_MODEL_ASSOCIATIONS: Subject[ConfiguredAudienceModelAssociation] = _of_members(
    "configured_audience_model_associations", _MODEL_NAME
)
"""Every audience model that is shared."""
DATA_SOURCES: Subject[DataSource] = _of_members("data_sources", _NAME)
"""Every data source."""
ID_NAMESPACE_ASSOCIATIONS: Subject[IdNamespaceAssociation] = _of_members("id_namespace_associations", _NAME)
"""Every ID namespace that a member brings."""
ID_MAPPING_TABLES: Subject[IdMappingTable] = _of_members("id_mapping_tables", _NAME)
"""Every ID mapping table."""
INTERMEDIATE_TABLES: Subject[IntermediateTable] = _of_members("intermediate_tables", _NAME)
"""Every intermediate table."""
VIEWS = Subject("views", _views, of_bigquery=True)
"""Every view of BigQuery."""
