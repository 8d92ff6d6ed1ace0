"""Brackets that are closed: sqlglot takes CAST, EXTRACT, TRIM, ARRAY[ and others also without their last bracket."""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.problems import COMMANDS_PAGE, Problems, span_between
from simulator.verdict import Basis

_CLOSED_BY = {
    TokenType.L_PAREN: TokenType.R_PAREN,
    TokenType.L_BRACKET: TokenType.R_BRACKET,
    TokenType.L_BRACE: TokenType.R_BRACE,
}
_CLOSING = dict(zip(_CLOSED_BY.values(), ")]}", strict=True))


def has_open_bracket(tokens: Sequence[Token], problems: Problems) -> bool:
    """Report the first bracket that is not closed, or closes none, within its statement; return whether there is one.

    Args:
        tokens: The tokens of all statements.
        problems: Takes the finding.
    """
    found = _first_unmatched(tokens)
    if found is None:
        return False
    closed_by = _CLOSED_BY.get(found.token_type)
    what = f"no {_CLOSING[closed_by]!r} closes this {found.text!r}" if closed_by else f"{found.text!r} closes nothing"
    place = span_between(problems.sql, found.start, found.end)
    problems.report("syntax_error", f"not valid SQL: {what}", COMMANDS_PAGE, place, Basis.DERIVED)
    return True


def _first_unmatched(tokens: Sequence[Token]) -> Token | None:
    opened: list[Token] = []
    for token in tokens:
        kind = token.token_type
        if kind in _CLOSED_BY:
            opened.append(token)
        elif kind in _CLOSING:
            if not opened or _CLOSED_BY[opened[-1].token_type] is not kind:
                return opened[-1] if opened else token
            opened.pop()
        elif kind is TokenType.SEMICOLON and opened:
            break
    return opened[-1] if opened else None
