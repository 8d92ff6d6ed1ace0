"""Which functions the service supports where, in the words of its documentation.

Names are upper case, as a query writes them. Source:
https://docs.aws.amazon.com/clean-rooms/latest/userguide/custom-sql-capabilities.html
"""

from __future__ import annotations

from sqlglot import exp

from simulator.sql.resolved import Script
from simulator.sql.spelling import function_names, words_of

UNSUPPORTED_UNDER_CONTROLS = frozenset(
    {
        *("ANY_VALUE", "BOOL_AND", "BOOL_OR", "ARRAY_EXCEPT", "TO_CHAR", "TO_NUMBER", "DAYOFYEAR", "DATE_ADD"),
        *("ADD_MONTHS", "TRUNCATE", "CBRT", "PI", "RADIANS", "DEGREES", "ACOS", "ASIN", "ATAN", "ATAN2", "COS", "COT"),
        *("SIN", "REVERSE", "TRANSLATE", "REGEXP_COUNT", "REGEXP_INSTR", "SPLIT_PART", "FIRST", "FIRST_VALUE", "LAST"),
        *("LAST_VALUE", "NTH_VALUE", "CUME_DIST", "PERCENT_RANK", "NTILE", "AES_ENCRYPT", "AES_DECRYPT"),
        # Other names of the same functions.
        *("EVERY", "SOME", "DATEADD", "TRY_AES_DECRYPT", "TRY_TO_NUMBER"),
    }
)
"""Functions that thresholds and comparison controls exclude by name, beside every one whose name starts with HLL_."""

LEADING_AGGREGATES = frozenset({"AVG", "COUNT", "SUM"})
"""Aggregates that may stand alone in the final SELECT under a threshold."""

ACCOMPANIED_AGGREGATES = frozenset(
    {
        *("MIN", "MAX", "PERCENTILE", "APPROX_PERCENTILE", "MEDIAN"),
        *("COLLECT_LIST", "COLLECT_SET", "LAG", "LEAD"),
    }
)
"""Aggregate and window functions that need AVG, COUNT or SUM beside them in the final SELECT under a threshold."""

AGGREGATES_UNDER_THRESHOLD = (
    LEADING_AGGREGATES
    | ACCOMPANIED_AGGREGATES
    | frozenset(
        {
            *("STDDEV", "STDDEV_SAMP", "STDDEV_POP", "VAR_SAMP", "VARIANCE", "VAR_POP", "SKEWNESS"),
            "APPROX_COUNT_DISTINCT",
        }
    )
)
"""Aggregate functions that are supported under a threshold; no other one is."""

RANKINGS = frozenset({"ROW_NUMBER", "RANK", "DENSE_RANK"})
"""Window functions that number rows and are supported under a threshold."""

FINAL_PRIVATE_AGGREGATES = frozenset({"AVG", "COUNT", "STDDEV", "SUM"})
"""Aggregates of the final SELECT under differential privacy.

Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/dp-sql-capabilities.html
"""


_UNPLACED: dict[type[exp.Expression], tuple[str, ...]] = {
    exp.ApproxQuantile: ("PERCENTILE_APPROX", "APPROX_PERCENTILE"),
    exp.Quantile: ("PERCENTILE",),
    exp.GroupConcat: ("LISTAGG", "STRING_AGG"),
}
"""Spellings of functions whose place the parser does not keep; those that are nowhere supported come first."""


def name_of_function(script: Script, node: exp.Expression) -> str:
    """Return the name under which *node*, a function call, is known: as written, upper case."""
    if "start" not in node.meta and isinstance(node, exp.Func):
        written = words_of(script).called
        spellings = _UNPLACED.get(type(node), tuple(node.sql_names()))
        return next((name for name in spellings if name in written), node.key.upper())
    names = function_names(script, node)
    return names[0].upper() if names else node.key.upper()


def is_unknown(node: exp.Expression) -> bool:
    """Tell whether the parser knows nothing about the function *node* but its name: it may well be an aggregate."""
    return isinstance(node, (exp.Anonymous, exp.AnonymousAggFunc))
