"""All checks, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from components.doctor.account import account, credentials, endpoint, region
from components.doctor.case import Case, Finding
from components.doctor.machine import aws_plugin, plugin, pulumi_command, virtual_environment
from components.doctor.quotas import quotas

CHECKS: Final[tuple[Callable[[Case], Finding], ...]] = (
    pulumi_command,
    virtual_environment,
    plugin,
    aws_plugin,
    region,
    endpoint,
    credentials,
    account,
    quotas,
)
"""The checks; each has the name of its function."""


def examine(case: Case) -> Iterator[tuple[str, Finding]]:
    """Yield the name and the finding of each check."""
    for check in CHECKS:
        yield check.__name__, check(case)
