"""Which declared types are text, and which whole numbers, in the words of each kind of table."""

from __future__ import annotations

import pytest

from simulator.sql.type_families import is_text_type, is_whole_number_type


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


@pytest.mark.parametrize("declared", ["int", "INTEGER", "BigInt", "long", "byte", "int8"])
def test_whole_numbers_are_of_any_size(declared: str) -> None:
    """Identifiers of two sizes are compared as the wider one."""
    assert is_whole_number_type(declared)


@pytest.mark.parametrize("declared", ["decimal", "decimal(10,0)", "double", "interval", "array<int>", ""])
def test_nothing_else_is_a_whole_number(declared: str) -> None:
    """A decimal without digits behind the point is one by its values, not by its type."""
    assert not is_whole_number_type(declared)
