"""What differs from the service model on purpose, each with its reason."""

from __future__ import annotations

from declarations.base import TABLE_REFERENCE, TEMPLATE_REFERENCE

NOT_BY_SHAPE = {
    "AnalysisSource": "a union that also takes the room's own `file`; it says by itself that exactly one is present",
}
"""Classes (by name) or members (by path) whose form differs, and why."""

OURS_ONLY = {
    f"|{TEMPLATE_REFERENCE}": "a room names a template whose ARN exists only after deployment",
    f"|{TABLE_REFERENCE}": "a room names a table whose ARN exists only after deployment",
}
"""What our patterns take beyond the service's, and why; `to_request` lets none of it out."""

_LABEL = r"([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])"

SAME_LANGUAGE = {
    rf".*(?!^([0-9]+\.)+[0-9]+$)(^({_LABEL}\.)*{_LABEL}$).*": (
        r"(?!([0-9]+\.)+[0-9]+$)[a-z0-9]([a-z0-9\-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9\-]*[a-z0-9])?)*"
    ),
}
"""Patterns of the service (normal) that we write otherwise: anchors inside, which no whole-string engine needs."""

NOT_IN_RESPONSE = {
    "tags": "read by ListTagsForResource",
    "members": "read by ListMembers",
    "creatorMemberAbilities": "read by ListMembers",
    "creatorMLMemberAbilities": "read by ListMembers",
    "creatorPaymentConfiguration": "read by ListMembers",
}
"""Members of requests that no response repeats, and where they are read instead."""
