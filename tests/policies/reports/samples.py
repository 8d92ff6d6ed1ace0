"""A report in which every standing occurs, with text that a careless writer would break on."""

from __future__ import annotations

from datetime import date

from policies.policy import Level, Severity
from policies.reports.report import Asked, Excuse, Finding, Location, Report, Rule

NASTY = "100% <of> the | rows, \"all\" & 'some': see\nline two \x0b"
EXCUSE = Excuse("a *pilot*", "DPO", date(2027, 3, 31), in_source=True)


def rule(name: str = "low_minimum", level: Level = Level.MANDATORY, severity: Severity = Severity.HIGH) -> Rule:
    """Return a rule with a page."""
    return Rule(
        name, "A low minimum", "Small groups show people", "Raise it", "https://a.b/c", severity, level, "policy"
    )


PLACE = Location("rooms/a b/room.yaml", 12, 9, 7, "        minimum: 2")
FAILS = Finding(rule(), "reach/1/configured_tables/orders", NASTY, part="id", location=PLACE)
UNKNOWN = Finding(rule("epsilon"), "reach/1", "'epsilon' is not known yet", known=False)
ADVISES = Finding(rule("payer", Level.ADVISORY, Severity.LOW), "reach/collaboration", "no payer is stated")
WAIVED = Finding(
    rule("personal", severity=Severity.CRITICAL), "reach/1", "'email' is listed", location=PLACE, excuse=EXCUSE
)
EXTERNAL = Finding(rule("personal"), "reach/2", "'x'", excuse=Excuse("r", "o", date(2027, 1, 1), in_source=False))

REPORT = Report(
    (FAILS.rule, UNKNOWN.rule, ADVISES.rule, WAIVED.rule, rule("quiet", severity=Severity.MEDIUM)),
    (
        Asked("reach", "low_minimum", FAILS.target, (FAILS,)),
        Asked("reach", "epsilon", UNKNOWN.target, (UNKNOWN,)),
        Asked("reach", "payer", ADVISES.target, (ADVISES,)),
        Asked("reach", "personal", WAIVED.target, (WAIVED,)),
        Asked("other", "personal", EXTERNAL.target, (EXTERNAL,)),
        Asked("other", "quiet", "other"),
    ),
)
"""Six questions, five findings."""
EMPTY = Report((), ())
