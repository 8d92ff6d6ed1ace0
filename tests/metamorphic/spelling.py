"""Other spellings of the same query, made token by token: the text between tokens, case, quotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

from sqlglot.dialects.dialect import Dialect
from sqlglot.tokenizer_core import Token, TokenType

Spelling = Callable[[str, str], str]
"""(text, dialect) -> text"""

_WORDLESS = frozenset({TokenType.STRING, TokenType.IDENTIFIER, TokenType.NUMBER, TokenType.RAW_STRING})


def _rebuilt(sql: str, dialect: str, word: Callable[[str, Token], str], gap: Callable[[str], str]) -> str:
    """Put *sql* together again from its tokens and the gaps between them; hints and parameters stay in one piece."""
    tokens = Dialect.get_or_raise(dialect).tokenize(sql)
    pieces = [word(_text(sql, tokens[0]), tokens[0])] if tokens else []
    for before, token in pairwise(tokens):
        between = sql[before.end + 1 : token.start]
        pieces += [between if _is_glued(before, between) else gap(between), word(_text(sql, token), token)]
    return "".join(pieces)


def _text(sql: str, token: Token) -> str:
    return sql[token.start : token.end + 1]


def _is_glued(before: Token, between: str) -> bool:
    return before.token_type in (TokenType.COLON, TokenType.HINT) or "*/" in between


def _worded(change: Callable[[str], str]) -> Spelling:
    def spelling(sql: str, dialect: str) -> str:
        return _rebuilt(sql, dialect, lambda text, token: text if token.token_type in _WORDLESS else change(text), str)

    return spelling


def spaced(blank: str) -> Spelling:
    """Return the spelling with *blank* for every space, also inside keywords of two words."""

    def spelling(sql: str, dialect: str) -> str:
        if "/*+" in sql and ("*/" in blank or "--" in blank):
            return sql  # a hint takes no comments

        def word(text: str, token: Token) -> str:
            return text if token.token_type in _WORDLESS else re.sub(r"\s+", lambda _: blank, text)

        return _rebuilt(sql, dialect, word, lambda between: blank if between else "")

    return spelling


def quoted(sql: str, dialect: str) -> str:
    """Put every name into quotes: what is neither a keyword nor before a bracket, nor a parameter."""
    quote = "`" if dialect == "spark" else '"'
    tokens: Sequence[Token] = Dialect.get_or_raise(dialect).tokenize(sql)
    names = {token.start for token in _names(tokens)}
    return _rebuilt(
        sql, dialect, lambda text, token: f"{quote}{text.lower()}{quote}" if token.start in names else text, str
    )


def _names(tokens: Sequence[Token]) -> Iterator[Token]:
    # A word beside a dot is a name for sure; `AS name` too. Others may be units of time, types, variables.
    for before, token in pairwise(tokens):
        if token.token_type is TokenType.VAR and before.token_type in (TokenType.DOT, TokenType.ALIAS):
            yield token
        if before.token_type is TokenType.VAR and token.token_type is TokenType.DOT:
            yield before


def semicolon(sql: str, _dialect: str) -> str:
    """End the text with a semicolon, blanks and a comment."""
    return f"{sql.rstrip().rstrip(';')} ;\n-- the end"


SPELLINGS: dict[str, Spelling] = {
    "upper": _worded(str.upper),
    "lower": _worded(str.lower),
    "swapped": _worded(str.swapcase),
    "lines": spaced("\r\n\t "),
    "comments": spaced(" /* 'a' -- \" ` /* b */ SELECT */ "),
    "line_comments": spaced(" -- it's `a` /* comment\n "),
    "quoted": quoted,
    "semicolon": semicolon,
}
