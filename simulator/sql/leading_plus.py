"""A plus before a value: sqlglot drops it, so that `SUM(+fare)` would look like SUM of a bare column.

The parser is given two minus signs in its place, which it keeps; the value is the same. `GROUP BY +1` is then no
position, and `LIMIT +1` no number, as in Spark SQL, whose grammar lets only a minus belong to a number.

Source: https://spark.apache.org/docs/latest/sql-ref-operators.html,
https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/operators
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot.tokenizer_core import Token, TokenType

_BEFORE_A_VALUE = frozenset(
    {
        *(TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.COMMA, TokenType.COLON, TokenType.FARROW),
        *(TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE),
        *(TokenType.NULLSAFE_EQ, TokenType.PLUS, TokenType.DASH, TokenType.STAR, TokenType.SLASH, TokenType.MOD),
        *(TokenType.DIV, TokenType.AMP, TokenType.PIPE, TokenType.CARET, TokenType.TILDE, TokenType.DPIPE),
        *(TokenType.SELECT, TokenType.DISTINCT, TokenType.WHERE, TokenType.HAVING, TokenType.ON, TokenType.QUALIFY),
        *(TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.PARTITION_BY, TokenType.LIMIT, TokenType.OFFSET),
        *(TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.BETWEEN, TokenType.LIKE),
        *(TokenType.CASE, TokenType.WHEN, TokenType.THEN, TokenType.ELSE),
    }
)
"""What no value ends with: a plus behind it belongs to the value that follows.

A column may bear the name of such a word. Then the plus adds, and two minus signs in its place do so as well.
"""


def with_signs(tokens: Sequence[Token]) -> Sequence[Token]:
    """Return *tokens* with two minus signs, at the same place, for every plus that stands before a value."""
    return list(_signed(tokens)) if any(token.token_type is TokenType.PLUS for token in tokens) else tokens


def _signed(tokens: Sequence[Token]) -> Iterator[Token]:
    before: TokenType | None = None
    for token in tokens:
        if token.token_type is TokenType.PLUS and (before is None or before in _BEFORE_A_VALUE):
            minus = Token(TokenType.DASH, "-", token.line, token.col, token.start, token.end)
            yield from (minus, minus)
        else:
            yield token
        before = token.token_type
