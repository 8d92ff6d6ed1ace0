"""Checking queries, beside a linter of SQL on the same text: sqlfluff, where it is installed.

It is not a dependency. To enable the comparison: `.venv/bin/python -m pip install sqlfluff`.
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Iterator

from benchmarks.check import requests
from benchmarks.figures import Figure, paired
from simulator.analysis_rules import judge

_QUERIES = 20


def measure() -> Iterator[Figure]:
    """Judge a few queries, against linting them with sqlfluff's default rules; nothing without sqlfluff."""
    if importlib.util.find_spec("sqlfluff") is None:
        sys.stderr.write("sqlfluff is not installed; see benchmarks/lint_peers.py\n")
        return
    linter = importlib.import_module("sqlfluff")
    chosen = [request for request in requests() if request.engine == "SPARK"][:: len(requests()) // _QUERIES]

    def check() -> None:
        for request in chosen:
            judge(request)

    def lint() -> None:
        for request in chosen:
            linter.lint(request.sql, dialect="sparksql")

    mine, theirs, ratio = paired(check, lint)
    yield Figure("check, rate", len(chosen) / mine, "queries/s", 1 / ratio, "rate of sqlfluff lint")
    yield Figure("sqlfluff lint, rate", len(chosen) / theirs, "queries/s")
