"""Which functions of BigQuery run: those that mean the same to the engine, or are made to by `bigquery_semantics`.

Any other is refused by its name, though the query is allowed: a wrong answer is worse than none.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
"""

from __future__ import annotations

from sqlglot import exp

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.bigquery_formulas import FORMULAS, name_of_a_function

_OF_CONDITIONS = (
    exp.And,
    exp.Or,
    exp.Xor,
    exp.Case,
    exp.If,
    exp.Coalesce,
    exp.Nullif,
    exp.Exists,
    exp.IsNan,
    exp.IsInf,
)
_OF_NUMBERS = (
    *(exp.Abs, exp.Acos, exp.Acosh, exp.Asin, exp.Asinh, exp.Atan, exp.Atan2, exp.Atanh, exp.BitwiseCount, exp.Cbrt),
    *(exp.Ceil, exp.Cos, exp.Cosh, exp.Cot, exp.Exp, exp.Floor, exp.Greatest, exp.IntDiv, exp.Least, exp.Ln, exp.Log),
    *(
        exp.Mod,
        exp.Pi,
        exp.Pow,
        exp.Rand,
        exp.Round,
        exp.SafeAdd,
        exp.SafeDivide,
        exp.SafeFunc,
        exp.SafeMultiply,
        exp.SafeNegate,
        exp.SafeSubtract,
        exp.Sign,
        exp.Sin,
        exp.Sinh,
    ),
    *(exp.Sqrt, exp.Tan, exp.Tanh, exp.Trunc),
)
_OF_TEXTS = (
    *(
        exp.Ascii,
        exp.ByteLength,
        exp.Concat,
        exp.EndsWith,
        exp.Format,
        exp.Initcap,
        exp.JSONExtract,
        exp.JSONExtractScalar,
        exp.JSONFormat,
        exp.Left,
        exp.Length,
    ),
    *(exp.Levenshtein, exp.Lower, exp.LowerHex, exp.MD5Digest, exp.Pad, exp.RegexpExtract, exp.RegexpExtractAll),
    *(exp.RegexpLike, exp.RegexpReplace, exp.Repeat, exp.Replace, exp.Reverse, exp.Right, exp.SHA2Digest, exp.Split),
    *(exp.StartsWith, exp.StrPosition, exp.Substring, exp.ToBase64, exp.Translate, exp.Trim, exp.Upper, exp.Uuid),
)
_OF_TIMES = (
    *(
        exp.Date,
        exp.DateAdd,
        exp.DateDiff,
        exp.DateFromParts,
        exp.DateFromUnixDate,
        exp.DateSub,
        exp.DateTrunc,
        exp.Datetime,
    ),
    *(exp.TimeAdd, exp.TimeDiff, exp.TimeSub, exp.TimeTrunc),
    *(exp.DatetimeAdd, exp.DatetimeDiff, exp.DatetimeSub, exp.DatetimeTrunc, exp.Extract, exp.LastDay),
    *(exp.ParseDatetime, exp.ParseTime, exp.StrToDate, exp.StrToTime, exp.TimeToStr, exp.Timestamp, exp.TimestampAdd),
    *(exp.TimestampDiff, exp.TimestampSub, exp.TimestampTrunc, exp.TsOrDsToDate, exp.TsOrDsToDatetime),
    *(
        exp.TsOrDsToTimestamp,
        exp.UnixDate,
        exp.UnixMicros,
        exp.UnixMillis,
        exp.UnixSeconds,
        exp.UnixToTime,
        exp.WeekStart,
    ),
)
_OF_COLLECTIONS = (
    exp.Array,
    exp.ArrayConcat,
    exp.ArrayReverse,
    exp.ArraySize,
    exp.ArrayToString,
    exp.GenerateDateArray,
    exp.GenerateSeries,
    exp.Struct,
    exp.Unnest,
)
_OF_ROWS = (
    *(exp.AnyValue, exp.ApproxDistinct, exp.ArgMax, exp.ArgMin, exp.ArrayAgg, exp.Avg, exp.BitwiseAndAgg),
    *(exp.BitwiseOrAgg, exp.BitwiseXorAgg, exp.Corr, exp.Count, exp.CountIf, exp.CovarPop, exp.CovarSamp),
    *(exp.CumeDist, exp.DenseRank, exp.FirstValue, exp.GroupConcat, exp.Lag, exp.LastValue, exp.Lead),
    *(exp.LogicalAnd, exp.LogicalOr, exp.Max, exp.Min, exp.NthValue, exp.Ntile, exp.PercentRank),
    *(exp.PercentileCont, exp.PercentileDisc, exp.Rank, exp.RowNumber, exp.Stddev, exp.StddevPop, exp.StddevSamp),
    *(exp.Sum, exp.Variance, exp.VariancePop),
)
RUN: tuple[type[exp.Expr], ...] = (
    *(exp.Cast, exp.TryCast, *_OF_CONDITIONS, *_OF_NUMBERS, *_OF_TEXTS, *_OF_TIMES, *_OF_COLLECTIONS, *_OF_ROWS),
    *FORMULAS,
)
"""Functions that run."""


def refuse_other_functions(tree: exp.Expr) -> None:
    """Refuse a query of BigQuery that calls a function whose meaning to the engine nobody has looked up.

    Raises:
        NotTranslatableError: It calls one; the message names it.
    """
    for node in tree.find_all(exp.Func):
        if type(node) not in RUN:
            raise NotTranslatableError(
                f"function {name_of_a_function(node)} cannot be run here: it is not one of the functions known "
                "to mean the same to the engine as to BigQuery"
            )
