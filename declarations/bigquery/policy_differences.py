"""What differs between two policies of a view, in words."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.base import Declaration
from declarations.bigquery.privacy_policy import PrivacyPolicy


def policy_differences(old: PrivacyPolicy | None, new: PrivacyPolicy | None) -> Iterator[str]:
    """Yield one line for every value that *new* adds, changes or removes; nothing for equal policies.

    Args:
        old: The current policy; None for a view without one.
        new: The policy to set; None to remove it.
    """
    before, after = _values(old), _values(new)
    for name in dict.fromkeys((*before, *after)):
        was, becomes = before.get(name), after.get(name)
        if was is None:
            yield f"{name}: {becomes}"
        elif becomes is None:
            yield f"{name}: {was} is taken off"
        elif was != becomes:
            yield f"{name}: {was} becomes {becomes}"


def _values(policy: PrivacyPolicy | None) -> dict[str, str]:
    """Return every value that is set, as text, by its path."""
    return {} if policy is None else dict(_members("", policy))


def _members(path: str, value: object) -> Iterator[tuple[str, str]]:
    if isinstance(value, Declaration):
        for name in type(value).model_fields:
            yield from _members(f"{path}.{name}" if path else name, getattr(value, name))
    elif value is not None:
        yield path, _text(value)


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return f"{value:g}" if isinstance(value, float) else str(value)
