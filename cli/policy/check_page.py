"""What a check of queries says about itself, in a terminal and for a program."""

from __future__ import annotations

from typing import Any

from cli.console.terminal import styled, wrapped
from simulator.analysis_rules.checks import check_pages, parts_of


def check_json(name: str) -> dict[str, Any]:
    """Describe a check of queries to a program; keys are stable."""
    page = check_pages()[name]
    return {
        "name": name,
        "check_of": list(parts_of(name)),
        "title": page.title,
        "details": list(page.details),
        "why": page.why,
        "avoid": page.avoid,
        "prefer": page.prefer,
        "source": page.source,
    }


def check_text(name: str) -> str:
    """Describe a check of queries to a person."""
    page = check_pages()[name]
    parts = ", ".join(parts_of(name)) or "whatever is asked before any rule"
    told = {"part of": parts, "why": page.why, "avoid": page.avoid, "prefer": page.prefer, "source": page.source}
    return "\n".join(
        [
            styled(name, bold=True),
            wrapped(f"{page.title}.", ""),
            "a check of queries: the service's rule, with no level to set and no waiver",
            "",
            *(f"{wrapped(paragraph, '')}\n" for paragraph in page.details),
            *(wrapped(f"{what}: {text}") for what, text in told.items()),
        ]
    )
