"""The service model's documentation as plain text: botocore has it as HTML."""

from __future__ import annotations

import re
import textwrap
from functools import cache
from html.parser import HTMLParser

_PARAGRAPHS = frozenset({"p", "ul", "ol", "note", "dl", "div", "important"})
_ITEMS = frozenset({"li", "dd", "dt"})
_TYPEWRITTEN = str.maketrans({"\u2019": "'", "\u2018": "'", "\u201c": '"', "\u201d": '"', "\u2013": "-", "\u2014": "-"})
_MARKED = frozenset({"code", "i", "pre"})


class _Text(HTMLParser):
    """Collects the text of a fragment: code in backticks, a blank line between paragraphs, `- ` before items."""

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._at_item = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        if tag in _ITEMS:
            self.parts.append("\n\n- ")
            self._at_item = True
        elif tag in _PARAGRAPHS and not self._at_item:
            self.parts.append("\n\n")
        elif tag in _MARKED:
            self.parts.append("`")

    def handle_endtag(self, tag: str) -> None:
        if tag in _MARKED:
            self.parts.append("`")
        elif tag in _PARAGRAPHS:
            self.parts.append("\n\n")

    def handle_data(self, data: str) -> None:
        self._at_item = self._at_item and not data.strip()
        self.parts.append(re.sub(r"\s+", " ", data.translate(_TYPEWRITTEN)))


@cache
def plain(documentation: str) -> str:
    """Return HTML of the service model as plain text, its paragraphs and list items apart by blank lines."""
    parser = _Text()
    parser.feed(documentation)
    parser.close()
    paragraphs = re.split(r"\n{2,}", "".join(parser.parts))
    lines = (re.sub(r" {2,}", " ", paragraph).strip() for paragraph in paragraphs)
    return "\n\n".join(line for line in lines if line.strip("- "))


def first_sentence(text: str) -> str:
    """Return the first sentence of plain *text*."""
    paragraph = text.partition("\n\n")[0]
    return re.split(r"(?<=[.!?])\s+(?=[A-Z])", paragraph, maxsplit=1)[0]


def wrapped(text: str, width: int) -> str:
    """Return plain *text* in lines of at most *width* characters; the items of a list hang together."""
    paragraphs = [
        textwrap.fill(
            paragraph,
            width,
            subsequent_indent="  " if paragraph.startswith("- ") else "",
            break_long_words=False,
            break_on_hyphens=False,
        )
        for paragraph in text.split("\n\n")
    ]
    return "\n\n".join(paragraphs)
