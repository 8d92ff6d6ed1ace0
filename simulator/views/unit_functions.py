"""The functions that a privacy unit may be computed by: what comes out is told by what goes in, each time anew.

Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
"""

from __future__ import annotations

from typing import Final

from sqlglot import exp

from simulator.sql.tracing import parts

_TEXTS = (
    exp.Concat,
    exp.Format,
    exp.Initcap,
    exp.JSONExtract,
    exp.JSONExtractScalar,
    exp.JSONFormat,
    exp.Left,
    exp.Length,
    exp.Lower,
    exp.Normalize,
    exp.Pad,
    exp.RegexpExtract,
    exp.RegexpLike,
    exp.RegexpReplace,
    exp.Repeat,
    exp.Replace,
    exp.Reverse,
    exp.Right,
    exp.Split,
    exp.StartsWith,
    exp.EndsWith,
    exp.StrPosition,
    exp.Substring,
    exp.Translate,
    exp.Trim,
    exp.Upper,
)
_HASHES_AND_ENCODINGS = (
    exp.FarmFingerprint,
    exp.MD5Digest,
    exp.SHA1Digest,
    exp.SHA2Digest,
    exp.FromBase32,
    exp.FromBase64,
    exp.Hex,
    exp.LowerHex,
    exp.MD5,
    exp.ToBase32,
    exp.ToBase64,
    exp.Unhex,
    exp.CodePointsToString,
    exp.SafeConvertBytesToString,
)
_CONVERSIONS = (exp.Cast, exp.Int64, exp.SafeFunc, exp.String, exp.Struct, exp.TryCast)
_CHOICES = (exp.And, exp.Case, exp.Coalesce, exp.Greatest, exp.If, exp.Least, exp.Nullif, exp.Or)
_NUMBERS = (exp.Abs, exp.Ceil, exp.Floor, exp.Round, exp.Sign, exp.Trunc)

FOLLOWED: Final = (*_TEXTS, *_HASHES_AND_ENCODINGS, *_CONVERSIONS, *_CHOICES, *_NUMBERS)
"""sqlglot's types of these functions; operators are so, all of them, and aggregates are looked at elsewhere."""


def not_followed(node: exp.Expression) -> exp.Expression | None:
    """Return a call in *node* that may give two values for one: of what is drawn, the time, the user, or unknown."""
    calls = (call for call in parts(node, exp.Func) if not isinstance(call, exp.AggFunc))
    return next((call for call in calls if not isinstance(call, FOLLOWED)), None)
