"""Reads `OPTIONS(name = value, ...)` off the tokens: of privacy clauses and of views, which write it alike."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.names import folded
from simulator.sql.problems import span_between
from simulator.verdict import Span

_NUMBER = re.compile(r"[+-]?\s*(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGER = re.compile(r"[+-]?\s*(?:\d+|0[xX][0-9a-fA-F]+)")
_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET, TokenType.L_BRACE})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.R_BRACE})
_PAIR = 2


class ValueKind(StrEnum):
    """What an option's value is."""

    INTEGER = "integer"
    FLOAT = "float"
    NULL = "null"
    TEXT = "text"
    PATH = "path"
    OTHER = "other"
    """An expression."""


@dataclass(frozen=True, slots=True)
class Option:
    """One `name = value`.

    Attributes:
        name: The name, in lower case.
        written: The value as written.
        kind: What the value is.
        text: The characters of a TEXT; the parts of a PATH with dots; else as written.
        span: From the name to the end of the value.
    """

    name: str
    written: str
    kind: ValueKind
    text: str
    span: Span

    @property
    def number(self) -> float | None:
        """The value of a number; None for anything else. Too large a number is infinite."""
        if self.kind is ValueKind.INTEGER:
            return as_number(self.written)
        return as_number(self.written) if self.kind is ValueKind.FLOAT else None

    def sql(self) -> str:
        """Return the option as it is written in a query."""
        return f"{self.name} = {self.written}"


def as_number(written: str) -> float | None:
    """Return the value of a numeric literal with an optional sign; None when it is no such literal."""
    text = written.replace(" ", "")
    if _INTEGER.fullmatch(text) and "x" in text.lower():
        sign = -1 if text.startswith("-") else 1
        digits = int(text.lstrip("+-"), 16)
        return float(sign * digits) if digits.bit_length() <= 64 else sign * float("inf")  # noqa: PLR2004 - INT64
    return float(text) if _NUMBER.fullmatch(text) else None


def option_list(sql: str, tokens: Sequence[Token], opening: int) -> tuple[tuple[Option, ...] | str, int]:
    """Read the options in the brackets that open at token *opening*.

    Returns:
        The options and the position of the closing bracket; or what is wrong and the position of the wrong token.
    """
    options: list[Option] = []
    at = opening + 1
    while at < len(tokens):
        if tokens[at].token_type is TokenType.R_PAREN and not options:
            return (), at
        if at + 1 >= len(tokens) or tokens[at + 1].token_type is not TokenType.EQ:
            return "OPTIONS takes a list of name = value", at
        end = _end_of_value(tokens, at + 2)
        if end == at + 2 or end >= len(tokens):
            return f"the value of option {tokens[at].text!r} is missing", at
        options.append(_option(sql, tokens[at], tokens[at + 2 : end]))
        if tokens[end].token_type is TokenType.R_PAREN:
            return tuple(options), end
        at = end + 1
    return "OPTIONS has no closing bracket", opening


def _end_of_value(tokens: Sequence[Token], at: int) -> int:
    """Return the position of the comma or bracket that ends the value at *at*; past the end when nothing does."""
    depth = 0
    while at < len(tokens):
        kind = tokens[at].token_type
        if depth == 0 and kind in (TokenType.COMMA, TokenType.R_PAREN):
            return at
        if kind is TokenType.SEMICOLON:
            return len(tokens)
        depth += (kind in _OPEN) - (kind in _CLOSE)
        at += 1
    return at


def _option(sql: str, name: Token, value: Sequence[Token]) -> Option:
    written = _written(sql, value)
    kind = _kind(written, value)
    text = written
    if kind is ValueKind.TEXT:
        text = value[0].text
    elif kind is ValueKind.PATH:
        text = ".".join(token.text for token in value if token.token_type is not TokenType.DOT)
    return Option(folded(name.text), written, kind, text, span_between(sql, name.start, value[-1].end))


def _written(sql: str, tokens: Sequence[Token]) -> str:
    return sql[tokens[0].start : tokens[-1].end + 1]


def _kind(written: str, value: Sequence[Token]) -> ValueKind:
    if _INTEGER.fullmatch(written):
        return ValueKind.INTEGER
    if _NUMBER.fullmatch(written):
        return ValueKind.FLOAT
    if len(value) == 1 and value[0].token_type is TokenType.NULL:
        return ValueKind.NULL
    if len(value) == 1 and value[0].token_type in (TokenType.STRING, TokenType.RAW_STRING):
        return ValueKind.TEXT
    names, dots = value[::2], value[1::2]
    is_path = len(value) % 2 == 1 and all(token.token_type is TokenType.DOT for token in dots)
    is_path = is_path and value[0].token_type in (TokenType.VAR, TokenType.IDENTIFIER)
    return ValueKind.PATH if is_path and all(_is_name(token) for token in names) else ValueKind.OTHER


def _is_name(token: Token) -> bool:
    return token.token_type is TokenType.IDENTIFIER or token.text.replace("_", "a").isalnum()


def pair_of_numbers(sql: str, tokens: Sequence[Token]) -> tuple[str, str] | None:
    """Return the two numbers of `(lower, upper)` as written; None when *tokens* are anything else."""
    if len(tokens) < _PAIR or tokens[0].token_type is not TokenType.L_PAREN:
        return None
    inner = sql[tokens[0].end + 1 : tokens[-1].start]
    values = tuple(value.strip() for value in inner.split(","))
    if len(values) != _PAIR or not all(_NUMBER.fullmatch(value) for value in values):
        return None
    return values[0], values[1]
