"""What to do about a resource that exists already, as the middle of a message: its old name first, an import last.

Whoever imports what the program has only renamed has it twice in the state, and loses it with the old name.
"""

from __future__ import annotations

from collections.abc import Mapping

from components.provider.aws.identity import SEPARATOR
from components.provider.errors import Subject
from components.resources.resource_type import ResourceType


def adopting(kind: ResourceType, subject: Subject, provider: Subject, known: Mapping[str, str]) -> str:
    """Return how to keep what exists: under its old name, or by an import with all that is known filled in.

    Args:
        kind: The resource type.
        subject: The resource that was to be made.
        provider: Its provider.
        known: The parts of the id of what exists, as far as they are known; the others are told by name.
    """
    made_id = SEPARATOR.join(known.get(name, name) for name in kind.identity)
    return (
        "if the program has only renamed it, state its old name (`aliases=[pulumi.Alias(name=OLD_NAME)]`, or "
        "`pulumi state rename`); only if no resource of this or another stack has it, adopt it with `pulumi import "
        f"{kind.token} {subject.name} {made_id}{_options(subject, provider)}`"
    )


def _options(subject: Subject, provider: Subject) -> str:
    """Return what an import needs besides the id, so that its URN and its account are those of the program."""
    told = ""
    if provider.urn and provider.name != "default" and not provider.name.startswith("default_"):
        told += f" --provider {provider.name}='{provider.urn}'"
    project, _, types = subject.urn.rpartition(f"::{subject.name}")[0].rpartition("::")
    parent = types.rpartition("$")[0]
    return f"{told} --parent parent='{project}::{parent}::PARENT_NAME'" if parent else told
