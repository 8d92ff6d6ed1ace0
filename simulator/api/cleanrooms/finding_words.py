"""The message for a refused query if the service's own message is not known."""

from __future__ import annotations

from simulator.verdict import Finding


def in_words(finding: Finding) -> str:
    """Return a finding as a message: its place in the text, what was found, and the setting that would allow it.

    Args:
        finding: A reason why a query is not (certainly) allowed.
    """
    place = f"line {finding.span.line}, column {finding.span.column}: " if finding.span else ""
    if finding.setting is None:
        return f"{place}{finding.message}"
    return (
        f"{place}{finding.message} (the documentation leaves this open: it is refused unless the endpoint is started "
        f"with --reading {finding.setting}=permissive)"
    )
