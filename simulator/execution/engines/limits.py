"""Limits on time, memory and disk, so that no query can exhaust the host."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from simulator.execution.errors import WrongLimitError

_SIZE = re.compile(r"(\d{1,9}(\.\d+)? ?[KMG]|\d{1,6}(\.\d+)? ?T)i?B", re.IGNORECASE)
"""A size that the engine accepts; larger ones overflow its counters."""
NO_LIMIT = "none"
"""Value of an environment variable that lifts its limit."""


@dataclass(frozen=True, slots=True)
class EngineLimits:
    """The limits of one run. The default suits a user's own commands: no limit but four fifths of the machine's memory.

    Attributes:
        seconds: Maximum wall-clock time from the opening of the engine to its last statement, loading included, > 0;
            None for no limit.
        memory: Maximum memory of the engine, a number and a unit as in "4GB"; None for four fifths of the machine's.
        disk: Maximum disk space for rows that do not fit into memory, in the same form. They are stored unencrypted in
            the system's temporary folder until the run ends. None: nothing is written to disk, and a query that needs
            more memory fails.
    """

    seconds: float | None = None
    memory: str | None = None
    disk: str | None = None


LOCAL_ENDPOINT = EngineLimits(seconds=600, memory="4GB")
"""Limits of each query sent to the local endpoint, which runs up to four at once."""

SECONDS, MEMORY, DISK = "CLEANROOM_QUERY_SECONDS", "CLEANROOM_QUERY_MEMORY", "CLEANROOM_QUERY_DISK"
"""Environment variables that replace a limit; "none" lifts it."""


def limits_from(environment: Mapping[str, str], default: EngineLimits) -> EngineLimits:
    """Return the limits that the environment sets, and those of *default* for the rest.

    Raises:
        WrongLimitError: A value is neither "none" nor a positive number of seconds or a size.
    """
    limits = default
    if text := environment.get(SECONDS):
        limits = replace(limits, seconds=_seconds(text))
    if text := environment.get(MEMORY):
        limits = replace(limits, memory=_size(MEMORY, text))
    if text := environment.get(DISK):
        limits = replace(limits, disk=_size(DISK, text))
    return limits


def _seconds(text: str) -> float | None:
    if text.lower() == NO_LIMIT:
        return None
    if not re.fullmatch(r"\d{1,9}(\.\d+)?", text) or not float(text):
        raise WrongLimitError(f"{SECONDS} is {text!r}; allowed are a number above 0, e.g. '600', and '{NO_LIMIT}'")
    return float(text)


def _size(name: str, text: str) -> str | None:
    if text.lower() == NO_LIMIT:
        return None
    if not _SIZE.fullmatch(text) or not float(text.rstrip(" KMGTiBkmgtIb")):
        allowed = f"allowed are a number above 0 with a unit, e.g. '4GB', and '{NO_LIMIT}'"
        raise WrongLimitError(f"{name} is {text!r}; {allowed}")
    return text
