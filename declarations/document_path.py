"""Where a value is in a document, and how that is written."""

from __future__ import annotations

DocumentPath = tuple[str | int, ...]
"""Where a value is in a document: keys of mappings and indices of lists, from the top."""


def spelled(path: DocumentPath) -> str:
    """Return a path as text, such as `memberships[0].columns.week`; unusual keys are quoted in brackets."""
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step.replace("_", "a").replace("-", "a").isalnum():
            text += f".{step}" if text else step
        else:
            text += f"[{step!r}]"
    return text
