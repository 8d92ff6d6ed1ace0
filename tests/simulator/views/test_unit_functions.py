"""Which calls a privacy unit may be computed by."""

from __future__ import annotations

import pytest
from sqlglot import exp, parse_one

from simulator.views.unit_functions import FOLLOWED, not_followed


def _call_in(text: str) -> exp.Expression | None:
    node = parse_one(text, dialect="bigquery")
    assert isinstance(node, exp.Expression)
    return not_followed(node)


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "TO_HEX(SHA256(LOWER(TRIM(x))))",
        "TO_HEX(MD5(x))",
        "UPPER(TO_HEX(SHA1(x)))",
        "MOD(ABS(FARM_FINGERPRINT(x)), 100)",
        "SAFE_CAST(x AS INT64) + 1",
        "SAFE.SUBSTR(x, 1, 2) || 'x'",
        "CASE WHEN x LIKE 'a%' AND x <> 'ab' THEN NULL ELSE IFNULL(NULLIF(x, ''), 'none') END",
        "SPLIT(x, '@')[SAFE_OFFSET(0)]",
        "JSON_VALUE(x, '$.id')",
        "IF(REGEXP_CONTAINS(x, 'a'), LPAD(x, 9, '0'), NORMALIZE_AND_CASEFOLD(x))",
    ],
)
def test_what_is_told_by_its_arguments_is_followed(text: str) -> None:
    assert _call_in(text) is None


@pytest.mark.parametrize(
    "call",
    [
        *("GENERATE_UUID()", "RAND()", "SESSION_USER()", "CURRENT_DATE()", "CURRENT_DATETIME()", "CURRENT_TIME()"),
        *("CURRENT_TIMESTAMP()", "ROW_NUMBER() OVER ()", "GENERATE_ARRAY(1, x)", "KEYS.NEW_KEYSET('AEAD_AES_GCM_256')"),
        *("AEAD.ENCRYPT(k, x, '')", "shop.who_is(x)", "who_is(x)", "ERROR(x)"),
    ],
)
def test_what_is_drawn_or_unknown_is_not_followed(call: str) -> None:
    assert _call_in(call) is not None
    assert _call_in(f"CONCAT(x, CAST({call} AS STRING))") is not None


def test_no_type_stands_for_what_is_drawn_too() -> None:
    drawn = (exp.Rand, exp.Uuid, exp.SessionUser, exp.CurrentTimestamp, exp.Anonymous, exp.AggFunc)
    assert not any(issubclass(kind, FOLLOWED) for kind in drawn)
    assert not any(issubclass(kind, drawn) for kind in FOLLOWED)
