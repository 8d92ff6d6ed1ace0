"""The files of a new policy of a company's own: a policy with its page, the pack's registry, a test."""

from __future__ import annotations

import re
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from declarations.loading import LoadingError
from declarations.loading.problems import FileProblem


class Example(NamedTuple):
    """What a new policy about a subject forbids until somebody writes what it shall forbid.

    Attributes:
        constant: The subject's name in `policies.subjects`.
        module: Where the declaration's class is.
        model: The declaration's class.
        field: A field that every declaration of the kind has.
        forbidden: A value of the field.
        allowed: Another value of it.
    """

    constant: str
    module: str
    model: str
    field: str
    forbidden: str
    allowed: str


_ROOM: Final = "declarations.clean_room"
EXAMPLES: Final = MappingProxyType(
    {
        "collaboration": Example("COLLABORATIONS", _ROOM, "RoomCollaboration", "name", "test", "reach"),
        "memberships": Example("MEMBERSHIPS", _ROOM, "RoomMembership", "account_id", "111111111111", "222222222222"),
        "configured_tables": Example(
            "CONFIGURED_TABLES", "declarations.configured_table", "ConfiguredTable", "name", "test", "orders"
        ),
        "configured_table_associations": Example(
            "ASSOCIATIONS", "declarations.association", "ConfiguredTableAssociation", "name", "test", "orders"
        ),
        "analysis_templates": Example(
            "ANALYSIS_TEMPLATES", "declarations.analysis_template", "AnalysisTemplate", "name", "test", "weekly"
        ),
        "privacy_budget_templates": Example(
            "PRIVACY_BUDGET_TEMPLATES",
            "declarations.privacy_budget",
            "PrivacyBudgetTemplate",
            "auto_refresh",
            "CALENDAR_MONTH",
            "NONE",
        ),
        "configured_audience_model_associations": Example(
            "AUDIENCE_MODEL_ASSOCIATIONS",
            "declarations.audience_model",
            "ConfiguredAudienceModelAssociation",
            "configured_audience_model_association_name",
            "test",
            "lookalikes",
        ),
        "data_sources": Example("DATA_SOURCES", "declarations.data_source", "DataSource", "name", "test", "lake"),
        "id_namespace_associations": Example(
            "ID_NAMESPACE_ASSOCIATIONS", "declarations.id_mapping", "IdNamespaceAssociation", "name", "test", "ids"
        ),
        "id_mapping_tables": Example(
            "ID_MAPPING_TABLES", "declarations.id_mapping", "IdMappingTable", "name", "test", "ids"
        ),
        "intermediate_tables": Example(
            "INTERMEDIATE_TABLES", "declarations.intermediate_table", "IntermediateTable", "name", "test", "weeks"
        ),
        "views": Example("VIEWS", "declarations.bigquery.room", "BigQueryView", "name", "sales.test", "sales.reach"),
    }
)
"""An example for every subject, by the subject's name."""

_POLICY: Final = '''\
"""{title}."""

from __future__ import annotations

from collections.abc import Iterator

from {module} import {model}
from policies.policy import Policy, Severity, Violation
from policies.subjects import {constant}, Placed


def {name}(placed: Placed[{model}]) -> Iterator[Violation]:
    """{title}.

    Why: Say what can happen, for whoever must decide about a waiver.
    Avoid: `{field}: {forbidden}`
    Prefer: `{field}: {allowed}`
    Source: The company's rule, its section or its address
    """
    if placed.declaration.{field} == "{forbidden}":
        yield Violation(("{field}",), "{field} is '{forbidden}'; say what is allowed")


POLICY = Policy({name}, {constant}, Severity.MEDIUM)
'''
_TEST: Final = '''\
"""{title}."""

from __future__ import annotations

from {module} import {model}
from {pack}.{name} import POLICY
from policies.testing import ask


def test_it_passes() -> None:
    assert ask(POLICY, {model}, {{"{field}": "{allowed}"}}) == ()


def test_it_fails() -> None:
    [violation] = ask(POLICY, {model}, {{"{field}": "{forbidden}"}})
    assert violation.message == "{field} is '{forbidden}'; say what is allowed"
'''
_PACKAGE: Final = '"""Policies of the company\'s own."""\n'
"""Makes the folder a package: pytest then imports the tests and what they test from above it."""
_REGISTRY: Final = '''\
"""The company's own policies, in the order in which they are shown."""

from __future__ import annotations

from policies.policy import Policy

POLICIES: tuple[Policy, ...] = (
)
"""Every policy of the pack."""
'''
_LAST_IMPORT: Final = "from policies.policy import Policy\n"
_TUPLE: Final = re.compile(r"(POLICIES: tuple\[Policy, \.\.\.\] = \(\n)(.*?)(^\))", re.MULTILINE | re.DOTALL)


def new_files(name: str, pack: Path, subject: str) -> dict[Path, str]:
    """Return the files to write, with their text.

    Args:
        name: The policy's name: what it forbids, in snake_case.
        pack: The pack's folder.
        subject: A key of EXAMPLES.

    Raises:
        LoadingError: The policy is there already, or the registry is not as `new` writes it.
    """
    package = pack.resolve().name
    words = {"name": name, "pack": package, "title": name.replace("_", " ").capitalize()}
    texts = {**words, **EXAMPLES[subject]._asdict()}
    policy, test, registry = pack / f"{name}.py", pack / f"test_{name}.py", pack / "registry.py"
    if policy.exists() or test.exists():
        raise LoadingError([FileProblem(str(policy), f"the pack has a policy {name!r} already")])
    known = registry.read_text(encoding="utf-8") if registry.exists() else _REGISTRY
    initial = pack / "__init__.py"
    return ({} if initial.exists() else {initial: _PACKAGE}) | {
        policy: _POLICY.format(**texts),
        test: _TEST.format(**texts),
        registry: _registered(registry, known, package, name),
    }


def _registered(registry: Path, text: str, package: str, name: str) -> str:
    """Return the registry with one more policy, the last."""
    if _LAST_IMPORT not in text or _TUPLE.search(text) is None:
        message = f"the registry is not as `cleanroom policy new` writes it; add '{name}.POLICY' to POLICIES yourself"
        raise LoadingError([FileProblem(str(registry), message)])
    text = text.replace(_LAST_IMPORT, f"from {package} import {name}\n{_LAST_IMPORT}", 1)
    return _TUPLE.sub(lambda found: f"{found[1]}{found[2]}    {name}.POLICY,\n{found[3]}", text, count=1)
