"""What the engine may be asked to call, by the engine's own names: an allow-list, whatever the query's dialect.

Every other function of the engine is refused before a row is read: what reads files, settings, the catalogue or the
environment, what numbers rows across users, what fails on some row even inside TRY, and what nobody has looked at. The
tests call each function of the list on the worst values of every type.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from simulator.execution.engines.number_types import FLOATS, SIGNED

NEVER_FAIL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        name: frozenset()
        for name in (
            *("=", "!=", "<", "<=", ">", ">=", "IS DISTINCT FROM", "IS NOT DISTINCT FROM"),
            *("~~", "!~~", "~~*", "!~~*", "like_escape", "__between"),
            *("length", "len", "array_length", "cardinality", "lower", "upper", "trim", "ltrim", "rtrim", "sha256"),
            *("pi", "row", "struct_pack", "struct_extract", "list_value", "list_transform", "list_filter"),
            *("map_extract_value", "nullif", "unnest", "normalized_interval"),
        )
    }
    | {
        **dict.fromkeys(("+", "/"), frozenset(FLOATS)),
        **dict.fromkeys(("&", "|", "~", "xor"), frozenset({*SIGNED, "NULL"})),
        "||": frozenset({"VARCHAR", "BLOB", "LIST", "NULL"}),
        "array_extract": frozenset({"LIST", "STRUCT", "BIGINT"}),
        # Text that is written, of which draw_secretly makes random().
        "substr": frozenset({"VARCHAR", "BIGINT"}),
    }
)
"""Give an answer, or NULL, for all values: each with the types of arguments for which it is so, all when there is none.

The macros of this list stand for nothing else than its functions.
"""

_ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "<<", ">>"})
_OF_NUMBERS = frozenset(
    {
        *("abs", "acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "bit_count", "cbrt", "ceil"),
        *("cos", "cosh", "cot", "degrees", "exp", "factorial", "floor", "greatest", "isinf", "isnan"),
        *("least", "ln", "log", "power", "radians", "round", "round_even", "sign", "sin"),
        *("sinh", "sqrt", "tan", "tanh", "trunc"),
    }
)
_OF_TEXT = frozenset(
    {
        *("ascii", "bit_length", "chr", "concat_ws", "contains", "ends_with", "encode", "format", "from_base64"),
        *("hex", "left", "levenshtein", "lpad", "md5", "nfc_normalize", "octet_length", "overlay"),
        *("regexp_extract", "regexp_extract_all", "regexp_matches"),
        *("regexp_replace", "repeat", "replace", "reverse", "right", "rpad", "sha1", "split_part", "starts_with"),
        *("str_split", "str_split_regex", "string_split", "strpos", "substring", "to_base64"),
        *("translate", "unhex"),
        *("->>", "json_extract"),
    }
)
_OF_TIMES = frozenset(
    {
        *("date_diff", "date_part", "date_trunc", "day", "dayofmonth", "dayofweek"),
        *("dayofyear", "epoch", "epoch_ms", "epoch_us", "hour", "isodow", "isoyear", "last_day", "make_date"),
        *("make_timestamp", "microsecond", "millisecond", "minute", "month", "monthname", "dayname"),
        *("quarter", "second", "strftime", "strptime", "timezone", "to_days", "to_hours", "to_microseconds"),
        *("to_milliseconds", "to_minutes", "to_months", "to_quarters", "to_seconds", "to_timestamp", "to_weeks"),
        *("to_years", "try_strptime", "week", "weekofyear", "year", "yearweek"),
    }
)
_OF_COLLECTIONS = frozenset(
    {
        *("array_contains", "array_intersect", "array_position", "array_reverse"),
        *("array_slice", "array_to_string", "flatten", "list_distinct"),
        *("list_extract", "list_max", "list_min", "list_position"),
        *("list_slice", "list_sort", "list_aggr", "list_count"),
    }
)

GIVE_NULL_IN_TRY = _ARITHMETIC | _OF_NUMBERS | _OF_TEXT | _OF_TIMES | _OF_COLLECTIONS
"""Fail for some values; inside TRY they give NULL for those, and their answer is no longer than `long_texts` says.

`extreme_times` keeps dates from `week` and the like, for which the engine looks at all dates of a column beforehand.
"""

DRAW_AT_RANDOM = frozenset({"random", "uuid", "gen_random_uuid"})
"""Independent of all rows; see `DuckDBEngine.draw_secretly`."""

AGGREGATE = frozenset(
    {
        *("any_value", "approx_count_distinct", "arg_max", "arg_min", "array_agg", "avg"),
        *("bit_and", "bit_or", "bit_xor", "bool_and", "bool_or", "corr", "count", "count_star"),
        *("covar_pop", "covar_samp", "first", "kurtosis", "last", "list", "listagg", "max"),
        *("median", "min", "mode", "quantile_cont", "quantile_disc", "regr_avgx", "regr_avgy"),
        *("regr_count", "regr_intercept", "regr_r2", "regr_slope", "regr_sxx", "regr_sxy", "regr_syy", "skewness"),
        *("stddev", "stddev_pop", "stddev_samp", "string_agg", "sum", "sum_no_overflow", "var_pop"),
        *("variance",),
    }
)
"""Of many rows: never fail, since `wide_sums` leaves out what few rows could make overflow."""

WINDOW = frozenset(
    {
        *("cume_dist", "dense_rank", "first_value", "lag", "last_value", "lead", "nth_value", "ntile"),
        *("percent_rank", "rank", "rank_dense", "row_number"),
    }
)
"""Of the rows around: allowed where the query itself has written OVER."""

LISTED = frozenset(NEVER_FAIL) | GIVE_NULL_IN_TRY | DRAW_AT_RANDOM | AGGREGATE | WINDOW
"""All of them."""
