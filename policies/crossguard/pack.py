"""Every policy as a policy of Pulumi's SDK, with the same name, level, configuration and evaluation function."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import pulumi_policy as sdk
from pulumi_policy import policy as sdk_module

from policies.changes.consenting import CHANGES
from policies.crossguard.asking import Asking, LastReading
from policies.crossguard.company import Company
from policies.crossguard.config_schema import config_schema
from policies.crossguard.received import received
from policies.judging import Chosen
from policies.policy import Level, Policy
from policies.reading.resource import redacted
from policies.reading.spellings import Part, piece

OF_ONE_COLLABORATION: Final = (
    "changes_without_approval",
    "cleartext_beside_ciphertext",
    "duplicate_fingerprints",
    "ended_analytics_engine",
    "exported_query_logs",
    "fingerprints_joined_across_names",
    "preserved_nulls",
    "too_many_result_receivers",
    "unlogged_jobs",
    "unlogged_queries",
    "unstated_payer",
    "unstated_purpose",
)
"""Policies that need only the collaboration: they stop it before it is created and its members are invited."""

UNREADABLE: Final = "unreadable_property"
"""A policy of the pack itself: it reports properties that could not be read and were treated as unknown."""

ABSENT: Final = "source_outside_stack"
"""A policy of the pack itself: it explains why a table's columns, role and bucket stay unknown."""


def keep_secret_marks() -> None:
    """Keep the SDK from removing the marks of secret values, so that messages can redact them."""
    setattr(sdk_module, "deserialize_properties", _as_sent)  # noqa: B010 - the module does not export the name


def _as_sent(properties: dict[str, Any], proxy_secrets: bool = False) -> dict[str, Any]:  # noqa: ARG001, FBT001, FBT002 - the SDK's signature
    return properties


def pack_policies(company: Company) -> list[sdk.Policy]:
    """Return every policy for a pack, including disabled ones, which Pulumi's configuration may enable.

    Policies about changes are left out: Pulumi passes a single state.
    """
    last = LastReading(company.evidence)
    chosen = {one.policy.name: one for one in company.configured.chosen}
    about_stacks = [policy for policy in company.configured.policies if policy.subject is not CHANGES]
    made = [_made(_asking(policy, chosen.get(policy.name), company, last)) for policy in about_stacks]
    return [*made, _unreadable(last), _absent(last)]


def _asking(policy: Policy, chosen: Chosen | None, company: Company, last: LastReading) -> Asking:
    if chosen is not None:
        return Asking(policy, chosen.level, chosen.configuration, company, last)
    usual = policy.configuration() if policy.configuration else None
    return Asking(policy, Level.DISABLED, usual, company, last)


def _made(asking: Asking) -> sdk.Policy:
    policy, page = asking.policy, asking.policy.page
    described: dict[str, Any] = {
        "name": policy.name,
        "display_name": page.title,
        "description": f"{page.title}. {page.why}",
        "enforcement_level": sdk.EnforcementLevel(asking.level.value),
        "severity": sdk.Severity(policy.severity.value),
        "config_schema": config_schema(asking.configuration),
        "remediation_steps": page.help,
        "url": page.source if page.source.startswith("https://") else None,
        "tags": ["privacy", policy.subject.name],
    }
    if policy.name in OF_ONE_COLLABORATION:
        return sdk.ResourceValidationPolicy(validate=_of_one(asking), **described)
    return sdk.StackValidationPolicy(validate=_of_stack(asking), **described)


def _of_one(asking: Asking) -> Callable[[sdk.ResourceValidationArgs, sdk.ReportViolation], None]:
    def validate(args: sdk.ResourceValidationArgs, report: sdk.ReportViolation) -> None:
        resource = received(args)
        held = piece(resource)
        if held is not None and held.part is Part.COLLABORATION:
            asking.tell((resource,), args.get_config(), report)

    return validate


def _of_stack(asking: Asking) -> Callable[[sdk.StackValidationArgs, sdk.ReportViolation], None]:
    def validate(args: sdk.StackValidationArgs, report: sdk.ReportViolation) -> None:
        asking.tell(tuple(map(received, args.resources)), args.get_config(), report)

    return validate


def _unreadable(last: LastReading) -> sdk.Policy:
    def validate(args: sdk.StackValidationArgs, report: sdk.ReportViolation) -> None:
        reading = last.of(tuple(map(received, args.resources)))
        for one in reading.set_aside:
            report(redacted(f"{one.member}: {one.why}; it was judged as not known", reading.secrets), one.urn)

    return sdk.StackValidationPolicy(
        UNREADABLE,
        "A property that the service would not take. What turns on it cannot be judged",
        validate,
        sdk.EnforcementLevel.ADVISORY,
        severity=sdk.Severity.LOW,
    )


def _absent(last: LastReading) -> sdk.Policy:
    def validate(args: sdk.StackValidationArgs, report: sdk.ReportViolation) -> None:
        reading = last.of(tuple(map(received, args.resources)))
        for one in reading.absent:
            message = (
                f"the stack holds no Glue table '{one.name}', so its columns, its role and its bucket stay not known, "
                "and each policy about them says so; make it here with DataSource or makeDataSources, or judge the "
                "room with `cleanroom check`"
            )
            report(redacted(message, reading.secrets), one.urn)

    return sdk.StackValidationPolicy(
        ABSENT,
        "A table whose source is not in the stack. What turns on it cannot be judged here, now or later",
        validate,
        sdk.EnforcementLevel.ADVISORY,
        severity=sdk.Severity.LOW,
    )
