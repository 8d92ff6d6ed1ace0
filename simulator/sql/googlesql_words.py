"""Finds spellings of other engines that the parser reads as well, and GoogleSQL has not, by words and symbols.

Source: https://docs.cloud.google.com/bigquery/docs/reference/standard-sql/lexical, query-syntax and operators
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import TokenType

from simulator.sql.foreign_words import Order, brackets, list_end, null_test, out_of_order
from simulator.sql.known_nodes import DATE_PARTS
from simulator.sql.resolved import Script
from simulator.sql.written import LITERALS, Written, written
from simulator.verdict import Span

_SYMBOLS = frozenset(
    {
        *("(", ")", "[", "]", ",", ";", ".", "=>", "|>", "@", "@@", "?"),
        *("=", "<>", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/"),
        *("~", "&", "|", "^", "<<", ">>", "||"),
    }
)
_TYPED_LITERALS = frozenset({"DATE", "DATETIME", "TIME", "TIMESTAMP", "NUMERIC", "BIGNUMERIC", "JSON", "INTERVAL"})
_COMPARISONS = frozenset(
    {TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE, TokenType.IN}
)
_PATTERNS = {
    TokenType.RLIKE: "REGEXP_CONTAINS(x, pattern)",
    TokenType.ILIKE: "LOWER(x) LIKE pattern",
    TokenType.SIMILAR_TO: "REGEXP_CONTAINS(x, pattern)",
    TokenType.GLOB: "LIKE",
    TokenType.ESCAPE: r"'\\%' in the pattern",
}
_LITERALS = LITERALS | {TokenType.BYTE_STRING, TokenType.HEX_STRING, TokenType.BIT_STRING}
_CLAUSES = frozenset({"AGGREGATION_THRESHOLD", "DIFFERENTIAL_PRIVACY"})


def googlesql_words(script: Script) -> Iterator[tuple[str, Span]]:
    """Yield the places where the words of a script are not those of GoogleSQL: what stands there, and where."""
    text = written(script)
    orders = [Order()]
    for at in range(len(text.tokens)):
        messages = (*(rule(text, at) for rule in _RULES), _clause(text, at, orders))
        yield from ((message, text.place(at)) for message in messages if message)


def _symbol(text: Written, at: int) -> str:
    symbol, kind = text.tokens[at].text, text.kind(at)
    if kind is TokenType.NATIONAL_STRING:
        return "N before a string"
    if text.sql[text.tokens[at].start] in "'\"`" or kind in _LITERALS:
        return ""
    return "" if symbol in _SYMBOLS or symbol[:1].isalnum() or symbol[:1] in ("_", "") else f"the symbol {symbol}"


def _string(text: Written, at: int) -> str:
    kind, before = text.kind(at), text.kind(at - 1)
    if before is TokenType.ALIAS and kind in (TokenType.STRING, TokenType.NUMBER):
        return "a string or number after AS; a name is a word or stands in backticks"
    if kind is not TokenType.STRING:
        return ""
    if before is TokenType.STRING:
        return "strings that follow each other; write || between them"
    if (
        text.word(at - 1) == "INTERVAL"
        and text.tokens[min(at + 1, len(text.tokens) - 1)].text.upper() not in DATE_PARTS
    ):
        return "an INTERVAL without its unit; write INTERVAL 1 DAY"
    is_typed = bool(text.word(at - 1)) and before in Parser.TYPE_TOKENS and text.word(at - 1) not in _TYPED_LITERALS
    return f"{text.word(at - 1)} before a string; write CAST" if is_typed else ""


def _words(text: Written, at: int) -> str:
    kind, word = text.kind(at), text.word(at)
    if word and kind in _PATTERNS and text.is_operand(at - 1):
        return f"{word}; write {_PATTERNS[kind]}"
    if word in ("ANY", "SOME", "ALL") and text.kind(at - 1) in _COMPARISONS:
        return f"a comparison with {word}; write IN, or compare with MIN or MAX"
    if kind is TokenType.GROUP_BY and text.kind(at + 1) is TokenType.DISTINCT:
        return "GROUP BY DISTINCT; write GROUP BY"
    if kind is TokenType.FILTER and text.kind(at - 1) is TokenType.R_PAREN and text.kind(at + 1) is TokenType.L_PAREN:
        return "FILTER; write COUNTIF(condition) or IF inside the aggregate"
    if kind is TokenType.INTERSECT and text.kind(at + 1) is TokenType.ALL:
        return "INTERSECT ALL; write INTERSECT DISTINCT"
    return ""


def _clause(text: Written, at: int, orders: list[Order]) -> str:
    read = orders[-1].read
    if text.kind(at) is TokenType.COMMA and text.word(at - 1) in _CLAUSES:
        return "a comma before the first item of a list"
    # The last item of a SELECT list may have one behind it.
    ends_select = text.kind(at + 1) is TokenType.FROM or (text.kind(at + 1) is None and not read)
    if not ends_select and (comma := list_end(text, at)):
        return comma
    if text.kind(at) is TokenType.OFFSET and (not read or read[-1] is not TokenType.LIMIT):
        # `[OFFSET(0)]` and UNNEST(...) WITH OFFSET are no clauses
        is_word = text.kind(at + 1) is TokenType.L_PAREN or text.word(at - 1) == "WITH" or not text.word(at)
        return "" if is_word else "OFFSET without LIMIT before it"
    if text.word(at) == "COLLATE" and text.is_operand(at - 1) and (not read or read[-1] is not TokenType.ORDER_BY):
        return "COLLATE after a value; write COLLATE(x, 'und:ci')"
    return out_of_order(text, at, orders)


_RULES: tuple[Callable[[Written, int], str], ...] = (_symbol, null_test, _string, brackets, _words)
