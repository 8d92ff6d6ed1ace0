"""No rewriting that keeps the meaning of a query changes what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.sql.dialects import dialect_of
from tests.metamorphic.spelling import SPELLINGS
from tests.metamorphic.structure import REWRITINGS, WRAPPINGS, Rewriting, expanded_stars, rewritten
from tests.metamorphic.subjects import Essence, Subject, essence, judged, subjects


@cache
def _by_name() -> Mapping[str, Subject]:
    return {subject.name: subject for subject in subjects()}


@cache
def _plain(name: str) -> str | None:
    """The text of a subject as sqlglot writes it."""
    return rewritten(_by_name()[name].request, None)


@cache
def _of_plain(name: str) -> Essence:
    """What is said of that text."""
    plain = _plain(name)
    assert plain is not None
    return essence(judged(_by_name()[name].request, plain))


def _changed(subject: Subject, rewriting: Rewriting) -> str | None:
    """The rewritten text; None when there is nothing to rewrite."""
    plain = _plain(subject.name)
    other = rewritten(subject.request, rewriting) if plain is not None else None
    return other if other != plain else None


def _differences(candidates: list[Subject], rewriting: Rewriting) -> tuple[int, dict[str, str]]:
    """How many of *candidates* the rewriting changed, and the new text of those whose verdict it changed, too."""
    changed, wrong = 0, {}
    for subject in candidates:
        text = _changed(subject, rewriting)
        if text is None:
            continue
        changed += 1
        if essence(judged(subject.request, text)) != _of_plain(subject.name):
            wrong[subject.name] = text
    return changed, wrong


@pytest.mark.parametrize("name", SPELLINGS)
def test_spelling_changes_no_verdict(name: str) -> None:
    wrong = {}
    for subject in subjects():
        text = SPELLINGS[name](subject.request.sql, dialect_of(subject.request.engine))
        if essence(judged(subject.request, text)) != essence(subject.verdict):
            wrong[subject.name] = text
    assert wrong == {}


@pytest.mark.parametrize("name", REWRITINGS)
def test_structure_changes_no_verdict(name: str) -> None:
    changed, wrong = _differences(list(subjects()), REWRITINGS[name])
    assert wrong == {}
    assert changed > 20  # else the rewriting would test nothing


@pytest.mark.parametrize("name", WRAPPINGS)
def test_wrapping_changes_no_verdict_under_custom_rules(name: str) -> None:
    """It may where the documentation is silent about the wrapping itself.

    That is so for derived tables under differential privacy, and for an example of the guide that shows a column which
    it joins by.
    """
    custom = [subject for subject in subjects() if subject.rule_types() == {"CUSTOM"} and not _is_example(subject)]
    if name == "derived_tables":
        custom = [subject for subject in custom if not _is_private(subject)]
    changed, wrong = _differences(custom, WRAPPINGS[name])
    assert wrong == {}
    assert changed > 50


def _is_example(subject: Subject) -> bool:
    return any(finding.setting == "disallowed_column_of_guide_example" for finding in subject.verdict.findings)


def _is_private(subject: Subject) -> bool:
    rules = (table.rule for table in subject.request.tables.values())
    return any(getattr(rule, "differential_privacy", None) is not None for rule in rules)


@pytest.mark.parametrize("name", ["derived_tables", "common_tables"])
def test_writing_out_the_star_changes_no_verdict(name: str) -> None:
    """Every table is wrapped first, so that there is a `*` in every query."""
    changed = 0
    for subject in subjects():
        wrapped = rewritten(subject.request, WRAPPINGS[name])
        if wrapped is None:
            continue
        starred = replace(subject.request, sql=wrapped)
        written_out = rewritten(starred, expanded_stars)
        if written_out is not None and written_out != wrapped:
            changed += 1
            assert judged(starred, written_out).outcome is judged(starred, wrapped).outcome, written_out
    assert changed > 100


@given(
    st.deferred(lambda: st.sampled_from(sorted(_by_name()))),
    st.lists(st.sampled_from(sorted(REWRITINGS)), min_size=1, max_size=4),
    st.lists(st.sampled_from(sorted(SPELLINGS)), max_size=2),
    st.integers(0, 1000),
)
def test_rewritings_may_be_combined(name: str, structures: list[str], spellings: list[str], seed: int) -> None:
    subject = _by_name()[name]
    text = plain = rewritten(subject.request, None, seed)
    for each in structures:
        text = None if text is None else rewritten(replace(subject.request, sql=text), REWRITINGS[each], seed)
    if plain is None or text is None:
        return
    for each in spellings:
        text = SPELLINGS[each](text, dialect_of(subject.request.engine))
    assert essence(judged(subject.request, text)) == essence(judged(subject.request, plain))
