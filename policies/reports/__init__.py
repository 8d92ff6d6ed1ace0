"""One report, in the forms that people and programs read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from policies.reports import as_github, as_json, as_junit, as_markdown, as_sarif, as_text
from policies.reports.report import Report

FORMATS: Mapping[str, Callable[[Report], str]] = MappingProxyType(
    {
        "text": as_text.write,
        "json": as_json.write,
        "sarif": as_sarif.write,
        "junit": as_junit.write,
        "github": as_github.write,
        "markdown": as_markdown.write,
    }
)
"""Name of each form, and what writes it."""
