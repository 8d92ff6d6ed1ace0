"""How a query is spelled, where that matters and sqlglot's tree no longer tells: NVL or COALESCE, `::` or CAST."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.generator import Generator
from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.problems import span_between
from simulator.sql.resolved import Script
from simulator.verdict import Span

_SPELLINGS: dict[type[exp.Expression], tuple[str, ...]] = {
    exp.Ceil: ("CEIL", "CEILING"),
    exp.Floor: ("FLOOR",),
    exp.Substring: ("SUBSTRING", "SUBSTR", "MID"),
    exp.Trim: ("TRIM", "BTRIM", "LTRIM"),
    exp.Extract: ("EXTRACT", "DATE_PART", "DATEPART"),
    exp.CurrentDate: ("CURRENT_DATE", "CURDATE"),
    exp.StrPosition: ("POSITION",),
    exp.RegexpLike: ("RLIKE", "REGEXP", "REGEXP_LIKE"),
    exp.Cast: ("CAST", "CONVERT", "TRY_CAST", "SAFE_CAST", "TRY_CONVERT"),
    exp.TryCast: ("CAST", "CONVERT", "TRY_CAST", "SAFE_CAST", "TRY_CONVERT"),
}
"""Spellings of the functions whose place the parser does not keep."""

_SHOWN = 60
_QUOTES = '`"'


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text.

    Attributes:
        upper: The text of every token in upper case, in order; strings and quoted names as "".
        tokens: The tokens, in order.
        called: The words that may name a function: as above, and the quoted names before a bracket (`` `substr`(x) ``).
    """

    upper: tuple[str, ...]
    tokens: tuple[Token, ...]
    called: frozenset[str]

    def sequences(self, *words: str) -> Iterator[tuple[Token, Token]]:
        """Yield the first and last token of every place where *words* (upper case) follow each other."""
        size = len(words)
        for start in range(len(self.upper) - size + 1):
            if self.upper[start : start + size] == words:
                yield self.tokens[start], self.tokens[start + size - 1]


def mentions(script: Script, word: str) -> bool:
    """Tell whether the letters of *word* (upper case) are in the text: a cheap question before a costly one."""
    return word in script.sql.upper()


def words_of(script: Script) -> Words:
    """Return the words of a script's text."""
    return _words(script.sql, script.dialect)


@lru_cache(maxsize=4)
def _words(sql: str, dialect: str) -> Words:
    tokens = tuple(Dialect.get_or_raise(dialect).tokenize(sql))
    quoted = {TokenType.STRING, TokenType.IDENTIFIER}
    upper = tuple("" if token.token_type in quoted else token.text.upper() for token in tokens)
    quoted_calls = (
        token.text.upper()
        for token, following in pairwise(tokens)
        if token.token_type is TokenType.IDENTIFIER and following.token_type is TokenType.L_PAREN
    )
    return Words(upper, tokens, frozenset((*upper, *quoted_calls)))


def function_names(script: Script, node: exp.Expression) -> tuple[str, ...]:
    """Return the name of the function *node* as written, in upper case and without quotes: `` `sum`(x) `` calls SUM.

    Where the parser keeps no place, every spelling of that function which the text contains is returned; a cast that
    is written without a name (`x::date`, `DATE '2026-01-01'`) gives ("CAST",). A function that has no spelling of its
    own gives sqlglot's name for it, in lower case. () when *node* is no function.
    """
    if "start" in node.meta and isinstance(node, (exp.Func, exp.Binary)):
        return (script.sql[node.meta["start"] : node.meta["end"] + 1].strip(_QUOTES).upper(),)
    spellings = _SPELLINGS.get(type(node))
    if spellings is None:
        return (node.key,) if is_function(node) else ()
    called = words_of(script).called
    return tuple(name for name in spellings if name in called) or (spellings[0],)


def shown(script: Script, node: exp.Expression) -> str:
    """Return *node* as SQL for a message, at most 60 characters."""
    try:
        text = _generator(script.dialect).generate(node)
    except Exception:  # noqa: BLE001 - the generator stumbles over calls that no engine accepts, e.g. CONCAT_WS(x)
        place = script.span(node)
        text = script.sql[place.start : place.start + place.length] if place else node.key.upper()
    if "- -" not in script.sql:
        text = text.replace("- -", "+")  # see leading_plus
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


@lru_cache
def _generator(dialect: str) -> Generator:
    # One for all: the compiled build leaks a few bytes with each generator that is made.
    return Dialect.get_or_raise(dialect).generator()


def is_function(node: exp.Expression) -> bool:
    """Tell whether *node* is a function call; operators that sqlglot models as functions are not."""
    return isinstance(node, exp.Func) and not isinstance(node, (exp.Connector, exp.Case))


def cast_operators(script: Script) -> tuple[Span, ...]:
    """Return the place of every `::`."""
    if "::" not in script.sql:
        return ()
    found = (token for token in words_of(script).tokens if token.token_type is TokenType.DCOLON)
    return tuple(span_between(script.sql, token.start, token.end) for token in found)


def spelled_casts(script: Script) -> int:
    """Return how many casts the text spells: calls of CAST and its like, and `::`."""
    words = words_of(script)
    named = sum(word in _SPELLINGS[exp.Cast] for word in words.upper)
    return named + sum(token.token_type is TokenType.DCOLON for token in words.tokens)
