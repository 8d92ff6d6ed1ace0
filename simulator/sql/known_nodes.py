"""The closed list of expressions that column lineage can see through. What is not here is refused."""

from __future__ import annotations

from sqlglot import exp

QUERIES = (exp.Select, exp.SetOperation, exp.Subquery)
"""What has rows and columns of its own."""

TRANSPARENT = frozenset(
    {
        # a value is computed from all the columns inside these
        exp.Add,
        exp.All,
        exp.And,
        exp.Any,
        exp.Between,
        exp.BitwiseAnd,
        exp.BitwiseLeftShift,
        exp.BitwiseNot,
        exp.BitwiseOr,
        exp.BitwiseRightShift,
        exp.BitwiseXor,
        exp.Bracket,
        exp.Collate,
        exp.Distinct,
        exp.Div,
        exp.Dot,
        exp.DPipe,
        exp.EQ,
        exp.Escape,
        exp.Exists,
        exp.Filter,
        exp.GT,
        exp.GTE,
        exp.IgnoreNulls,
        exp.ILike,
        exp.In,
        exp.IntDiv,
        exp.Interval,
        exp.IntervalSpan,
        exp.Is,
        exp.Like,
        exp.LT,
        exp.LTE,
        exp.Mod,
        exp.Mul,
        exp.Neg,
        exp.NEQ,
        exp.Not,
        exp.NullSafeEQ,
        exp.NullSafeNEQ,
        exp.Or,
        exp.Order,
        exp.Ordered,
        exp.Paren,
        exp.RespectNulls,
        exp.SimilarTo,
        exp.Slice,
        exp.Sub,
        exp.Tuple,
        exp.Where,
        exp.WindowSpec,
        exp.WithinGroup,
        exp.AtTimeZone,
        exp.FromTimeZone,
        exp.SafeFunc,
        exp.JSONPath,
        exp.JSONPathFilter,
        exp.JSONPathKey,
        exp.JSONPathRecursive,
        exp.JSONPathRoot,
        exp.JSONPathScript,
        exp.JSONPathSelector,
        exp.JSONPathSlice,
        exp.JSONPathSubscript,
        exp.JSONPathUnion,
        exp.JSONPathWildcard,
        # grouping
        exp.Rollup,
        exp.Cube,
        exp.GroupingSets,
    }
)
"""Operators and clauses whose value flows from everything inside them; functions (exp.Func) do so too."""

CONSTANT = frozenset({exp.Boolean, exp.ByteString, exp.HexString, exp.Literal, exp.National, exp.Null, exp.RawString})
"""Leaves without columns."""

TABLE_READERS = tuple(
    getattr(exp, name)
    for name in (
        "ReadCSV",
        "ReadParquet",
        "Columns",
        "OpenJSON",
        "JSONTable",
        "XMLTable",
        "Unnest",
        "GapFill",
        "Predict",
    )
    if hasattr(exp, name)
)
"""Functions that read rows of their own or choose columns by pattern; never transparent."""

NAME_MAKERS = frozenset({"identifier"})
"""Spark functions that turn a text into the name of a column or table; never transparent."""

SIDE_EFFECTS = frozenset(
    {
        *("reflect", "try_reflect", "java_method"),
        *("raise_error", "assert_true"),
        *("input_file_name", "input_file_block_start", "input_file_block_length"),
        *("ai_query", "http_request", "pg_sleep"),
    }
)
"""Functions that call code, fail at will, tell of files or reach outside; never transparent.

The service lists none of them, and a failure that depends on a row tells of that row.
"""

ROW_GENERATORS = frozenset(
    {"explode", "explode_outer", "posexplode", "posexplode_outer", "inline", "inline_outer", "stack", "json_tuple"}
)
"""Spark functions that make rows of their argument; allowed where their columns are given names."""

DATE_PARTS = frozenset(
    {
        "MILLENNIUM", "CENTURY", "DECADE", "YEAR", "YEARS", "YEAROFWEEK", "ISOYEAR", "QUARTER", "MONTH", "MONTHS",
        "WEEK", "WEEKS", "DAY", "DAYS", "DAYOFWEEK", "DOW", "DAYOFWEEK_ISO", "ISODOW", "DOY", "DAYOFYEAR", "HOUR",
        "HOURS", "MINUTE", "MINUTES", "SECOND", "SECONDS", "MILLISECOND", "MILLISECONDS", "MICROSECOND",
        "MICROSECONDS", "NANOSECOND", "NANOSECONDS", "EPOCH", "TIMEZONE", "TIMEZONE_HOUR", "TIMEZONE_MINUTE", "YYYY",
        "YYY", "YY", "Y", "MON", "MONS", "MM", "QTR", "QTRS", "W", "D", "H", "HR", "HRS", "MIN", "MINS", "M", "S",
        "SEC", "SECS", "MS", "MSEC", "MSECS", "US", "USEC", "USECS"
    }
)  # fmt: skip
"""Words that stand for a unit of time where an expression could stand; any other bare word is refused."""

GOOGLESQL_DATE_PARTS = DATE_PARTS | {"ISOWEEK"}
"""The same in GoogleSQL."""

EXTRACTED_TYPES = frozenset({"DATE", "TIME", "DATETIME"})
"""Parts of a moment, beside its units, that EXTRACT takes in GoogleSQL."""

WEEKDAYS = frozenset({"SUNDAY", "MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY"})
"""Days that a week may begin with in GoogleSQL: `WEEK(MONDAY)`."""

DATA_TYPE_PARTS = frozenset(
    {
        exp.DataType,
        exp.DataTypeParam,
        exp.ColumnDef,
        exp.Identifier,
        exp.Literal,
        exp.Var,
        exp.Interval,
        exp.IntervalSpan,
    }
)
"""What a type may consist of."""
