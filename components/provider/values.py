"""Property values as the provider reads them: plain Python, what is not known yet, and which of it is secret."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from declarations.unknown import UNKNOWN

Path = tuple[str | int, ...]
"""Where a value stands: names of members and indexes of lists, from the outside in."""


@dataclass(frozen=True)
class Properties:
    """The properties of a resource, a function or the provider.

    Attributes:
        values: Plain values by name: None, bool, int, float, str, list, dict and UNKNOWN; never null on the top level.
        secrets: Where secrets stand. A secret within a list makes the whole list secret, because a service may
            return lists in another order.
    """

    values: Mapping[str, Any]
    secrets: frozenset[Path] = field(default_factory=frozenset)

    def with_values(self, values: Mapping[str, Any]) -> Properties:
        """Return other values under the same secrets."""
        return Properties(values, self.secrets)


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - any property value
    """Return *value* without members that are null: they say the same as no member."""
    if isinstance(value, Mapping):
        return {name: without_nulls(inner) for name, inner in value.items() if inner is not None}
    if isinstance(value, list):
        return [without_nulls(inner) for inner in value]
    return value


def has_unknowns(value: Any) -> bool:  # noqa: ANN401 - any property value
    """Tell whether *value* is or holds something that is not known yet."""
    if isinstance(value, Mapping):
        return any(has_unknowns(inner) for inner in value.values())
    if isinstance(value, list):
        return any(has_unknowns(inner) for inner in value)
    return value is UNKNOWN


def shown(path: Path) -> str:
    """Return *path* in Pulumi's notation: `members[0].displayName`, `tags["cost.center"]`."""
    return "".join(_steps(path))


def pattern(path: Path) -> str:
    """Return *path* as descriptors write it: `members[*].displayName`, whatever the index."""
    return "".join(
        "[*]" if isinstance(step, int) else f".{step}" if number else step for number, step in enumerate(path)
    )


def _steps(path: Path) -> Iterator[str]:
    for number, step in enumerate(path):
        if isinstance(step, int):
            yield f"[{step}]"
        elif step.isidentifier():
            yield f".{step}" if number else step
        else:
            escaped = step.replace("\\", "\\\\").replace('"', '\\"')
            yield f'["{escaped}"]'
