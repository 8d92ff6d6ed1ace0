"""The permissions of a stack's IAM roles, as far as the stack holds their policies."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from declarations.unknown import UNKNOWN, Unknown
from policies.reading.links import named_resource
from policies.reading.resource import Resource

ROLE: Final = "aws:iam/role:Role"
"""The type of a role."""
_INLINE: Final = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT: Final = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_MANAGED: Final = "aws:iam/policy:Policy"

Statements = list[dict[str, Any]]


def allowed_by(role: Resource, resources: Sequence[Resource]) -> Statements | Unknown:
    """Return the allow statements of *role*; UNKNOWN if any of its policies is unknown.

    A role without a policy in the stack is UNKNOWN, too: policies may be attached elsewhere.
    """
    documents = list(_documents(role, resources))
    statements: Statements = []
    for document in documents:
        read = _statements(document)
        if isinstance(read, Unknown):
            return UNKNOWN
        statements += read
    return statements or UNKNOWN


def _documents(role: Resource, resources: Sequence[Resource]) -> Iterator[object]:
    """Yield every policy of *role*: a document, its text, or UNKNOWN."""
    yield from _listed(role.properties.get("inlinePolicies", []), "policy")
    if role.properties.get("managedPolicyArns", []) != []:
        yield UNKNOWN
    of_role = [one for one in resources if _role_of(one, role) is not None]
    yield from (one.properties.get("policy", UNKNOWN) for one in of_role if one.type == _INLINE)
    managed = [one for one in resources if one.type == _MANAGED]
    for attachment in (one for one in of_role if one.type == _ATTACHMENT):
        policy = named_resource(managed, attachment, "policyArn")
        yield policy.properties.get("policy", UNKNOWN) if policy else UNKNOWN


def _role_of(resource: Resource, role: Resource) -> Resource | None:
    if resource.type not in {_INLINE, _ATTACHMENT}:
        return None
    if resource.properties.get("role") == role.properties.get("name", ""):
        return role
    return named_resource([role], resource, "role")


def _listed(stated: object, name: str) -> Iterator[object]:
    for one in stated if isinstance(stated, list) else [UNKNOWN]:
        yield one.get(name, UNKNOWN) if isinstance(one, Mapping) else UNKNOWN


def _statements(document: object) -> Statements | Unknown:
    """Return the allow statements of a policy document; UNKNOWN unless each names its actions and resources."""
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            return UNKNOWN
    stated = document.get("Statement") if isinstance(document, Mapping) else None
    found: Statements = []
    for statement in _as_list(stated):
        if not isinstance(statement, Mapping):
            return UNKNOWN
        if statement.get("Effect") == "Deny":
            continue
        actions, targets = _texts(statement.get("Action")), _texts(statement.get("Resource"))
        if statement.get("Effect") != "Allow" or not actions or not targets:
            return UNKNOWN
        found.append({"action": actions, "resource": targets})
    return found if stated is not None else UNKNOWN


def _as_list(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _texts(value: object) -> list[str]:
    """Return a text or list of texts as a list; empty if anything in it is not text."""
    texts = [item for item in _as_list(value) if isinstance(item, str)]
    return texts if len(texts) == len(list(_as_list(value))) else []
