"""What a command line test gets back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What one command did."""

    exit_code: int
    stdout: str
    stderr: str


Cleanroom = Callable[..., Outcome]
