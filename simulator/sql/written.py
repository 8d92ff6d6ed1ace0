"""A text word by word, beside what its tree says about them: which word is a name, where a value may end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.problems import span_between
from simulator.sql.resolved import Script
from simulator.sql.spelling import words_of
from simulator.sql.tracing import parts
from simulator.verdict import Span

LITERALS: Final = frozenset(
    {TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER, TokenType.HINT, TokenType.RAW_STRING}
)
"""Tokens whose text is no word of SQL."""

_OPERANDS = frozenset(
    {TokenType.VAR, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER}
    | {TokenType.END, TokenType.NULL, TokenType.TRUE, TokenType.FALSE}
)


@dataclass(frozen=True, slots=True)
class Written:
    """The tokens of a text, and what the tree says about them.

    Attributes:
        sql: The text.
        tokens: Its tokens.
        names: Where the tokens that are names start.
        variables: Where the variables before the arrow of a lambda start.
    """

    sql: str
    tokens: Sequence[Token]
    names: frozenset[int]
    variables: frozenset[int]

    def kind(self, at: int) -> TokenType | None:
        """Return the type of the token at position *at*; None where there is none."""
        return self.tokens[at].token_type if 0 <= at < len(self.tokens) else None

    def word(self, at: int) -> str:
        """Return the word at position *at* in upper case; "" for a name, a literal and past the ends."""
        if not 0 <= at < len(self.tokens) or self.tokens[at].start in self.names or self.kind(at) in LITERALS:
            return ""
        return self.tokens[at].text.upper()

    def is_operand(self, at: int) -> bool:
        """Tell whether a value may end with the token at position *at*."""
        return self.kind(at) in _OPERANDS or (at >= 0 and self.tokens[at].start in self.names)

    def place(self, first: int, last: int | None = None) -> Span:
        """Return the place of the token at position *first*, or of those up to position *last*."""
        end = self.tokens[first if last is None else last].end
        return span_between(self.sql, self.tokens[first].start, end)


def written(script: Script) -> Written:
    """Return the words of a script beside what its tree says about them."""
    identifiers = [node for tree in script.statements for node in parts(tree, exp.Identifier) if "start" in node.meta]
    return Written(
        script.sql,
        words_of(script).tokens,
        frozenset(node.meta["start"] for node in identifiers),
        frozenset(node.meta["start"] for node in identifiers if isinstance(node.parent, exp.Lambda)),
    )
