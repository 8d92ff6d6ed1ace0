"""Which declared column types (Glue, Spark, Redshift, Snowflake) are text."""

from __future__ import annotations

import re

_TEXT = re.compile(r"(varchar|char|bpchar|nvarchar|character varying|character|text|string)\s*(\(.*\))?")


def is_text_type(declared: str) -> bool:
    """Tell whether the declared type, in any case, is character data, of whatever length."""
    return _TEXT.fullmatch(" ".join(declared.lower().split())) is not None
