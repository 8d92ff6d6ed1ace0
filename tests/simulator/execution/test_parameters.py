"""Values of template parameters: what the check lets through, a run takes, too."""

from __future__ import annotations

from typing import get_args

import duckdb
import pytest

from declarations.analysis_template import ParameterType
from simulator.execution.errors import NotTranslatableError
from simulator.execution.parameters import literal_of
from simulator.request import TemplateParameter
from simulator.sql.parameter_types import PARAMETER_KINDS


def _ran(kind: str, value: str) -> str | None:
    literal = literal_of("p", TemplateParameter(kind, value)).sql("duckdb")
    with duckdb.connect() as connection:
        (answer,) = connection.execute(f"SELECT ({literal})::VARCHAR").fetchall()
    return answer[0] if answer[0] is None else str(answer[0])


def test_kinds_are_the_types_of_the_api() -> None:
    """No type is left out, and none is made up."""
    assert sorted(PARAMETER_KINDS) == sorted(get_args(ParameterType))


@pytest.mark.parametrize("kind", PARAMETER_KINDS)
def test_example_of_every_type_is_a_value_of_it(kind: str) -> None:
    """What messages tell to write is checked and run without a loss."""
    assert PARAMETER_KINDS[kind].fits(PARAMETER_KINDS[kind].example)
    assert _ran(kind, PARAMETER_KINDS[kind].example) is not None


@pytest.mark.parametrize(
    ("word", "answer"),
    [
        *((word, "true") for word in ("t", "TRUE", "y", "Yes", "1")),
        *((word, "false") for word in ("f", "False", "n", "NO", "0")),
    ],
)
def test_boolean_is_what_spark_casts_from_text(word: str, answer: str) -> None:
    """The check allows these ten words, and a run reads them as Spark does."""
    assert _ran("BOOLEAN", word) == answer


@pytest.mark.parametrize(
    ("kind", "value", "answer"),
    [
        ("INTEGER", "-12", "-12"),
        ("INTEGER", "+5", "5"),
        ("DECIMAL", "-1.50", "-1.50"),
        ("DATE", "2026-01-31", "2026-01-31"),
    ],
)
def test_value_becomes_one_literal(kind: str, value: str, answer: str) -> None:
    """Signs and points stay what they are."""
    assert _ran(kind, value) == answer


@pytest.mark.parametrize("kind", ["VARCHAR", "STRING", "CHAR"])
def test_text_stays_text(kind: str) -> None:
    """Quotes end no literal."""
    assert _ran(kind, "x' OR '1'='1") == "x' OR '1'='1"


def test_value_that_fits_no_type_is_refused_by_what_it_should_look_like() -> None:
    """A run that was not checked refuses what the check denies."""
    with pytest.raises(NotTranslatableError) as caught:
        literal_of("since", TemplateParameter("DATE", "1 OR 1=1"))
    assert str(caught.value) == (
        "parameter ':since' of type DATE has the value '1 OR 1=1'; a value looks like '2026-01-31'"
    )


def test_parameter_without_value_is_refused() -> None:
    """Checking needs no values; running does."""
    with pytest.raises(NotTranslatableError, match="parameter ':since' has no value; give one"):
        literal_of("since", TemplateParameter("DATE"))
