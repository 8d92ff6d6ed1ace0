"""Strings that stand one after the other: in Spark SQL they are one literal, and sqlglot would make a function of them.

`'it''s'` is the text it's; `'a' 'b'` is the text ab. sqlglot reads both as CONCAT of two strings, a function that rules
would refuse and that nobody wrote. So the tokens become one before the parser sees them.

Source: https://spark.apache.org/docs/latest/sql-ref-literals.html#string-literal
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

_TAKE_ONE_STRING = frozenset({*Parser.TYPE_TOKENS, TokenType.ESCAPE})
"""Words before a string that is not continued: `DATE '2026-' '01-01'` is no date."""


def joined_strings(sql: str, tokens: Sequence[Token]) -> Sequence[Token]:
    """Return *tokens* with every run of adjacent strings as one, from the first one's place to the last one's.

    Args:
        sql: The text of the tokens, where the quotes are looked up.
        tokens: The tokens of Spark SQL.
    """
    if not any(one.token_type is after.token_type is TokenType.STRING for one, after in pairwise(tokens)):
        return tokens
    joined: list[Token] = []
    for token in tokens:
        if joined and token.token_type is joined[-1].token_type is TokenType.STRING:
            between = _between(sql, joined, token)
            if between is not None:
                joined[-1] = _one(joined[-1], between, token)
                continue
        joined.append(token)
    return joined


def _between(sql: str, before: Sequence[Token], token: Token) -> str | None:
    """Return what stands between the last string *before* and *token* in the joined text; None when they stay two."""
    first = before[-1]
    quote = sql[first.end]
    if sql[token.start] == quote and token.start == first.end + 1:
        return quote  # doubled inside a string, a quote stands for itself
    takes_one = any(word.token_type in _TAKE_ONE_STRING for word in before[-2:-1])
    return None if takes_one or sql[token.start] != sql[first.start] else ""


def _one(first: Token, between: str, last: Token) -> Token:
    text = f"{first.text}{between}{last.text}"
    return Token(TokenType.STRING, text, first.line, first.col, first.start, last.end)
