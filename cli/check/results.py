"""What `cleanroom check` found, as plain data: it can be kept in a cache and shown in any form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from policies.reports.report import Location, Report
from simulator.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query or template with its verdict.

    Attributes:
        name: Its name: of a query the path below `queries/` without `.sql`.
        kind: `query` or `template`.
        place: The file to point at; the name for a template in the room file.
        sql: The text.
        expect: The verdict that its author expects, if the header says so, and the check that denies.
        verdict: May it run?
        file: The file that holds only its text, as reports spell it; None for a template in the room file.
        location: Where the room file holds its text; None where *file* does, or for a room in Python.
    """

    name: str
    kind: str
    place: str
    sql: str
    expect: tuple[str, str | None] | None
    verdict: Verdict
    file: str | None = None
    location: Location | None = None

    @property
    def as_expected(self) -> bool:
        """True when the verdict is allowed, or what the query's `-- expect:` line says."""
        outcome, check_name = self.expect or (Outcome.ALLOWED.value, None)
        if self.verdict.outcome != outcome:
            return False
        return check_name is None or check_name in {finding.check for finding in self.verdict.findings}


@dataclass(frozen=True, slots=True)
class JudgedRoom:
    """A room with the verdicts on its queries.

    Attributes:
        title: The room's name.
        cloud: The service whose rules were asked, as messages name it.
        path: The room file, as the user named it.
        queries_folder: Where its queries are looked for.
        about: What is common to all verdicts.
        owners: Those whose rules refuse, by account or project, as messages name them.
        queries: The queries that were judged.
    """

    title: str
    cloud: str
    path: str
    queries_folder: str
    about: str
    owners: Mapping[str, str]
    queries: tuple[JudgedQuery, ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that one run found.

    Attributes:
        rooms: The rooms, in the order in which they were named.
        policies: What policies say about the rooms; None: they were not asked.
        read: The files of rooms, templates and queries that it rests on.
    """

    rooms: tuple[JudgedRoom, ...]
    policies: Report | None = None
    read: tuple[str, ...] = ()

    @property
    def queries(self) -> Iterator[JudgedQuery]:
        """All queries of all rooms."""
        for room in self.rooms:
            yield from room.queries
