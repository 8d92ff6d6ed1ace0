"""Which declared types are text, in the words of each kind of table."""

from __future__ import annotations

import pytest

from simulator.sql.text_types import is_text_type


@pytest.mark.parametrize(
    "declared",
    ["string", "STRING", "varchar", "VARCHAR(20)", "char (3)", "character  varying(max)", "text", "nvarchar(5)"],
)
def test_character_data_of_any_length_is_text(declared: str) -> None:
    """Spark, Redshift and Snowflake each have names of their own."""
    assert is_text_type(declared)


@pytest.mark.parametrize("declared", ["int", "varbyte", "array<string>", "struct<a:string>", "date", "stringly", ""])
def test_nothing_else_is_text(declared: str) -> None:
    """What holds text is not text itself."""
    assert not is_text_type(declared)
