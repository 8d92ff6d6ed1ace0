"""Patterns of the service model: compiled, anchored, and matched in linear time."""

from __future__ import annotations

import time

import pytest
from botocore.loaders import create_loader

from declarations.service_patterns import matcher

SERVICES = ("cleanrooms", "cleanroomsml", "macie2")
ANY_CHARACTER = r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDBFF-\uDC00\uDFFF\t]*"


def _patterns() -> list[str]:
    loader = create_loader()
    shapes = [each for name in SERVICES for each in loader.load_service_model(name, "service-2")["shapes"].values()]
    return sorted({shape["pattern"] for shape in shapes if "pattern" in shape})


@pytest.mark.parametrize("pattern", _patterns())
def test_hostile_text_takes_no_time(pattern: str) -> None:
    matches = matcher(pattern)
    begun = time.process_time()
    for text in ("a" * 500 + "!", "a-" * 250 + "!", "1." * 60 + "!", "a b-" * 100 + "\n", "x"):
        matches(text)
    assert time.process_time() - begun < 1


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\d+", "12", True),
        (r"\d+", "12\n", False),
        (r"\d+", "\u0661", False),
        (ANY_CHARACTER, "caf\u00e9 \U0001f600", True),
        (ANY_CHARACTER, "line\nbreak", False),
        (r"[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}\p{Zs}.]+", "\u00dcber schema-1.x", True),
        (r"[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}]+", "a.b", False),
        (r"[\p{L}\p{M}\p{N}\p{Pc}\p{Pd}]+", "", False),
    ],
)
def test_matching(pattern: str, text: str, *, expected: bool) -> None:
    assert matcher(pattern)(text) is expected
