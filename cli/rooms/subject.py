"""One query or template of a room, as the commands judge, run and explain it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from declarations.loading.queries import Expectation
from simulator.request import AnalysisRequest


@dataclass(frozen=True, slots=True)
class Subject:
    """One query or template to judge.

    Attributes:
        name: Query name (path below `queries/` without `.sql`) or template name.
        kind: "query" or "template".
        path: The file it was read from; None for a template whose text stands in the room file.
        request: What is asked of the room.
        expect: The verdict that its author expects, if the header says so.
        title: What it answers, in words, if the header says so.
    """

    name: str
    kind: str
    path: Path | None
    request: AnalysisRequest
    expect: Expectation | None = None
    title: str | None = None

    @property
    def place(self) -> str:
        """The file to point at, as short as it can be; the name for a template in the room file."""
        if self.path is None:
            return self.name
        return str(self.path.relative_to(Path.cwd()) if self.path.is_relative_to(Path.cwd()) else self.path)
