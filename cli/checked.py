"""What `cleanroom check` is asked and what it found, as plain data: it can be kept in a cache and shown in any form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from policies.reports.report import Location, Report
from simulator.verdict import Outcome, Verdict


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """What the command line says about policies."""

    file: Path | None = None
    """The `policies.yaml`; None: the nearest above the rooms."""
    only: tuple[str, ...] = ()
    """The policies to ask; empty: all that are chosen."""


@dataclass(frozen=True, slots=True)
class Order:
    """What a run is asked to check."""

    paths: tuple[Path, ...]
    """Rooms, or folders that hold rooms."""
    queries: tuple[str, ...] = ()
    """Names or files of the queries to judge, of one room; empty: all."""
    readings: tuple[str, ...] = ()
    """How open questions are read, as `NAME=strict` or `NAME=permissive`."""
    submitted_by: str | None = None
    """The member that submits every query; None for the one who can query."""
    policies: PolicyOptions | None = None
    """Which policies to ask; None: none."""
    against: str | None = None
    """The git revision that holds the rooms as they were; None: policies on changes are not asked."""


@dataclass(frozen=True, slots=True)
class JudgedQuery:
    """A query or template with its verdict."""

    name: str
    """Its name: of a query the path below `queries/` without `.sql`."""
    kind: str
    """`query` or `template`."""
    place: str
    """The file to point at; the name for a template in the room file."""
    sql: str
    """The text."""
    expect: tuple[str, str | None] | None
    """The verdict that its author expects, if the header says so, and the check that denies."""
    verdict: Verdict
    """May it run?"""
    file: str | None = None
    """The file that holds only its text, as reports spell it; None for a template in the room file."""
    location: Location | None = None
    """Where the room file holds its text; None where *file* does, or for a room in Python."""

    @property
    def as_expected(self) -> bool:
        """True when the verdict is allowed, or what the query's `-- expect:` line says."""
        outcome, check_name = self.expect or (Outcome.ALLOWED.value, None)
        if self.verdict.outcome != outcome:
            return False
        return check_name is None or check_name in {finding.check for finding in self.verdict.findings}


@dataclass(frozen=True, slots=True)
class JudgedRoom:
    """A room with the verdicts on its queries."""

    title: str
    """The room's name."""
    cloud: str
    """The service whose rules were asked, as messages name it."""
    path: str
    """The room file, as the user named it."""
    queries_folder: str
    """Where its queries are looked for."""
    about: str
    """What is common to all verdicts."""
    owners: Mapping[str, str]
    """Those whose rules refuse, by account or project, as messages name them."""
    queries: tuple[JudgedQuery, ...]
    """The queries that were judged."""


@dataclass(frozen=True, slots=True)
class Checked:
    """Everything that one run found."""

    rooms: tuple[JudgedRoom, ...]
    """The rooms, in the order in which they were named."""
    policies: Report | None = None
    """What policies say about the rooms; None: they were not asked."""
    read: tuple[str, ...] = ()
    """The files of rooms, templates and queries that it rests on."""

    @property
    def queries(self) -> Iterator[JudgedQuery]:
        """All queries of all rooms."""
        for room in self.rooms:
            yield from room.queries
