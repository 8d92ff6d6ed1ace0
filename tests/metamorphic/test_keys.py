"""Brackets around keys and positions in their places change no verdict."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.metamorphic.case_files import case_subjects
from tests.metamorphic.keys import KEY_SPELLINGS, named, numbered_in_brackets, respelled
from tests.metamorphic.structure import rewritten
from tests.metamorphic.subjects import Subject, essence, judged, subjects


def _takes_positions(subject: Subject) -> bool:
    """It is an open question whether aggregation and list rules take positions."""
    return not subject.rule_types() & {"AGGREGATION", "LIST"}


@pytest.mark.parametrize("name", KEY_SPELLINGS)
def test_spelling_of_keys_changes_no_verdict(name: str) -> None:
    changed, wrong = 0, {}
    for subject in (*subjects(), *case_subjects()):
        text = respelled(subject.request, KEY_SPELLINGS[name])
        if text is None or not (name == "bracketed" or _takes_positions(subject)):
            continue
        changed += 1
        if essence(judged(subject.request, text)) != essence(subject.verdict):
            wrong[subject.name] = text
    assert wrong == {}
    assert changed > 100


def test_naming_what_a_position_stands_for_changes_no_verdict() -> None:
    """There and back; only of AWS, for a bound tree of BigQuery has no privacy clause to write."""
    changed, wrong = 0, {}
    for subject in filter(_takes_positions, subjects()):
        text = respelled(subject.request, numbered_in_brackets)
        named_again = rewritten(replace(subject.request, sql=text), named) if text is not None else None
        if named_again is not None:
            changed += 1
            if essence(judged(subject.request, named_again)) != essence(subject.verdict):
                wrong[subject.name] = named_again
    assert wrong == {}
    assert changed > 50
