"""A pulled room as the text of a `room.yaml`."""

from __future__ import annotations

import textwrap
from typing import Any

import yaml

from components.pulling.documents import Document, plain
from components.pulling.room import PulledRoom

_WIDTH = 120


def room_yaml(pulled: PulledRoom) -> str:
    """Return the room file: first what the service did not show and what a room cannot declare, then the room."""
    lines = [f"# As account {pulled.account_id} sees it."]
    told = [f"Not shown: {sentence}." for sentence in pulled.not_shown]
    told += [f"Left out, as a room cannot declare it: {sentence}." for sentence in pulled.left_out]
    for sentence in told:
        lines += textwrap.wrap(sentence, _WIDTH - 2, initial_indent="# ", subsequent_indent="#   ")
    document: Document = plain(pulled.room)
    text = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)
    return "\n".join(lines) + "\n" + text


class _Dumper(yaml.SafeDumper):
    """Writes texts of several lines as blocks, and lists of words in one line."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - any value; none is written as an alias
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    words = all(isinstance(item, str) and "\n" not in item for item in items)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=words)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(list, _list)
