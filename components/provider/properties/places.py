"""Where a value stands, so that a message can tell what is wrong with it without telling a secret."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from components.provider.errors import InvalidPropertyError
from components.provider.values import Path, shown

HIDDEN: Final = "[secret]"
"""What a message shows in place of a secret, as Pulumi does."""


@dataclass(frozen=True)
class Place:
    """Where a value stands.

    Attributes:
        path: The way to it.
        secrets: Where secrets stand, as `Properties` has them.
    """

    path: Path
    secrets: frozenset[Path]

    @property
    def is_secret(self) -> bool:
        """Whether the value is a secret, lies in one, or holds one."""
        return any(all(a == b for a, b in zip(each, self.path, strict=False)) for each in self.secrets)

    def problem(self, reason: str) -> InvalidPropertyError:
        """Return a problem that tells nothing of the value."""
        return InvalidPropertyError(shown(self.path), reason)

    def found(self, wanted: str, value: Any) -> InvalidPropertyError:  # noqa: ANN401 - any property value
        """Return the problem that a value is not what is wanted; numbers are written with thousands."""
        if self.is_secret:
            return self.problem(f"{wanted}; found {HIDDEN}")
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return self.problem(f"{wanted}; found {format(value, ',') if number else repr(value)}")
