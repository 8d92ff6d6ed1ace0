"""Finds spellings of other engines that the parser reads as well, where the words and symbols themselves tell.

sqlglot is lenient: it takes a comma after the last item, `x ISNULL`, `x ~~ 'a'`, `ARRAY[1]` or LIMIT before ORDER BY.
Spark SQL refuses each of them, so a verdict on what the parser made of it would be a verdict on another query.

Source: https://spark.apache.org/docs/latest/sql-ref-syntax.html, the grammar of Spark 4.3 and what it answers;
https://docs.aws.amazon.com/clean-rooms/latest/sql-reference/sql-conditions-topic-spark.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.parser import Parser
from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.problems import span_between
from simulator.sql.resolved import Script
from simulator.sql.spelling import words_of
from simulator.sql.tracing import parts
from simulator.verdict import Span

_SYMBOLS = frozenset(
    {
        *("(", ")", "[", "]", ",", ";", ".", ":", "::", "->", "=>", "|>"),
        *("=", "==", "<=>", "<>", "!=", "<", "<=", ">", ">=", "!"),
        *("+", "-", "*", "/", "%", "~", "&", "|", "||", "^"),
    }
)
"""Every symbol of Spark SQL, the pipe too, of which `select_first` speaks."""

_LITERALS = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER, TokenType.HINT, TokenType.RAW_STRING})
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
_ENDS = frozenset({*_CLAUSES, *_OPERATORS, TokenType.FROM, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.SEMICOLON})
"""What ends a list, beside the end of the text."""

_OPERANDS = frozenset(
    {TokenType.VAR, TokenType.R_PAREN, TokenType.R_BRACKET, TokenType.STRING, TokenType.NUMBER, TokenType.IDENTIFIER}
)


@dataclass(frozen=True, slots=True)
class _Text:
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
        if not 0 <= at < len(self.tokens) or self.tokens[at].start in self.names or self.kind(at) in _LITERALS:
            return ""
        return self.tokens[at].text.upper()

    def is_operand(self, at: int) -> bool:
        """Tell whether a value may end with the token at position *at*."""
        return self.kind(at) in _OPERANDS or (at >= 0 and self.tokens[at].start in self.names)


def foreign_words(script: Script) -> Iterator[tuple[str, Span]]:
    """Yield the places where the words of a script are not those of Spark SQL: what stands there, and where."""
    identifiers = [node for tree in script.statements for node in parts(tree, exp.Identifier) if "start" in node.meta]
    text = _Text(
        script.sql,
        words_of(script).tokens,
        frozenset(node.meta["start"] for node in identifiers),
        frozenset(node.meta["start"] for node in identifiers if isinstance(node.parent, exp.Lambda)),
    )
    orders = [_Order()]
    for at, token in enumerate(text.tokens):
        messages = (*(rule(text, at) for rule in _RULES), _out_of_order(text, at, orders))
        yield from ((message, span_between(text.sql, token.start, token.end)) for message in messages if message)


def _symbol(text: _Text, at: int) -> str:
    token = text.tokens[at]
    written = token.text
    if token.token_type in _LITERALS or written in _SYMBOLS or written[:1].isalnum() or written[:1] in ("_", ""):
        return ""
    return f"the symbol {written}"


def _list_end(text: _Text, at: int) -> str:
    is_last = text.kind(at) is TokenType.COMMA and (at + 1 == len(text.tokens) or text.kind(at + 1) in _ENDS)
    return "a comma after the last item of a list" if is_last else ""


def _null_test(text: _Text, at: int) -> str:
    word = text.word(at)
    if word in ("ISNULL", "NOTNULL") and text.kind(at + 1) is not TokenType.L_PAREN:
        return f"{word} after a value; write IS {'NOT ' if word == 'NOTNULL' else ''}NULL"
    if word == "NOT" and text.kind(at + 1) is TokenType.NULL and text.is_operand(at - 1):
        return "NOT NULL after a value; write IS NOT NULL"
    return ""


def _star(text: _Text, at: int) -> str:
    if text.kind(at) is not TokenType.STAR:
        return ""
    after = text.word(at + 1)
    if after in ("EXCLUDE", "RENAME", "REPLACE"):
        return f"* {after}; write * EXCEPT (...) to leave columns out"
    if after == "EXCEPT" and text.kind(at + 2) is not TokenType.L_PAREN:
        return "* EXCEPT without brackets"
    ends = text.kind(at + 1) is None or text.kind(at + 1) in _ENDS
    return "* after a name with nothing behind it" if ends and text.is_operand(at - 1) else ""


def _literal(text: _Text, at: int) -> str:
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


def _brackets(text: _Text, at: int) -> str:
    if text.kind(at) is TokenType.L_BRACKET and (not text.is_operand(at - 1) or text.kind(at - 1) is TokenType.NUMBER):
        return "[...] as a list; write ARRAY(...)"
    if text.kind(at) is TokenType.FILTER and text.kind(at - 1) is TokenType.R_PAREN and text.word(at + 2) != "WHERE":
        return "FILTER without WHERE"
    if text.word(at) == "USING" and text.kind(at + 1) is not TokenType.L_PAREN:
        return "USING without brackets"
    return ""


def _arrow(text: _Text, at: int) -> str:
    before = at - 2 if text.kind(at - 1) is TokenType.R_PAREN else at - 1
    is_lambda = text.kind(at) is not TokenType.ARROW or text.tokens[before].start in text.variables
    return "" if is_lambda else "-> after a value; it belongs to lambdas (x -> x + 1)"


def _words(text: _Text, at: int) -> str:
    if text.kind(at) is TokenType.SIMILAR_TO:
        return "SIMILAR TO; write LIKE or RLIKE"
    if text.kind(at) is TokenType.GROUP_BY and text.kind(at + 1) is TokenType.DISTINCT:
        return "GROUP BY DISTINCT; write GROUP BY"
    if text.word(at) in ("ROW", "ROWS") and text.kind(at - 2) is TokenType.OFFSET:
        return f"OFFSET n {text.word(at)}; write OFFSET n"
    return ""


_RULES: tuple[Callable[[_Text, int], str], ...] = (
    _symbol,
    _list_end,
    _null_test,
    _star,
    _literal,
    _brackets,
    _arrow,
    _words,
)


@dataclass(slots=True)
class _Order:
    """The clauses that were read inside one pair of brackets, of a statement or an operand of UNION and its like."""

    read: list[TokenType] = field(default_factory=list)


def _out_of_order(text: _Text, at: int, levels: list[_Order]) -> str:
    kind, order = text.kind(at), levels[-1].read
    if kind is TokenType.L_PAREN:
        levels.append(_Order())
    elif kind is TokenType.R_PAREN and len(levels) > 1:
        levels.pop()
    elif kind in _OPERATORS or kind in (TokenType.SELECT, TokenType.SEMICOLON):
        order.clear()
    elif kind is TokenType.COMMA and order and order[-1] is TokenType.LIMIT:
        return "LIMIT n, m; write LIMIT m OFFSET n"
    elif kind in _CLAUSES and text.tokens[at].start not in text.names:
        if order and _CLAUSES.index(kind) <= _CLAUSES.index(order[-1]):
            return f"{text.word(at)} after {order[-1].name.replace('_', ' ')}; write it before"
        order.append(kind)
    return ""
