"""Text made to break the judge gets a verdict, never an exception, and never "allowed"."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.analysis_rules import judge
from simulator.verdict import Outcome
from tests.conformance.query_cases import request_of
from tests.simulator.analysis_rules import test_metamorphic as spelling

HEAD = "SELECT SUM(v.watch_secs) AS s FROM views v JOIN orders o ON v.cust_key = o.cust_key"


def _outcome(sql: str) -> Outcome:
    return judge(request_of({**spelling.BASE, "sql": sql}, spelling.CORPUS["table_fixtures"])).outcome


@pytest.mark.parametrize(
    "sql",
    [
        f"{HEAD} WHERE {'(' * 20_000}v.region = 'x'{')' * 20_000}",
        f"{HEAD} WHERE {'NOT ' * 20_000}v.region = 'x'",
        f"{HEAD} GROUP BY {'+'.join(['v.hour_no'] * 20_000)}",
        f"SELECT {'+'.join(['v.hour_no'] * 20_000)} AS h, SUM(v.watch_secs) AS s FROM views v",
        f"{HEAD} ORDER BY {'-'.join(['SUM(v.watch_secs)'] * 5_000)}",
        f"{HEAD} AND {' AND '.join(['v.alt_key = v.alt_key'] * 5_000)}",
        f"SELECT {', '.join(['v.note'] * 10_000)} FROM views v",
    ],
    ids=["brackets", "negations", "long_key", "long_item", "long_sort_key", "long_join", "long_list"],
)
def test_deep_and_long_text_is_denied(sql: str) -> None:
    assert _outcome(sql) is Outcome.DENIED


def test_a_long_harmless_filter_is_allowed() -> None:
    assert _outcome(f"{HEAD} WHERE {' OR '.join(['v.hour_no = 1'] * 500)}") is Outcome.ALLOWED
    listed = ", ".join(str(number) for number in range(20_000))
    assert _outcome(f"{HEAD} WHERE v.hour_no IN ({listed})") is Outcome.ALLOWED


def test_a_definite_denial_after_many_open_findings_is_not_lost() -> None:
    between = " AND ".join(["v.hour_no BETWEEN 1 AND 2"] * 100)
    assert _outcome(f"{HEAD} WHERE {between}") is Outcome.UNDOCUMENTED
    literals = ", ".join(["'x'"] * 100)
    assert _outcome(f"SELECT {literals}, v.note, SUM(v.watch_secs) AS s {HEAD[33:]}") is Outcome.DENIED


TOKENS = re.findall(
    r"\S+",
    """
    SELECT DISTINCT FROM JOIN ON WHERE GROUP BY HAVING ORDER LIMIT AND OR NOT IN IS NULL AS WITH UNION ( ) , . ; * = <
    views orders v o v.cust_key o.cust_key v.region v.note SUM COUNT UPPER CASE WHEN THEN END OVER 1 'x' || :: + -
    """,
)


@given(st.lists(st.sampled_from(TOKENS), max_size=30))
def test_any_sequence_of_words_gets_a_verdict(words: list[str]) -> None:
    _outcome(" ".join(words))


@given(st.text(max_size=80))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert _outcome(text) is Outcome.DENIED


@given(st.sampled_from(TOKENS), st.integers(0, 14))
def test_an_inserted_word_gets_a_verdict(word: str, place: int) -> None:
    words = HEAD.split(" ")
    _outcome(" ".join([*words[:place], word, *words[place:]]))
