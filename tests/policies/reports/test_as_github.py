"""Workflow commands of GitHub Actions."""

from __future__ import annotations

from policies.reports.as_github import write
from tests.policies.reports.samples import EMPTY, REPORT


def test_one_line_a_finding_with_everything_escaped() -> None:
    lines = write(REPORT).split("\n")
    assert lines[0] == (
        "::error title=low_minimum,file=rooms/a b/room.yaml,line=12,col=9,endColumn=16::"
        "reach/1/configured_tables/orders: 100%25 <of> the | rows, \"all\" & 'some': see%0Aline two \x0b"
    )
    assert lines[1] == "::error title=epsilon::reach/1: 'epsilon' is not known yet"
    assert lines[2].startswith("::warning title=payer::")
    assert lines[3].startswith("::notice title=personal,")
    assert lines[3].endswith("(waived until 2027-03-31 by DPO: a *pilot*)")
    assert len(lines) == 5


def test_nothing_found_says_nothing() -> None:
    assert write(EMPTY) == ""
