"""Caps that come before the parser: its compiled build dies of deep nesting, so it must never see any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from declarations.quotas import exceeded, query_bytes_quota
from simulator.request import QueryEngine
from simulator.sql.problems import COMMANDS_PAGE, QUOTAS_PAGE, Problems, span_between
from simulator.verdict import Basis

MAX_NESTING = 30
"""Most brackets and CASEs open at one point, and most operators or keywords in a row.

The pure build of the parser takes fewer than 50 brackets.
"""

MAX_OPERATORS = 100
"""Most operators in one expression without AND, OR or a comma between them: `a + b + c` nests to the left."""

MAX_CONNECTORS = 2_000
"""Most AND and OR in one condition, most set operators in one query; they nest to the left, too."""

MAX_REPEATED = 2_000_000
"""Most characters that the parser may be made to read in all, by trying what it has read in another way."""

MAX_TRIES = 10
"""Most such tries inside each other, however short the text."""

_TYPES = frozenset(Parser.TYPE_TOKENS)
_CONNECTORS = frozenset({TokenType.AND, TokenType.OR, TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT})
_OPERATORS = frozenset(
    {
        *Parser.EQUALITY,
        *Parser.COMPARISON,
        *Parser.TERM,
        *Parser.FACTOR,
        *Parser.BITWISE,
        *Parser.EXPONENT,
        *Parser.COLUMN_OPERATORS,
        TokenType.R_BRACKET,
        TokenType.DPIPE,
        TokenType.IS,
        TokenType.LIKE,
        TokenType.BETWEEN,
        TokenType.IN,
    }
) - {TokenType.ARROW}
_OPENING = {TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE, TokenType.CASE}
_CLOSING = {TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE, TokenType.END}
_OPERANDS = {
    TokenType.VAR,
    TokenType.IDENTIFIER,
    TokenType.STRING,
    TokenType.NUMBER,
    TokenType.NULL,
    TokenType.TRUE,
    TokenType.FALSE,
    TokenType.STAR,
    TokenType.R_PAREN,
    TokenType.R_BRACKET,
    TokenType.R_BRACE,
    TokenType.END,
    TokenType.COMMA,
    TokenType.SEMICOLON,
    TokenType.L_PAREN,
}


def is_too_long(sql: str, engine: QueryEngine, problems: Problems) -> bool:
    """Report a text longer than *engine* takes; return whether it is."""
    message = exceeded(query_bytes_quota(engine), len(sql.encode(errors="replace")))
    if message is None:
        return False
    problems.report("query_too_long", message, QUOTAS_PAGE, None)
    return True


def is_too_deep(tokens: Sequence[Token], problems: Problems) -> bool:
    """Report the first place where the parser would have to nest too deeply; return whether there is one."""
    culprit = _first_too_deep(tokens, len(problems.sql))
    if culprit is None:
        return False
    limit = f"(brackets: at most {MAX_NESTING} deep)"
    message = f"brackets, CASE or operators nest too deeply at {culprit.text!r} {limit}; write it flatter"
    place = span_between(problems.sql, culprit.start, culprit.end)
    problems.report("nesting_too_deep", message, COMMANDS_PAGE, place, Basis.ASSUMED)
    return True


def _first_too_deep(tokens: Sequence[Token], length: int) -> Token | None:
    # What makes the recursive-descent parser call itself: brackets, CASE, prefix operators, `x -> y -> z`,
    # ARRAY<ARRAY<..>>, WITH after WITH, and joins whose ON comes after further joins.
    # What makes it read the rest twice: such joins, and brackets after the name of a type, as in DATE(DATE(..)).
    tries = min(MAX_TRIES, (MAX_REPEATED // max(1, length)).bit_length() - 1)
    run, before = 0, TokenType.SEMICOLON
    levels = [_Level()]
    for token in tokens:
        kind = token.token_type
        if kind in _OPENING:
            levels.append(_Level(tries=levels[-1].tries + (before in _TYPES)))
        elif kind in _CLOSING and len(levels) > 1:
            levels.pop()
        run = 0 if kind in _OPERANDS else run + 1
        level = levels[-1]
        level.take(kind, before)
        if max(run, len(levels) - 1, level.chain) > MAX_NESTING or level.tries > tries:
            return token
        if level.operators > MAX_OPERATORS or level.connectors > MAX_CONNECTORS:
            return token
        before = kind
    return None


@dataclass(slots=True)
class _Level:
    """What is unfinished inside one pair of brackets.

    Attributes:
        tries: How often the parser may read what comes twice, the levels around included.
        joins: Joins of this level without their ON so far.
        chain: The longest unfinished chain of `->`, nested types or WITH.
        operators: Operators of the expression so far, each of which makes its tree one deeper.
        connectors: AND, OR and set operators so far, likewise.
    """

    tries: int = 0
    joins: int = 0
    chain: int = 0
    operators: int = 0
    connectors: int = 0

    def take(self, kind: TokenType, before: TokenType) -> None:
        """Take the next token into account."""
        if kind is TokenType.JOIN and before is not TokenType.CROSS:
            self.joins, self.tries = self.joins + 1, self.tries + 1
        elif (kind is TokenType.ON or kind is TokenType.USING) and self.joins:
            self.joins, self.tries = self.joins - 1, self.tries - 1
        elif kind is TokenType.SELECT or kind is TokenType.SEMICOLON:
            self.tries, self.joins, self.chain, self.operators = self.tries - self.joins, 0, 0, 0
        elif kind is TokenType.ARROW or kind is TokenType.WITH or (kind is TokenType.LT and before in _TYPES):
            self.chain += 1
        elif kind in _CONNECTORS:
            self.connectors, self.operators = self.connectors + 1, 0
        elif kind is TokenType.COMMA:
            self.connectors = self.operators = self.chain = 0
        elif kind in _OPERATORS:
            self.operators += 1
            self.chain -= kind is TokenType.GT and self.chain > 0
