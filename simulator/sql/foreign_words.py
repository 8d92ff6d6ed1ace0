"""Finds spellings of other engines that the parser reads as well, where the words and symbols themselves tell.

sqlglot is lenient: it takes a comma after the last item, `x ISNULL`, `x ~~ 'a'`, `ARRAY[1]` or LIMIT before ORDER BY.
Spark SQL refuses each of them, so a verdict on what the parser made of it would be a verdict on another query.

Source: https://spark.apache.org/docs/latest/sql-ref-syntax.html, the grammar of Spark 4.3 and what it answers;
https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-conditions-topic-spark.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from sqlglot.parser import Parser
from sqlglot.tokenizer_core import TokenType

from simulator.sql.resolved import Script
from simulator.sql.written import LITERALS, Written, written
from simulator.verdict import Span

_SYMBOLS = frozenset(
    {
        *("(", ")", "[", "]", ",", ";", ".", ":", "::", "->", "=>", "|>"),
        *("=", "==", "<=>", "<>", "!=", "<", "<=", ">", ">=", "!"),
        *("+", "-", "*", "/", "%", "~", "&", "|", "||", "^"),
    }
)
"""Every symbol of Spark SQL, the pipe too, of which `select_first` speaks."""

_TYPED_LITERALS = frozenset({"DATE", "TIMESTAMP", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "TIME", "INTERVAL"})
_CLAUSES = (
    TokenType.WHERE,
    TokenType.GROUP_BY,
    TokenType.HAVING,
    TokenType.ORDER_BY,
    TokenType.LIMIT,
    TokenType.OFFSET,
)
"""The clauses of a SELECT after FROM, in their order."""

_OPERATORS = frozenset({TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT})
ENDS: Final = frozenset(
    {*_CLAUSES, *_OPERATORS, TokenType.FROM, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.SEMICOLON}
)
"""What ends a list, beside the end of the text."""

_STARTS = frozenset(
    {
        *(TokenType.SELECT, TokenType.DISTINCT, TokenType.COMMA, TokenType.L_PAREN, TokenType.L_BRACKET),
        *(TokenType.GROUP_BY, TokenType.ORDER_BY, TokenType.PARTITION_BY),
    }
)
"""What a list begins with."""


def foreign_words(script: Script) -> Iterator[tuple[str, Span]]:
    """Yield the places where the words of a script are not those of Spark SQL: what stands there, and where."""
    text = written(script)
    orders = [Order()]
    for at in range(len(text.tokens)):
        messages = (*(rule(text, at) for rule in _RULES), out_of_order(text, at, orders))
        yield from ((message, text.place(at)) for message in messages if message)


def _symbol(text: Written, at: int) -> str:
    token = text.tokens[at]
    symbol = token.text
    if token.token_type in LITERALS or symbol in _SYMBOLS or symbol[:1].isalnum() or symbol[:1] in ("_", ""):
        return ""
    return f"the symbol {symbol}"


def list_end(text: Written, at: int) -> str:
    """Tell of a comma before which no item stands, or after which none follows."""
    if text.kind(at) is not TokenType.COMMA:
        return ""
    if at == 0 or text.kind(at - 1) in _STARTS:
        return "a comma before the first item of a list"
    is_last = at + 1 == len(text.tokens) or _ends(text, at + 1)
    return "a comma after the last item of a list" if is_last else ""


def _ends(text: Written, at: int) -> bool:
    """Tell whether a list ends before the token at position *at*: a word such as OFFSET may be a name."""
    return text.kind(at) in ENDS and bool(text.word(at))


def null_test(text: Written, at: int) -> str:
    """Tell of a test for NULL without IS."""
    word = text.word(at)
    if word in ("ISNULL", "NOTNULL") and text.kind(at + 1) is not TokenType.L_PAREN:
        return f"{word} after a value; write IS {'NOT ' if word == 'NOTNULL' else ''}NULL"
    if word == "NOT" and text.kind(at + 1) is TokenType.NULL and text.is_operand(at - 1):
        return "NOT NULL after a value; write IS NOT NULL"
    return ""


def _star(text: Written, at: int) -> str:
    if text.kind(at) is not TokenType.STAR:
        return ""
    after = text.word(at + 1)
    if after in ("EXCLUDE", "RENAME", "REPLACE"):
        return f"* {after}; write * EXCEPT (...) to leave columns out"
    if after == "EXCEPT" and text.kind(at + 2) is not TokenType.L_PAREN:
        return "* EXCEPT without brackets"
    ends = text.kind(at + 1) is None or _ends(text, at + 1)
    return "* after a name with nothing behind it" if ends and text.is_operand(at - 1) else ""


def _literal(text: Written, at: int) -> str:
    kind, token = text.kind(at), text.tokens[at]
    before = text.word(at - 1)
    if kind is TokenType.NATIONAL_STRING or (kind is TokenType.HEX_STRING and text.sql[token.start] == "0"):
        return "a literal of another engine; write strings as 'text' and bytes as X'1F'"
    if kind is not TokenType.STRING:
        return ""
    if text.kind(at - 1) is TokenType.ALIAS:
        return "a string after AS; a name is a word or stands in backticks"
    is_typed = before and text.kind(at - 1) in Parser.TYPE_TOKENS and before not in _TYPED_LITERALS
    return f"{before} before a string; only {', '.join(sorted(_TYPED_LITERALS))} may be" if is_typed else ""


def brackets(text: Written, at: int) -> str:
    """Tell of FILTER and USING without what stands in their brackets."""
    if text.kind(at) is TokenType.FILTER and text.kind(at - 1) is TokenType.R_PAREN and text.word(at + 2) != "WHERE":
        return "FILTER without WHERE"
    if text.word(at) == "USING" and text.kind(at + 1) is not TokenType.L_PAREN:
        return "USING without brackets"
    return ""


def _list(text: Written, at: int) -> str:
    is_element = text.is_operand(at - 1) and text.kind(at - 1) is not TokenType.NUMBER
    return "[...] as a list; write ARRAY(...)" if text.kind(at) is TokenType.L_BRACKET and not is_element else ""


def _arrow(text: Written, at: int) -> str:
    before = at - 2 if text.kind(at - 1) is TokenType.R_PAREN else at - 1
    is_lambda = text.kind(at) is not TokenType.ARROW or text.tokens[before].start in text.variables
    return "" if is_lambda else "-> after a value; it belongs to lambdas (x -> x + 1)"


def _words(text: Written, at: int) -> str:
    if text.kind(at) is TokenType.SIMILAR_TO:
        return "SIMILAR TO; write LIKE or RLIKE"
    if text.kind(at) is TokenType.GROUP_BY and text.kind(at + 1) is TokenType.DISTINCT:
        return "GROUP BY DISTINCT; write GROUP BY"
    if text.word(at) in ("ROW", "ROWS") and text.kind(at - 2) is TokenType.OFFSET:
        return f"OFFSET n {text.word(at)}; write OFFSET n"
    return ""


_RULES: tuple[Callable[[Written, int], str], ...] = (
    _symbol,
    list_end,
    null_test,
    _star,
    _literal,
    brackets,
    _list,
    _arrow,
    _words,
)


@dataclass(slots=True)
class Order:
    """The clauses that were read inside one pair of brackets, of a statement or an operand of UNION and its like."""

    read: list[TokenType] = field(default_factory=list)


def out_of_order(text: Written, at: int, levels: list[Order]) -> str:
    """Tell of a clause that stands behind one which it precedes; *levels* keeps what was read in each bracket."""
    kind, order = text.kind(at), levels[-1].read
    if kind is TokenType.L_PAREN:
        levels.append(Order())
    elif kind is TokenType.R_PAREN and len(levels) > 1:
        levels.pop()
    elif kind in _OPERATORS or kind in (TokenType.SELECT, TokenType.SEMICOLON, TokenType.PIPE_GT):
        order.clear()
    elif kind is TokenType.COMMA and order and order[-1] is TokenType.LIMIT:
        return "LIMIT n, m; write LIMIT m OFFSET n"
    elif kind in _CLAUSES and text.tokens[at].start not in text.names:
        if order and _CLAUSES.index(kind) <= _CLAUSES.index(order[-1]):
            return f"{text.word(at)} after {order[-1].name.replace('_', ' ')}; write it before"
        order.append(kind)
    return ""
