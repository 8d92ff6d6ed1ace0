"""Refuses names that two readers of the same text could hold for one name."""

from __future__ import annotations

from sqlglot.tokenizer_core import TokenType

from simulator.sql.binding import Binding
from simulator.sql.names import folded
from simulator.sql.parsing import Parsed
from simulator.sql.problems import SELECT_PAGE, span_between
from simulator.verdict import Basis

_NAMES = frozenset({TokenType.VAR, TokenType.IDENTIFIER})


def report_lookalikes(binding: Binding, parsed: Parsed) -> None:
    """Report names that differ in nothing but the case of letters outside ASCII.

    Spark, as Java, takes the Kelvin sign for a "k": of two CTEs with such names it might read the other one.
    """
    if binding.script.sql.isascii():
        return
    first: dict[str, str] = {}
    for token in parsed.tokens:
        if token.token_type not in _NAMES:
            continue
        known = first.setdefault(token.text.upper().lower(), token.text)
        if folded(known) != folded(token.text):
            message = f"'{token.text}' and '{known}' differ in the case of letters only; rename one of them"
            place = span_between(binding.script.sql, token.start, token.end)
            binding.problems.report("name_used_twice", message, SELECT_PAGE, place, Basis.ASSUMED)
