"""What a refused query is told, where the service's own words are not known."""

from __future__ import annotations

from simulator.verdict import Finding


def in_words(finding: Finding) -> str:
    """Return a finding in the simulator's words: where in the text it is, what was found, and how to read it otherwise.

    Args:
        finding: A reason why a query is not, or not surely, allowed.
    """
    place = f"line {finding.span.line}, column {finding.span.column}: " if finding.span else ""
    if finding.setting is None:
        return f"{place}{finding.message}"
    return (
        f"{place}{finding.message} (the documentation leaves this open: it is refused unless the endpoint is started "
        f"with --reading {finding.setting}=permissive)"
    )
