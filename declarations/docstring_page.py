"""A rule's docstring is its documentation page: parse the docstring of a policy or query check into its parts.

def unlogged_queries(placed: Placed[RoomCollaboration]) -> Iterator[Violation]:
    \"\"\"A collaboration whose queries leave no log.

    Whatever else has to be known, in paragraphs; may be left out.

    Why: Members cannot audit what was asked of their tables.
    Avoid: `query_log_status: DISABLED`
    Prefer: `query_log_status: ENABLED`
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/...
    \"\"\"
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

_PARTS: Final = ("Why", "Avoid", "Prefer", "Source")
_PART: Final = re.compile(rf"^({'|'.join(_PARTS)}): *", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """What a rule says about itself.

    Attributes:
        title: What is forbidden, in one line without a full stop.
        details: Paragraphs about what exactly counts, and what is left open; often none.
        why: The reason, for readers who must decide about a waiver.
        avoid: What breaks the rule.
        prefer: What to write instead.
        source: Where the reason comes from.
    """

    title: str
    details: tuple[str, ...]
    why: str
    avoid: str
    prefer: str
    source: str

    @property
    def help(self) -> str:
        """What to write instead of what, in two lines."""
        return f"Avoid: {self.avoid}\nPrefer: {self.prefer}"


def page_of(rule: Callable[..., Any]) -> Page:
    """Parse the docstring of *rule* into its page.

    Raises:
        ValueError: There is no docstring, or a part of it is missing, empty, or written twice.
    """
    title, _, rest = (inspect.getdoc(rule) or "").partition("\n")
    if not title:
        told = "Python removes docstrings with -OO and PYTHONOPTIMIZE=2"
        raise ValueError(f"{rule.__name__!r} has no docstring, which is its page ({told})")
    details, *pieces = _PART.split(rest)
    parts = {name: _one_line(text) for name, text in zip(pieces[0::2], pieces[1::2], strict=True)}
    if missing := [name for name in _PARTS if not parts.get(name)]:
        raise ValueError(f"the docstring of {rule.__name__!r} has no {missing[0]!r} part (needed: {', '.join(_PARTS)})")
    if tuple(pieces[0::2]) != _PARTS:
        raise ValueError(f"the docstring of {rule.__name__!r} has other parts than {', '.join(_PARTS)}, in this order")
    paragraphs = tuple(_one_line(paragraph) for paragraph in details.strip().split("\n\n") if paragraph)
    return Page(title.rstrip("."), paragraphs, *(parts[name] for name in _PARTS))


def _one_line(text: str) -> str:
    return " ".join(text.split())
