"""Analysis rules as separate resources: the requests that attach a rule to a table or association.

Source: API CreateConfiguredTableAnalysisRuleInput, CreateConfiguredTableAssociationAnalysisRuleInput,
CreateIntermediateTableAnalysisRuleInput.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import ClassVar, Literal, Self

from declarations.analysis_rules import AnalysisRulePolicy, AnalysisRuleType
from declarations.association import AssociationAnalysisRulePolicy
from declarations.base import Choice, Declaration, Problem
from declarations.intermediate_table import IntermediateTableAnalysisRulePolicy


class ConfiguredTablePolicy(Choice):
    """The versioned rule of a configured table. Source: API ConfiguredTableAnalysisRulePolicy."""

    v1: AnalysisRulePolicy | None = None
    """The first version, the only one."""


class AssociationPolicy(Choice):
    """The versioned rule of an association. Source: API ConfiguredTableAssociationAnalysisRulePolicy."""

    v1: AssociationAnalysisRulePolicy | None = None
    """The first version, the only one."""


class IntermediateTablePolicy(Choice):
    """The versioned rule of an intermediate table. Source: API IntermediateTableAnalysisRulePolicy."""

    v1: IntermediateTableAnalysisRulePolicy | None = None
    """The first version, the only one."""


def _mismatch(rule_type: str, policy: Choice) -> Iterator[Problem]:
    if policy.chosen.kind.upper() != rule_type:
        message = f"analysisRuleType {rule_type} needs a policy of that type; found {policy.chosen.kind}"
        yield Problem(("analysis_rule_policy", "v1"), message)


class ConfiguredTableAnalysisRule(Declaration):
    """The rule of a configured table. Source: API CreateConfiguredTableAnalysisRuleInput."""

    service_only: ClassVar[frozenset[str]] = frozenset(
        {"configuredTableId", "configuredTableArn", "createTime", "updateTime"}
    )
    response_names: ClassVar[Mapping[str, str]] = {"policy": "analysisRulePolicy", "type": "analysisRuleType"}
    identifiers: ClassVar[tuple[str, ...]] = ("configured_table_identifier",)

    analysis_rule_type: AnalysisRuleType
    """The kind of the rule."""
    analysis_rule_policy: ConfiguredTablePolicy
    """The rule."""

    def problems(self) -> Iterator[Problem]:
        """The policy is of the type."""
        yield from _mismatch(self.analysis_rule_type, self.analysis_rule_policy)

    @classmethod
    def of(cls, policy: AnalysisRulePolicy) -> Self:
        """Make the resource that attaches *policy* to its table."""
        return cls(analysis_rule_type=policy.rule_type, analysis_rule_policy=ConfiguredTablePolicy(v1=policy))


class ConfiguredTableAssociationAnalysisRule(Declaration):
    """The rule of an association. Source: API CreateConfiguredTableAssociationAnalysisRuleInput."""

    service_only: ClassVar[frozenset[str]] = frozenset(
        {
            "membershipIdentifier",
            "configuredTableAssociationId",
            "configuredTableAssociationArn",
            "createTime",
            "updateTime",
        }
    )
    response_names: ClassVar[Mapping[str, str]] = {"policy": "analysisRulePolicy", "type": "analysisRuleType"}
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier", "configured_table_association_identifier")

    analysis_rule_type: AnalysisRuleType
    """The kind of the rule."""
    analysis_rule_policy: AssociationPolicy
    """The rule."""

    def problems(self) -> Iterator[Problem]:
        """The policy is of the type."""
        yield from _mismatch(self.analysis_rule_type, self.analysis_rule_policy)

    @classmethod
    def of(cls, policy: AssociationAnalysisRulePolicy) -> Self:
        """Make the resource that attaches *policy* to its association."""
        return cls(analysis_rule_type=policy.rule_type, analysis_rule_policy=AssociationPolicy(v1=policy))


class IntermediateTableAnalysisRule(Declaration):
    """The rule of an intermediate table. Source: API CreateIntermediateTableAnalysisRuleInput."""

    service_only: ClassVar[frozenset[str]] = frozenset(
        {"intermediateTableIdentifier", "intermediateTableArn", "createTime", "updateTime"}
    )
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier", "intermediate_table_identifier")

    analysis_rule_type: Literal["CUSTOM"]
    """CUSTOM is the only kind."""
    analysis_rule_policy: IntermediateTablePolicy
    """The rule."""

    @classmethod
    def of(cls, policy: IntermediateTableAnalysisRulePolicy) -> Self:
        """Make the resource that attaches *policy* to its table."""
        return cls(analysis_rule_type="CUSTOM", analysis_rule_policy=IntermediateTablePolicy(v1=policy))
