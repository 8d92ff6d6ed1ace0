"""Which pipe syntax can be followed: the parser turns pipes into nested queries, rightly only in this order.

sqlglot adds `|> WHERE` and its like to the query so far; `|> LIMIT 5 |> WHERE x` would filter first. So within one
stretch, which AGGREGATE, SELECT, EXTEND or AS ends, operators must stand in the order in which a SELECT applies them.
AGGREGATE, SELECT and EXTEND become the items of that SELECT: ORDER BY and LIMIT before them would come after them.

Source: bigquery/docs/reference/standard-sql/pipe-syntax.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.problems import SELECT_PAGE, Problems, span_between
from simulator.verdict import Basis

_JOINS = ("JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS")
_RANKS = {**dict.fromkeys(_JOINS, 0), "WHERE": 1, "ORDER BY": 2, "LIMIT": 3}
_ITEMS = frozenset({"AGGREGATE", "SELECT", "EXTEND"})
_NAMING = "AS"
_OWN_NAMES = "__tmp"
"""How the names begin that the parser gives to the queries it makes."""
_OPEN = frozenset({TokenType.L_PAREN, TokenType.L_BRACKET})
_CLOSE = frozenset({TokenType.R_PAREN, TokenType.R_BRACKET})


def report_pipes(tokens: Sequence[Token], problems: Problems) -> None:
    """Report pipe operators that cannot be followed, and names that the parser's own could be taken for."""
    if not any(token.token_type is TokenType.PIPE_GT for token in tokens):
        return
    for token, what in (*_out_of_order(tokens), *_own_names(tokens)):
        place = span_between(problems.sql, token.start, token.end)
        message = f"{what}, so it is not allowed; write a SELECT"
        problems.report("untraceable_construct", message, SELECT_PAGE, place, Basis.ASSUMED)


def _out_of_order(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    ranks = [0]
    for position, token in enumerate(tokens[:-1]):
        kind = token.token_type
        if kind in _OPEN:
            ranks.append(0)
        elif kind in _CLOSE and len(ranks) > 1:
            ranks.pop()
        elif kind is TokenType.PIPE_GT:
            operator = tokens[position + 1]
            word = operator.text.upper()
            rank = _RANKS["WHERE"] if word in _ITEMS else _RANKS.get(word)
            if rank is None and word != _NAMING:
                yield operator, f"the pipe operator {word} cannot be followed"
            elif rank is not None and rank < ranks[-1]:
                yield operator, f"'|> {word}' after an operator that a SELECT applies later cannot be followed"
            ranks[-1] = _RANKS.get(word, 0)


def _own_names(tokens: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    for token in tokens:
        if token.text.lower().startswith(_OWN_NAMES) and token.token_type in (TokenType.VAR, TokenType.IDENTIFIER):
            yield token, f"the name '{token.text}' in pipe syntax cannot be told from names that the parser makes"
