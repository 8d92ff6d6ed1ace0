"""The whole room: one collaboration and what each member brings, as a user's file holds it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, NamedTuple

from declarations.analysis_template import AnalysisTemplate
from declarations.association import ConfiguredTableAssociation
from declarations.audience_model import ConfiguredAudienceModelAssociation
from declarations.base import AccountId, Declaration, Problem
from declarations.collaboration import AnalyticsEngine, Collaboration, MemberSpecification
from declarations.configured_table import ConfiguredTable
from declarations.data_source import DataSource
from declarations.id_mapping import IdMappingTable, IdNamespaceAssociation
from declarations.intermediate_table import IntermediateTable
from declarations.membership import Membership
from declarations.privacy_budget import PrivacyBudgetTemplate
from declarations.regions import SupportedS3Region
from declarations.room_checks import ROOM_CHECKS


class RoomCollaboration(Collaboration):
    """A collaboration that knows its creator's account."""

    room_only: ClassVar[frozenset[str]] = frozenset({"creator_account_id"})

    creator_account_id: AccountId
    """The account that creates the collaboration."""


class RoomMembership(Membership):
    """A membership that knows its account and holds all that the member brings into the room."""

    room_only: ClassVar[frozenset[str]] = frozenset(
        {
            "account_id",
            "data_sources",
            "configured_tables",
            "configured_table_associations",
            "analysis_templates",
            "privacy_budget_templates",
            "configured_audience_model_associations",
            "id_namespace_associations",
            "id_mapping_tables",
            "intermediate_tables",
        }
    )

    account_id: AccountId
    """The member's account."""
    data_sources: tuple[DataSource, ...] = ()
    """Where the rows of the member's tables are kept."""
    configured_tables: tuple[ConfiguredTable, ...] = ()
    """The tables that the member has made ready."""
    configured_table_associations: tuple[ConfiguredTableAssociation, ...] = ()
    """The tables that the member brings, under their names in SQL."""
    analysis_templates: tuple[AnalysisTemplate, ...] = ()
    """The queries and jobs that the member proposes."""
    privacy_budget_templates: tuple[PrivacyBudgetTemplate, ...] = ()
    """The limits that the member sets."""
    configured_audience_model_associations: tuple[ConfiguredAudienceModelAssociation, ...] = ()
    """The audience models that the member shares."""
    id_namespace_associations: tuple[IdNamespaceAssociation, ...] = ()
    """The ID namespaces that the member brings."""
    id_mapping_tables: tuple[IdMappingTable, ...] = ()
    """The ID mapping tables that the member makes."""
    intermediate_tables: tuple[IntermediateTable, ...] = ()
    """The intermediate tables that the member makes."""

    def configured_table(self, name: str) -> ConfiguredTable | None:
        """Return the member's configured table of that *name*, or None."""
        return next((table for table in self.configured_tables if table.name == name), None)

    def data_source(self, table: ConfiguredTable) -> DataSource | None:
        """Return the declared source of *table*, by its Glue database and table; None when none is declared."""
        glue = table.table_reference.glue
        place = (glue.database_name, glue.table_name) if glue else None
        return next((one for one in self.data_sources if (one.database_name, one.table_name) == place), None)


class AssociatedTable(NamedTuple):
    """A configured table as the room sees it.

    Attributes:
        membership: The member who brings it.
        association: Its association; its name is the table's name in SQL.
        table: The configured table behind it.
    """

    membership: RoomMembership
    association: ConfiguredTableAssociation
    table: ConfiguredTable


class CleanRoom(Declaration):
    """A clean room: the collaboration, its members, their tables, rules, templates and budgets."""

    region: SupportedS3Region
    """The AWS region of the collaboration."""
    collaboration: RoomCollaboration
    """Who takes part, and how."""
    memberships: tuple[RoomMembership, ...] = ()
    """What the members bring; members without a membership bring nothing (yet)."""

    def problems(self) -> Iterator[Problem]:
        """Yield the problems that only the room as a whole shows."""
        for check in ROOM_CHECKS:
            yield from check(self)

    @property
    def members(self) -> dict[str, MemberSpecification]:
        """All members by account, the creator first."""
        creator = MemberSpecification(
            account_id=self.collaboration.creator_account_id,
            member_abilities=self.collaboration.creator_member_abilities,
            ml_member_abilities=self.collaboration.creator_ml_member_abilities,
            display_name=self.collaboration.creator_display_name,
            payment_configuration=self.collaboration.creator_payment_configuration,
        )
        return {member.account_id: member for member in (creator, *self.collaboration.members)}

    @property
    def query_runner(self) -> str:
        """The account of the one member who can query."""
        return next(account for account, member in self.members.items() if "CAN_QUERY" in member.member_abilities)

    @property
    def engine(self) -> AnalyticsEngine:
        """What runs the queries."""
        return self.collaboration.analytics_engine or "SPARK"

    def membership(self, account_id: str) -> RoomMembership | None:
        """Return the membership of *account_id*, or None when the room holds none."""
        return next((member for member in self.memberships if member.account_id == account_id), None)

    def associated_tables(self) -> Iterator[AssociatedTable]:
        """Yield every association with its configured table."""
        for membership in self.memberships:
            for association in membership.configured_table_associations:
                table = membership.configured_table(association.configured_table_name)
                if table is not None:
                    yield AssociatedTable(membership, association, table)

    def templates(self) -> Iterator[tuple[RoomMembership, AnalysisTemplate]]:
        """Yield every analysis template with the member who proposes it."""
        for membership in self.memberships:
            for template in membership.analysis_templates:
                yield membership, template

    def template(self, reference: str) -> tuple[RoomMembership, AnalysisTemplate]:
        """Return the analysis template that `template:NAME` (or NAME) names, with its author.

        Raises:
            LookupError: The room declares no such template.
        """
        name = reference.removeprefix("template:")
        for membership, template in self.templates():
            if template.name == name:
                return membership, template
        declared = ", ".join(repr(template.name) for _, template in self.templates()) or "none"
        message = f"the room declares no analysis template {name!r}; declared: {declared}"
        raise LookupError(message)
