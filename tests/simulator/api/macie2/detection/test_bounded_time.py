"""No object takes an analysis longer than its length: crafted input, ten megabytes of it."""

from __future__ import annotations

import time
from pathlib import Path

import duckdb
import pytest

from simulator.api.macie2.detection.custom import CustomIdentifier
from simulator.api.macie2.detection.linear_regex import all_spans
from simulator.api.macie2.detection.locating import Inspector
from simulator.api.macie2.detection.managed import MANAGED, selected

MEGABYTE = 1_000_000
CRAFTED = {
    "digits": "1",
    "dashes": "1-",
    "spaced digits": "12 ",
    "mail": "a.a.a.a@",
    "capitals": "Ab Ab ",
    "tokens": "eyJ",
    "keys": "-----BEGIN RSA PRIVATE KEY-----",
    "accounts": "GB29 NWBK ",
    "true hits": "ssn 123-45-6789 ",
    "streets": "12 rue ",
}
_SECONDS_A_MEGABYTE = 30
"""A generous bound: an analysis takes two; one whose time grows with the square takes hours."""


@pytest.mark.parametrize("piece", CRAFTED.values(), ids=CRAFTED)
def test_crafted_text(piece: str) -> None:
    size = MEGABYTE // 8
    begun = time.process_time()
    Inspector(MANAGED, ()).inspect((piece * (size // len(piece))).encode(), "x.txt")
    assert time.process_time() - begun < _SECONDS_A_MEGABYTE / 8


def test_ten_megabytes() -> None:
    """The identifiers of an ordinary job, on the digits of one endless number and on one line of ten megabytes."""
    begun = time.process_time()
    Inspector(selected("INCLUDE", ["CREDIT_CARD_NUMBER", "UK_BANK_ACCOUNT_NUMBER", "EMAIL_ADDRESS"]), ()).inspect(
        b"4539578763621486 " * (10 * MEGABYTE // 17), "x.txt"
    )
    assert time.process_time() - begun < _SECONDS_A_MEGABYTE


def test_users_expressions() -> None:
    """What takes other engines exponential time takes this one linear time."""
    begun = time.process_time()
    assert all_spans(r"(a+)+b", ["a" * MEGABYTE]) == [[]]
    custom = CustomIdentifier("i", "a", "n", r"(a|aa)+$", keywords=("key",))
    Inspector((), (custom,)).inspect(b"key " + b"a" * MEGABYTE + b"!", "x.txt")
    assert time.process_time() - begun < _SECONDS_A_MEGABYTE


def test_an_expression_that_looks_to_the_end_each_time_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.api.macie2.detection.linear_regex.LONGEST", 0.1)
    custom = CustomIdentifier("i", "a", "n", "a.*z|a")
    found = Inspector((), (custom,)).inspect(b"a" * 8_000, "x.txt")
    assert found.problem == "EXPRESSION_TOOK_TOO_LONG"
    assert all_spans("b", ["abc"]) == [[(1, 2)]]


def test_a_small_file_of_long_values_is_read_in_part(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("simulator.api.macie2.detection.records.MOST_EXTRACTED", 100_000)
    file = tmp_path / "long.parquet"
    duckdb.sql(f"COPY (SELECT repeat('x', 1000) AS t FROM range(1000)) TO '{file}'")
    found = Inspector(MANAGED, ()).inspect(file.read_bytes(), "long.parquet")
    assert found.problem == "ARCHIVE_TOTAL_BYTES_EXTRACTED_OVER_LIMIT"
