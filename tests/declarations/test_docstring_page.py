"""A docstring is a page, part by part, or it is refused."""

from __future__ import annotations

import pytest

from declarations.docstring_page import Page, page_of


def whole() -> None:
    """Something forbidden.

    What exactly
    counts.

    What is open.

    Why: There is
        a reason.
    Avoid: `a`
    Prefer: `b`
    Source: https://a.b/c
    """


def without_source() -> None:
    """Something forbidden.

    Why: There is a reason.
    Avoid: `a`
    Prefer: `b`
    """


def empty_part() -> None:
    """Something forbidden.

    Why: There is a reason.
    Avoid:
    Prefer: `b`
    Source: https://a.b/c
    """


def other_order() -> None:
    """Something forbidden.

    Avoid: `a`
    Why: There is a reason.
    Prefer: `b`
    Source: https://a.b/c
    """


def part_twice() -> None:
    """Something forbidden.

    Why: There is a reason.
    Avoid: `a`
    Prefer: `b`
    Source: https://a.b/c
    Source: https://a.b/d
    """


def test_the_parts_of_a_page() -> None:
    details = ("What exactly counts.", "What is open.")
    assert page_of(whole) == Page("Something forbidden", details, "There is a reason.", "`a`", "`b`", "https://a.b/c")
    assert page_of(whole).help == "Avoid: `a`\nPrefer: `b`"


NO_DOCSTRING = (
    "'<lambda>' has no docstring, which is its page (Python removes docstrings with -OO and PYTHONOPTIMIZE=2)"
)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (without_source, "the docstring of 'without_source' has no 'Source' part (needed: Why, Avoid, Prefer, Source)"),
        (empty_part, "the docstring of 'empty_part' has no 'Avoid' part (needed: Why, Avoid, Prefer, Source)"),
        (other_order, "the docstring of 'other_order' has other parts than Why, Avoid, Prefer, Source, in this order"),
        (part_twice, "the docstring of 'part_twice' has other parts than Why, Avoid, Prefer, Source, in this order"),
        (
            lambda: None,
            "'<lambda>' has no docstring, which is its page (Python removes docstrings with -OO and PYTHONOPTIMIZE=2)",
        ),
    ],
)
def test_a_page_without_a_part_is_refused(rule: object, message: str) -> None:
    with pytest.raises(ValueError) as refused:  # noqa: PT011 - the whole message is compared
        page_of(rule)
    assert str(refused.value) == message
