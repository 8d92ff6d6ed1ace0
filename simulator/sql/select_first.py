"""SELECT comes first in the service's SQL; sqlglot also reads what other engines take.

`FROM imps SELECT camp` is Hive's, `FROM imps` alone means all columns in DuckDB, and `|>` is the pipe of Spark 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.binding import Binding
from simulator.sql.parsing import Parsed
from simulator.sql.problems import SELECT_PAGE, span_between
from simulator.verdict import Basis

_BETWEEN_OPERANDS = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT, TokenType.SEMICOLON})
_QUANTIFIERS = frozenset({TokenType.ALL, TokenType.DISTINCT})
_MESSAGES = {
    TokenType.FROM: "not valid SQL: FROM stands before its SELECT; begin with SELECT",
    TokenType.PIPE_GT: "not valid SQL: |> is no part of it; write the clauses of a SELECT",
}
_PREFACES = frozenset({TokenType.WITH, TokenType.CACHE})


def report_other_order(binding: Binding, parsed: Parsed) -> None:
    """Report the first FROM that no SELECT stands before, or the first pipe, but in GoogleSQL, which has both."""
    found = None if binding.is_bigquery else _first_out_of_order(parsed.tokens)
    if found is not None:
        place = span_between(binding.script.sql, found.start, found.end)
        binding.problems.report("syntax_error", _MESSAGES[found.token_type], SELECT_PAGE, place, Basis.DERIVED)


@dataclass(slots=True)
class _Operand:
    """What was read, inside one pair of brackets, of a statement or of an operand of UNION and its like.

    Attributes:
        is_empty: Nothing so far.
        is_prefaced: Nothing but WITH or CACHE TABLE and what belongs to it.
    """

    is_empty: bool = True
    is_prefaced: bool = False

    def take(self, kind: TokenType) -> None:
        """Take the next token into account."""
        if kind in _BETWEEN_OPERANDS:
            self.is_empty, self.is_prefaced = True, False
        elif kind is TokenType.SELECT:
            self.is_empty = self.is_prefaced = False
        elif self.is_empty and kind not in _QUANTIFIERS:
            self.is_empty, self.is_prefaced = False, kind in _PREFACES


def _first_out_of_order(tokens: Sequence[Token]) -> Token | None:
    levels = [_Operand()]
    for token in tokens:
        kind = token.token_type
        leads = kind is TokenType.FROM and (levels[-1].is_empty or levels[-1].is_prefaced)
        if leads or kind is TokenType.PIPE_GT:
            return token
        if kind is TokenType.R_PAREN and len(levels) > 1:
            levels.pop()
        levels[-1].take(kind)
        if kind is TokenType.L_PAREN:
            levels.append(_Operand())
    return None
