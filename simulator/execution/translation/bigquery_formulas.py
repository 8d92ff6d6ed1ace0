"""Functions of BigQuery that the engine lacks, or means otherwise, as formulas of the engine's own functions.

A function whose formula needs more than its arguments in their places is a difference in another file.

Source: https://cloud.google.com/bigquery/docs/reference/standard-sql/functions-all
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlglot import exp
from sqlglot.expressions.datatypes import DType

from simulator.execution.errors import NotTranslatableError
from simulator.execution.translation.templates import typed, written

_KIND = exp.DataType.Type
_TEXT = frozenset(exp.DataType.TEXT_TYPES)
_WHOLE = frozenset(exp.DataType.INTEGER_TYPES)
_BYTES = frozenset({_KIND.BINARY, _KIND.VARBINARY})
_MOMENT = frozenset({_KIND.TIME, _KIND.TIMESTAMP, _KIND.DATETIME, _KIND.TIMESTAMPTZ, _KIND.TIMESTAMPLTZ})


@dataclass(frozen=True, slots=True)
class Formula:
    """What a function gives, by the engine's functions.

    Attributes:
        text: The formula; `:name` stands for the argument that the parser calls so.
        kind: The engine's type of the result.
        takes: Types of each argument; it must be known to be of one of them, or the call is refused.
    """

    text: str
    kind: str
    takes: Mapping[str, frozenset[DType]]


FORMULAS: Mapping[type[exp.Expr], Formula] = MappingProxyType(
    {
        exp.Chr: Formula(
            "CASE WHEN :x BETWEEN 0 AND 55295 OR :x BETWEEN 57344 AND 1114111 THEN CHR(CAST(:x AS INT)) END",
            "VARCHAR",
            {"x": _WHOLE},
        ),
        exp.CodePointsToString: Formula(
            'CASE WHEN LIST_COUNT(LIST_FILTER(:this, LAMBDA "c" : "c" BETWEEN 0 AND 55295 OR "c" BETWEEN 57344 '
            "AND 1114111)) = ARRAY_LENGTH(:this) THEN "
            'ARRAY_TO_STRING(LIST_TRANSFORM(:this, LAMBDA "c" : CHR(CAST("c" AS INT))), \'\') END',
            "VARCHAR",
            {"this": frozenset({_KIND.ARRAY, _KIND.LIST})},
        ),
        exp.LowerHex: Formula("LOWER(HEX(:this))", "VARCHAR", {"this": _BYTES}),
        exp.MD5: Formula("MD5(:this)", "VARCHAR", {"this": _TEXT | _BYTES}),
        exp.Normalize: Formula("NFC_NORMALIZE(:this)", "VARCHAR", {"this": _TEXT}),
        exp.SHA1Digest: Formula("UNHEX(SHA1(:this))", "BLOB", {"this": _TEXT | _BYTES}),
        exp.Unhex: Formula(
            "CASE WHEN REGEXP_MATCHES(:this, '^[0-9a-fA-F]*$') THEN UNHEX(:this) END", "BLOB", {"this": _TEXT}
        ),
        exp.TsOrDsToTime: Formula("CAST(:this AS TIME)", "TIME", {"this": _MOMENT}),
        exp.TimeFromParts: Formula(
            "CASE WHEN :hour BETWEEN 0 AND 23 AND :min BETWEEN 0 AND 59 AND :sec BETWEEN 0 AND 59 "
            "THEN CAST(MAKE_TIMESTAMP((CAST(:hour AS BIGINT) * 3600 + :min * 60 + :sec) * 1000000) AS TIME) END",
            "TIME",
            {"hour": _WHOLE, "min": _WHOLE, "sec": _WHOLE},
        ),
        exp.Translate: Formula(
            "CASE WHEN ARRAY_LENGTH(LIST_DISTINCT(STR_SPLIT(:from_, ''))) = ARRAY_LENGTH(STR_SPLIT(:from_, '')) "
            "THEN TRANSLATE(:this, :from_, :to) END",
            "VARCHAR",
            {"this": _TEXT, "from_": _TEXT, "to": _TEXT},
        ),
        exp.Unicode: Formula(
            "CASE WHEN :this = '' THEN 0 ELSE CAST(ASCII(:this) AS BIGINT) END", "BIGINT", {"this": _TEXT}
        ),
    }
)
"""Functions to their formulas."""


def name_of_a_function(node: exp.Expr) -> str:
    """Return what BigQuery calls a function."""
    written_so = node.sql("bigquery").partition("(")[0]
    return written_so.upper() if written_so.isidentifier() or not isinstance(node, exp.Func) else node.sql_names()[0]


def formula_of_a_function(node: exp.Expr) -> exp.Expr | None:
    """`TO_HEX(b)`: by the formula of its function."""
    formula = FORMULAS.get(type(node))
    if formula is None:
        return None
    _refuse_other_forms(node)
    values = {**node.args, "x": node.expressions[0] if node.expressions else None}
    for name, kinds in formula.takes.items():
        value = values.get(name)
        if not isinstance(value, exp.Expr) or not (value.is_type(*kinds) or isinstance(value, exp.Null)):
            shown = value.sql("bigquery") if isinstance(value, exp.Expr) else "nothing"
            raise NotTranslatableError(
                f"{name_of_a_function(node)} of {shown!r}, which is not known to be of its type, cannot be run here"
            )
    return typed(written(formula.text, **{name: values[name] for name in formula.takes}), formula.kind)


def _refuse_other_forms(node: exp.Expr) -> None:
    form = node.args.get("form") if isinstance(node, exp.Normalize) else None
    if (form and form.name.upper() != "NFC") or node.args.get("is_casefold"):
        raise NotTranslatableError("NORMALIZE to another form than NFC cannot be run here")
