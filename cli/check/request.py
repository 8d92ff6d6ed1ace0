"""What `cleanroom check` is asked, as plain data: a run is remembered by it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PolicyOptions:
    """What the command line says about policies.

    Attributes:
        file: The `policies.yaml`; None: the nearest above the rooms.
        only: The policies to ask; empty: all that are chosen.
    """

    file: Path | None = None
    only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What a run is asked to check.

    Attributes:
        paths: Rooms, or folders that hold rooms.
        queries: Names or files of the queries to judge, of one room; empty: all.
        readings: How open questions are read, as `NAME=strict` or `NAME=permissive`.
        submitted_by: The member that submits every query; None for the one who can query.
        policies: Which policies to ask; None: none.
        against: The git revision that holds the rooms as they were; None: policies on changes are not asked.
    """

    paths: tuple[Path, ...]
    queries: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    submitted_by: str | None = None
    policies: PolicyOptions | None = None
    against: str | None = None
