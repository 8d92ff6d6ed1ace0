"""HTML of the service model becomes readable text."""

from __future__ import annotations

import pytest

from components.resources import RESOURCE_TYPES
from components.resources.service_model import inputs, outputs
from components.sdk_generation.documentation import first_sentence, plain, wrapped


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>The name.</p>", "The name."),
        ("<p>Use <code>NONE</code> or\n   more.</p><p>Second.</p>", "Use `NONE` or more.\n\nSecond."),
        (
            "<p>One of:</p> <ul> <li> <p>first</p> </li> <li> <p>second</p> </li> </ul>",
            "One of:\n\n- first\n\n- second",
        ),
        ("<p>A member\u2019s table &amp; rule.</p>", "A member's table & rule."),
        ("", ""),
    ],
)
def test_plain(html: str, text: str) -> None:
    assert plain(html) == text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two.", "One."),
        ("No stop", "No stop"),
        ("A list, e.g. of names. Then more.", "A list, e.g. of names."),
        ("First.\n\nSecond.", "First."),
    ],
)
def test_first_sentence(text: str, sentence: str) -> None:
    assert first_sentence(text) == sentence


def test_wrapped_lines_of_an_item_hang_together() -> None:
    assert wrapped("- one two three\n\nfour", 10) == "- one two\n  three\n\nfour"


def test_no_tag_is_left() -> None:
    for resource in RESOURCE_TYPES:
        for each in (*inputs(resource).values(), *outputs(resource).values()):
            text = plain(each.documentation)
            assert "</" not in text
            assert "&amp;" not in text
