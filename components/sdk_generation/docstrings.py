"""Docstrings of the generated classes and functions."""

from __future__ import annotations

from components.sdk_generation.documentation import first_sentence, wrapped

_INDENT = "    "
_WIDTH = 112
_QUOTES = 6
"""Three at the start, three at the end."""


def attribute_docstring(text: str) -> str:
    """Return what stands below an attribute.

    Args:
        text: Plain text; empty when the API says nothing.
    """
    return _quoted(wrapped(text or "As the API has it.", _WIDTH))


def docstring(text: str, *, summary: str, extra: str = "") -> str:
    """Return what stands below the head of a class or function.

    Args:
        text: Plain text; its first sentence becomes the first line when it fits.
        summary: The first line when it does not.
        extra: What follows, laid out already.
    """
    sentence = first_sentence(text)
    first = sentence if sentence.endswith((".", "?", "!")) else f"{sentence}."
    rest = text[len(sentence) :].strip()
    if not sentence or len(first) > _WIDTH - _QUOTES:
        first, rest = summary, text
    blocks = (first, wrapped(rest, _WIDTH), extra)
    return _quoted("\n\n".join(block for block in blocks if block))


def _quoted(text: str) -> str:
    lines = "\n".join(f"{_INDENT}{line}" if line else "" for line in text.split("\n")).strip()
    raw = "r" if "\\" in lines else ""
    closing = f"\n{_INDENT}" if "\n" in lines or lines.endswith('"') or len(lines) > _WIDTH - 3 else ""
    return f'{_INDENT}{raw}"""{lines}{closing}"""\n'
