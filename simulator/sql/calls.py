"""Calls of functions as a text writes them: the name, how many arguments, the words of clauses in the brackets.

The tree no longer tells: the parser drops what it takes to be too much, and reads `SUBSTRING(x FOR 2)` as it can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from sqlglot.tokenizer_core import TokenType

from simulator.sql.written import Written

_OPENING = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSING = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_QUERY_STARTS = frozenset({"SELECT", "WITH", "VALUES", "FROM", "TABLE"})
_NO_CALL_BEHIND = frozenset(
    {
        # a type in a cast, the name of a table or of a window
        *(TokenType.ALIAS, TokenType.DCOLON),
        # `x LIKE ANY (...)`, `x = ANY (...)`: an operator of two words
        *(TokenType.LIKE, TokenType.ILIKE, TokenType.EQ, TokenType.NEQ),
        *(TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE),
    }
)
_OPERATORS = frozenset({"FILTER", "RLIKE", "REGEXP"})
"""Words that are functions, too, unless a value stands before them."""

_QUANTIFIERS = frozenset({"ANY", "SOME", "ALL"})
CLAUSE_WORDS: Final = frozenset(
    {
        *("AS", "FROM", "FOR", "TO", "PLACING", "USING", "FORMAT", "SEPARATOR", "ON", "AT TIME ZONE"),
        *("IGNORE NULLS", "RESPECT NULLS", "ORDER BY", "GROUP BY", "LIMIT", "WHERE", "HAVING"),
    }
)
"""What can stand between arguments in the place of a comma, or after them."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function.

    Attributes:
        name: The function, upper case; with its prefix: `NET.HOST`.
        first: Position of the token of its name.
        last: Position of its closing bracket.
        arguments: Positions where its arguments start.
        words: The words of clauses directly in its brackets, and their positions.
        holds_query: Whether a query stands in its brackets without brackets of its own.
    """

    name: str
    first: int
    last: int
    arguments: tuple[int, ...]
    words: tuple[tuple[str, int], ...]
    holds_query: bool


def calls(text: Written, functions: Collection[str]) -> Iterator[Call]:
    """Yield the calls of *functions* (upper case) in *text*, in the order of their names."""
    for at in range(1, len(text.tokens)):
        if text.kind(at) is not TokenType.L_PAREN or text.tokens[at - 1].start in text.names:
            continue
        first, name = _name(text, at - 1)
        if name in functions and not _is_no_call(text, first, name):
            yield _call(text, name, first, at)


def _name(text: Written, at: int) -> tuple[int, str]:
    """Return where the dotted name that ends at position *at* begins, and that name."""
    name = text.tokens[at].text.upper()
    if text.kind(at - 1) is not TokenType.DOT or at == 1:
        return at, name
    prefix = text.tokens[at - 2].text.upper()
    return at - 2, name if prefix == "SAFE" else f"{prefix}.{name}"


def _is_no_call(text: Written, first: int, name: str) -> bool:
    before = text.kind(first - 1)
    is_type = before in _NO_CALL_BEHIND and (before in (TokenType.ALIAS, TokenType.DCOLON) or name in _QUANTIFIERS)
    left = first - 2 if text.word(first - 1) == "NOT" else first - 1
    is_behind_a_value = text.is_operand(left) or text.kind(left - 1) is TokenType.DCOLON
    return is_type or (name in _OPERATORS and is_behind_a_value)


def _call(text: Written, name: str, first: int, opening: int) -> Call:
    arguments: list[int] = []
    words: list[tuple[str, int]] = []
    level, at, starts = 1, opening + 1, True
    while at < len(text.tokens):
        kind = text.kind(at)
        level -= kind in _CLOSING
        if level == 0:
            break
        if level == 1 and kind is TokenType.COMMA:
            starts = True
        elif starts:
            arguments.append(at)
            starts = False
        elif level == 1 and (word := _clause_word(text, at)):
            words.append((word, at))
        level += kind in _OPENING
        at += 1
    is_query = bool(arguments) and text.word(arguments[0]) in _QUERY_STARTS
    return Call(name, first, min(at, len(text.tokens) - 1), tuple(arguments), tuple(words), is_query)


def _clause_word(text: Written, at: int) -> str:
    word = text.word(at)
    if word == "FROM" and text.word(at - 1) == "DISTINCT":
        return ""  # IS DISTINCT FROM
    if word in ("IGNORE", "RESPECT", "AT"):
        word = " ".join([word, *(text.word(at + 1 + step) for step in range(2 if word == "AT" else 1))])
    return word if word in CLAUSE_WORDS else ""
