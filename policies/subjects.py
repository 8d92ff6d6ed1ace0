"""The subjects of policies: all declarations of a kind, each with its place and context in a room."""

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
    """A policy needs Macie's evidence, and there is none for the account."""

    def __init__(self, account: str) -> None:
        super().__init__("account", "evidence")
        self.args = (f"there is no evidence of Macie for account {account!r}; see cleanroom evidence pull",)


@dataclass(frozen=True, slots=True)
class NamedRoom:
    """A room with its name in reports and waivers.

    Attributes:
        name: The collaboration's name; unique among the rooms that are judged together.
        room: The room; parts of it may not be known yet.
        query_facts: Facts about the room's SQL templates; None if they were not analysed.
    """

    name: str
    room: CleanRoom
    query_facts: tuple[QueryFacts, ...] | None = None


@dataclass(frozen=True, slots=True)
class NamedBigQueryRoom:
    """A BigQuery room with its name in reports and waivers.

    Attributes:
        name: The room's name; unique among the rooms of either cloud that are judged together.
        room: The room; parts of it may not be known yet.
        query_facts: Facts about the queries of the room's views, under the views' names; None if not analysed.
    """

    name: str
    room: BigQueryRoom
    query_facts: tuple[QueryFacts, ...] | None = None


AnyNamedRoom = NamedRoom | NamedBigQueryRoom


@dataclass(frozen=True, slots=True)
class Estate:
    """Everything that is checked together: some policies compare rooms with each other or with evidence.

    Attributes:
        rooms: All rooms of AWS of the repository or of the deployment.
        today: The current day, for everything that expires.
        evidence: Macie's evidence about the members' buckets, one per account; None if there is none.
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
        """Return Macie's evidence about the buckets of *account*.

        Raises:
            NoEvidenceError: There is none.
        """
        found = next((one for one in self.evidence or () if one.account == account), None)
        if found is None:
            raise NoEvidenceError(account)
        return found


@dataclass(frozen=True, slots=True)
class Placed(Generic[D]):
    """A declaration in its context.

    Attributes:
        declaration: The declaration to check.
        target: Its name for waivers and reports, such as `reach/111111111111/configured_tables/orders`.
        path: Its path in the room's document.
        named_room: The room that it is part of.
        estate: Everything that it is checked together with.
        membership: The member who declares it; None for a part of the room itself.
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
            UnknownValueError: It belongs to the room itself, or is checked alone, without its member.
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
    """A kind of declaration that policies check.

    Attributes:
        name: The field's name in the room file, such as `configured_tables`.
        find: Yields every declaration of the kind in a room.
        of_bigquery: Whether it belongs to BigQuery rooms rather than AWS rooms.
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
    """Return the name of *declaration*, or its 0-based index if the name is not known yet."""
    try:
        return name(declaration)
    except UnknownValueError:
        return str(index)


def _of_members(field: str, name: Callable[[D], str]) -> Subject[D]:
    """Return the subject of all declarations in *field* of every membership; *name* returns their names."""

    def find(named: NamedRoom, estate: Estate) -> Iterator[Placed[D]]:
        for member in _memberships(named, estate):
            held: tuple[D, ...] = getattr(member.declaration, field)
            for index, one in enumerate(held):
                target = f"{member.target}/{field}/{_known(name, one, index)}"
                yield Placed(one, target, (*member.path, field, index), named, estate, member.declaration)

    return Subject(field, find)


def budget_name(template: PrivacyBudgetTemplate) -> str:
    """Return a name that is unique among a membership's budgets: the type and, for an access budget, the table."""
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
