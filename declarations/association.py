"""The association: a configured table brought into a collaboration, under the name it has in SQL.

Source: API CreateConfiguredTableAssociationInput, userguide/associate-configured-table.
"""

from __future__ import annotations

from typing import ClassVar

from declarations.analysis_rules import AnalysisRuleType, AssociationAnalysisRule
from declarations.base import (
    MADE_BY_THE_SERVICE,
    Choice,
    Declaration,
    Description,
    DisplayName,
    RoleArn,
    TableAlias,
    Tags,
)


class AssociationAnalysisRulePolicy(Choice):
    """The one collaboration analysis rule of an association.

    Source: API ConfiguredTableAssociationAnalysisRulePolicyV1.
    """

    aggregation: AssociationAnalysisRule | None = None
    """For a table with an aggregation rule."""
    list: AssociationAnalysisRule | None = None
    """For a table with a list rule."""
    custom: AssociationAnalysisRule | None = None
    """For a table with a custom rule."""

    @property
    def rule(self) -> AssociationAnalysisRule:
        """The rule that is present."""
        rule: AssociationAnalysisRule = self.chosen
        return rule

    @property
    def rule_type(self) -> AnalysisRuleType:
        """The kind of the rule."""
        return AnalysisRuleType(self.kind.upper())


class ConfiguredTableAssociation(Declaration):
    """A configured table in a collaboration. Source: API CreateConfiguredTableAssociationInput."""

    room_only: ClassVar[frozenset[str]] = frozenset({"configured_table", "analysis_rule"})
    service_only: ClassVar[frozenset[str]] = MADE_BY_THE_SERVICE | {
        "configuredTableId",
        "configuredTableArn",
        "membershipId",
        "membershipArn",
        "analysisRuleTypes",
        "childResources",
    }
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier", "configured_table_identifier")

    name: TableAlias
    """The table's name in SQL."""
    description: Description | None = None
    """What the table holds."""
    configured_table: DisplayName | None = None
    """The configured table of the same membership; absent: the one of the association's own name."""
    role_arn: RoleArn
    """The role with which the service reads the table."""
    analysis_rule: AssociationAnalysisRulePolicy | None = None
    """Who may receive results, and which analyses may consume them."""
    tags: Tags | None = None
    """Tags of the association."""

    @property
    def configured_table_name(self) -> str:
        """The name of the configured table."""
        return self.configured_table or self.name

    @property
    def rule(self) -> AssociationAnalysisRule | None:
        """The association's rule itself."""
        return self.analysis_rule.rule if self.analysis_rule else None
