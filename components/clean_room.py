"""The component that deploys one member's share of a room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NotRequired, TypedDict, TypeVar

import pulumi
from botocore import xform_name

from components import sdk
from components.arguments import arguments_of
from components.child_names import COLLABORATION, MEMBERSHIP, budget_name
from components.sdk._declaring import Resource
from components.template_arns import authors_arn, proposed_to
from declarations import clean_room as declared
from declarations.association import ConfiguredTableAssociation
from declarations.base import Declaration
from declarations.naming import listed
from declarations.rule_resources import (
    ConfiguredTableAnalysisRule,
    ConfiguredTableAssociationAnalysisRule,
    IntermediateTableAnalysisRule,
)

R = TypeVar("R", bound=Resource)


@dataclass(frozen=True)
class PartnerValues:
    """The values that a member's stack needs from its partners' stacks, from configuration or stack references.

    Attributes:
        collaboration_identifier: The collaboration's identifier; the creator's own stack makes it.
        template_arns: The ARN of each partner's analysis template that the member's rules or tables name; it must be in
            the author's account and the room's region.
    """

    collaboration_identifier: pulumi.Input[str] | None = None
    template_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class CleanRoomArgs:
    """The arguments of a CleanRoom.

    Attributes:
        room: The whole room.
        account: The member's AWS account, 12 digits.
        partners: Values from the partners' stacks. A rule or table that names a template without a known ARN is left
            out with a warning, so that members can deploy one after the other.
        roles: The ARNs of roles that the same program creates, by the name of the association whose table they read;
            they replace the declared ones (see DataSource).
        protect: Whether Pulumi refuses to delete the collaboration and the membership, which would destroy the
            partners' work.
        imports: The ids of existing resources to import, by type and name (see components.pulling.importing).
    """

    room: declared.CleanRoom
    account: str
    partners: PartnerValues = PartnerValues()
    roles: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)
    protect: bool = True
    imports: Mapping[tuple[str, str], str] = field(default_factory=dict)


class CleanRoomArgsDict(TypedDict):
    """CleanRoomArgs as a dictionary."""

    room: declared.CleanRoom
    account: str
    partners: NotRequired[PartnerValues]
    roles: NotRequired[Mapping[str, pulumi.Input[str]]]
    protect: NotRequired[bool]
    imports: NotRequired[Mapping[tuple[str, str], str]]


class CleanRoom(pulumi.ComponentResource):
    """One member's share of a room: its membership, tables, rules, associations, templates, budgets and models.

    The creator's stack also creates the collaboration. A child's name is `NAME-` followed by its name in the room.
    Children are created in the order of their dependencies: a table before its association; an association before its
    rule, the templates that may read it and its budget; budgets and approved templates before the rules of tables,
    which open the tables to queries.

    Attributes:
        collaboration: The collaboration, in the stack of its creator.
        membership: The membership; None when the room declares none for the account.
        collaboration_identifier: The identifier of the collaboration, for the stacks of the partners.
        template_arns: The ARNs of the member's own templates by name, for the stacks of the partners.
        association_arns: The ARNs of the member's associations by name.
    """

    collaboration: sdk.Collaboration | None
    membership: sdk.Membership | None
    collaboration_identifier: pulumi.Output[str]
    template_arns: Mapping[str, pulumi.Output[str]]
    association_arns: Mapping[str, pulumi.Output[str]]

    def __init__(
        self,
        name: str,
        args: CleanRoomArgs | CleanRoomArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the share.

        Args:
            name: The component's name; also the first word of its children's names.
            args: The room, and whose share of it.
            opts: Options, such as the provider of the member's account.

        Raises:
            pulumi.RunError: The account is not a member, the identifier of a partner's collaboration is missing, or the
                ARN of a template is not in its author's account.
        """
        stated = arguments_of(CleanRoomArgs, args)
        room, account = stated.room, stated.account
        super().__init__("cleanrooms:components:CleanRoom", name, {}, opts)
        if account not in room.members:
            raise pulumi.RunError(f"account {account!r} is not a member of the room (members: {listed(room.members)})")
        self._prefix, self._room, self._protected = name, room, stated.protect
        self._roles, self._imports, self._partners = stated.roles, dict(stated.imports), stated.partners
        told, proposed = stated.partners.template_arns, proposed_to(account, room)
        self._partners_arns = {name: self._authors_arn(name, arn) for name, arn in told.items() if name in proposed}
        self.membership, self.template_arns, self.association_arns = None, {}, {}
        self.collaboration = self._made_collaboration(room, account)
        self.collaboration_identifier = self._known_collaboration(account)
        own = room.membership(account)
        if own is not None:
            self._join(own)
        for kind, left in self._imports:
            pulumi.log.warn(f"{kind} {left!r} exists, but the room does not declare it: it is left alone", self)
        self.register_outputs(
            {
                "collaborationIdentifier": self.collaboration_identifier,
                "membershipIdentifier": self.membership.membership_identifier if self.membership else None,
                "templateArns": self.template_arns,
                "associationArns": self.association_arns,
            }
        )

    def _made_collaboration(self, room: declared.CleanRoom, account: str) -> sdk.Collaboration | None:
        if account != room.collaboration.creator_account_id:
            return None
        return self._child(sdk.Collaboration, room.collaboration, COLLABORATION, protect=self._protected)

    def _known_collaboration(self, account: str) -> pulumi.Output[str]:
        if self.collaboration is not None:
            return self.collaboration.collaboration_identifier
        if self._partners.collaboration_identifier is None:
            creator = self._room.collaboration.creator_display_name
            raise pulumi.RunError(
                f"account {account!r} joins a collaboration that {creator!r} makes: when its stack is deployed, "
                "give its collaborationIdentifier, or name that stack in partnerStacks"
            )
        return pulumi.Output.from_input(self._partners.collaboration_identifier)

    def _join(self, own: declared.RoomMembership) -> None:
        identifier = self.collaboration_identifier
        self.membership = self._child(
            sdk.Membership, own, MEMBERSHIP, protect=self._protected, collaboration_identifier=identifier
        )
        here = self._in_the_room(self.membership)
        tables = {table.name: self._child(sdk.ConfiguredTable, table, table.name) for table in own.configured_tables}
        associations = self._associations(own, tables, here)
        self.association_arns = {name: each.arn for name, each in associations.items()}
        templates = {
            template.name: self._child(
                sdk.AnalysisTemplate,
                template,
                template.name,
                after=associations.values(),
                membership_identifier=here,
            )
            for template in own.analysis_templates
        }
        self.template_arns = {name: each.arn for name, each in templates.items()}
        intermediate = self._intermediate_tables(own, associations, here)
        # A rule opens its table to queries: whatever limits them is created before it and deleted after it.
        budgets = self._budgets(own, intermediate, here)
        self._rules(own, tables, budgets)
        self._intermediate_rules(own, intermediate, budgets, here)
        self._shared(own, here)

    def _in_the_room(self, membership: sdk.Membership) -> pulumi.Output[str]:
        """Return the membership's identifier after checking whose collaboration it is in: partners may be mistaken."""
        creator = self._room.collaboration.creator_account_id

        def checked(known: Sequence[str]) -> str:
            identifier, found = known
            if found != creator:
                raise pulumi.RunError(
                    f"the membership {identifier!r} is in a collaboration that account {found!r} has created; the "
                    f"room's creator is {creator!r}. Nothing is put into it: correct collaborationIdentifier"
                )
            return identifier

        return pulumi.Output.all(membership.membership_identifier, membership.collaboration_creator_account_id).apply(
            checked
        )

    def _associations(
        self, own: declared.RoomMembership, tables: Mapping[str, sdk.ConfiguredTable], here: pulumi.Output[str]
    ) -> dict[str, sdk.ConfiguredTableAssociation]:
        made = {}
        for association in own.configured_table_associations:
            name = association.name
            table = tables[association.configured_table_name].configured_table_identifier
            made[name] = self._child(
                sdk.ConfiguredTableAssociation,
                association,
                name,
                membership_identifier=here,
                configured_table_identifier=table,
            )
            if association.analysis_rule is not None:
                self._child(
                    sdk.ConfiguredTableAssociationAnalysisRule,
                    ConfiguredTableAssociationAnalysisRule.of(association.analysis_rule),
                    name,
                    membership_identifier=here,
                    configured_table_association_identifier=made[name].configured_table_association_identifier,
                )
        return made

    def _rules(
        self,
        own: declared.RoomMembership,
        tables: Mapping[str, sdk.ConfiguredTable],
        budgets: Iterable[pulumi.Resource],
    ) -> None:
        for table in own.configured_tables:
            if table.analysis_rule is None:
                continue
            rule = ConfiguredTableAnalysisRule.of(table.analysis_rule)
            if self._can_be_made(rule, f"the analysis rule of {table.name!r}, without which nobody can query it,"):
                self._child(
                    sdk.ConfiguredTableAnalysisRule,
                    rule,
                    table.name,
                    after=budgets,
                    configured_table_identifier=tables[table.name].configured_table_identifier,
                )

    def _intermediate_tables(
        self,
        own: declared.RoomMembership,
        associations: Mapping[str, sdk.ConfiguredTableAssociation],
        here: pulumi.Output[str],
    ) -> dict[str, sdk.IntermediateTable]:
        made = {}
        for table in own.intermediate_tables:
            name = table.name
            if not self._can_be_made(table, f"the intermediate table {name!r}"):
                continue
            made[name] = self._child(
                sdk.IntermediateTable, table, name, after=associations.values(), membership_identifier=here
            )
        return made

    def _intermediate_rules(
        self,
        own: declared.RoomMembership,
        intermediate: Mapping[str, sdk.IntermediateTable],
        budgets: Iterable[pulumi.Resource],
        here: pulumi.Output[str],
    ) -> None:
        for table in own.intermediate_tables:
            if table.analysis_rule is None or table.name not in intermediate:
                continue
            rule = IntermediateTableAnalysisRule.of(table.analysis_rule)
            if self._can_be_made(rule, f"the analysis rule of {table.name!r}, without which nobody can query it,"):
                self._child(
                    sdk.IntermediateTableAnalysisRule,
                    rule,
                    table.name,
                    after=budgets,
                    membership_identifier=here,
                    intermediate_table_identifier=intermediate[table.name].intermediate_table_identifier,
                )

    def _budgets(
        self,
        own: declared.RoomMembership,
        intermediate: Mapping[str, sdk.IntermediateTable],
        here: pulumi.Output[str],
    ) -> list[sdk.PrivacyBudgetTemplate]:
        arns = {**self.association_arns, **{name: table.arn for name, table in intermediate.items()}}
        tables = {f"table:{name}": arn for name, arn in arns.items()}
        left_out = {f"table:{table.name}" for table in own.intermediate_tables} - set(tables)
        made = []
        for template in own.privacy_budget_templates:
            access = template.parameters.access_budget
            if access and access.resource_arn in left_out:
                continue  # with its table, whose warning says why
            name = budget_name(access.resource_arn.rpartition(":")[2].rpartition("/")[2] if access else None)
            made.append(
                self._child(sdk.PrivacyBudgetTemplate, template, name, tables=tables, membership_identifier=here)
            )
        return made

    def _shared(self, own: declared.RoomMembership, here: pulumi.Output[str]) -> None:
        for model in own.configured_audience_model_associations:
            name = model.configured_audience_model_association_name
            self._child(sdk.ConfiguredAudienceModelAssociation, model, name, membership_identifier=here)
        namespaces = [
            self._child(sdk.IdNamespaceAssociation, namespace, namespace.name, membership_identifier=here)
            for namespace in own.id_namespace_associations
        ]
        for mapping in own.id_mapping_tables:
            self._child(sdk.IdMappingTable, mapping, mapping.name, after=namespaces, membership_identifier=here)

    def _child(
        self,
        kind: type[R],
        declaration: Declaration,
        name: str,
        *,
        protect: bool | None = None,
        after: Iterable[pulumi.Resource] = (),
        tables: Mapping[str, Any] | None = None,
        **identifiers: pulumi.Input[str],
    ) -> R:
        references = {**self._template_references(), **(tables or {})}
        known: dict[str, Any] = dict(identifiers)  # outputs, which declarations treat as the strings they become
        request = declaration.to_request(references, **known)
        properties = {xform_name(member): value for member, value in request.items()}
        if isinstance(declaration, ConfiguredTableAssociation) and name in self._roles:
            properties["role_arn"] = self._roles[name]
        waited: Sequence[pulumi.Resource] = tuple(after)
        exists = self._imports.pop((kind.__name__, name), None)
        opts = pulumi.ResourceOptions(parent=self, protect=protect, depends_on=waited, import_=exists)
        return kind(f"{self._prefix}-{name}", opts, **properties)

    def _can_be_made(self, declaration: Declaration, described: str) -> bool:
        """Return whether the ARN of every template that the declaration names is known; warn if not."""
        # Fields that only the room has become children of their own, with their own references.
        sent = {each for path, each in declaration.held_references() if path[0] not in declaration.room_only}
        missing = sorted(each for each in sent - set(self._template_references()) if each.startswith("template:"))
        if missing:
            of_whom = ", ".join(self._proposed(reference) for reference in missing)
            pulumi.log.warn(
                f"{described} is left out for now: it names {of_whom}, whose ARN is not known here. "
                "When that stack is deployed, add the ARN to templateArns, or name the stack in partnerStacks, "
                "and run again",
                self,
            )
        return not missing

    def _proposed(self, reference: str) -> str:
        author, template = self._room.template(reference)
        return f"{template.name!r} of {self._room.members[author.account_id].display_name!r}"

    def _authors_arn(self, name: str, arn: pulumi.Input[str]) -> pulumi.Input[str]:
        def checked(found: str) -> str:
            try:
                return authors_arn(name, found, self._room)
            except ValueError as error:
                raise pulumi.RunError(str(error)) from None

        later: pulumi.Output[str] = pulumi.Output.from_input(arn)
        return checked(arn) if isinstance(arn, str) else later.apply(checked)

    def _template_references(self) -> dict[str, Any]:
        """Return the known template ARNs by their references in declarations (`template:NAME`)."""
        known = {**self._partners_arns, **self.template_arns}
        return {f"template:{name}": arn for name, arn in known.items()}
