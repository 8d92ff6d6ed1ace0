"""DuckDB functions that a translated query may call by name, beyond those that sqlglot knows as standard SQL.

An allow-list: whatever reads files, settings, the catalogue or the environment is not on it.
"""

from __future__ import annotations

OURS = frozenset({"TRUNC", "QUANTILE_CONT", "LIST_DISTINCT", "FLATTEN", "LIST", "LIST_SLICE", "LEN"})
"""Functions that the translation and the enforcement themselves write."""

DUCKDB_FUNCTIONS = frozenset(
    {
        "ACOS", "ASCII", "ASIN", "ATAN", "ATAN2", "BIT_LENGTH", "CBRT", "CHR", "COS", "COT", "CUME_DIST", "DEGREES",
        "EPOCH", "EPOCH_MS", "FORMAT", "GREATEST", "HEX", "INSTR", "ISODOW", "KURTOSIS", "LCASE", "LEAST", "LEFT",
        "LENGTH", "LIST_CONTAINS", "LIST_POSITION", "LIST_SORT", "LIST_TRANSFORM", "LPAD", "LTRIM", "MAKE_DATE",
        "MAKE_TIMESTAMP", "MEDIAN", "MODE", "MONTHNAME", "NTILE", "OCTET_LENGTH", "PERCENT_RANK", "PI", "QUARTER",
        "RADIANS", "REGEXP_EXTRACT", "REGEXP_EXTRACT_ALL", "REGEXP_MATCHES", "REGEXP_REPLACE", "REPEAT", "REPLACE",
        "REVERSE", "RIGHT", "ROUND_EVEN", "RPAD", "RTRIM", "SHA1", "SHA256", "SIN", "SKEWNESS", "STRFTIME", "STRPOS",
        "STR_SPLIT_REGEX", "STRING_SPLIT", "TAN", "TO_TIMESTAMP", "TRANSLATE", "TRY_STRPTIME", "UCASE", "WEEK",
        "WEEKOFYEAR", "YEARWEEK",
    }
)  # fmt: skip
"""Pure functions of their arguments."""
