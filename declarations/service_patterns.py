r"""Translate the service model's patterns, which are Java's, into Python matchers that run in linear time.

Java's `\d` and `\w` are ASCII, a pattern must match the whole string, and characters beyond the first plane are written
as pairs of surrogates.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import cache

_BEYOND_FIRST_PLANE = r"\uD800\uDBFF-\uDC00\uDFFF"
_CATEGORIES = re.compile(r"\[((?:\\p\{\w+\}|\.)+)\]\+")

_LINEAR = {
    # Nested repetition takes Python exponential time; these say the same.
    r"[a-zA-Z0-9_](([a-zA-Z0-9_]+)*([a-zA-Z0-9_]+))?": r"[a-zA-Z0-9_]+",
    r".*(?!^(\d+\.)+\d+$)(^(([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9\-]*[a-z0-9])$).*": (
        r"(?!(\d+\.)+\d+$)[a-z0-9]([a-z0-9\-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9\-]*[a-z0-9])?)*"
    ),
}


@cache
def matcher(pattern: str) -> Callable[[str], bool]:
    """Return a function that returns whether a whole string matches *pattern*."""
    if categories := _CATEGORIES.fullmatch(pattern):
        return _category_matcher(categories[1])
    python = _LINEAR.get(pattern, pattern).replace(_BEYOND_FIRST_PLANE, "\U00010000-\U0010ffff")
    compiled = re.compile(python, re.ASCII)
    return lambda text: compiled.fullmatch(text) is not None


def _category_matcher(written: str) -> Callable[[str], bool]:
    wanted = tuple(re.findall(r"\\p\{(\w+)\}", written))
    dots = "." in re.sub(r"\\p\{\w+\}", "", written)

    def matches(text: str) -> bool:
        return bool(text) and all(
            unicodedata.category(each).startswith(wanted) or (dots and each == ".") for each in text
        )

    return matches
