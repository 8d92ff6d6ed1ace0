"""Reads CREATE VIEW and ALTER VIEW with OPTIONS(privacy_policy = '...'): what a view is to become.

Source: bigquery/docs/reference/standard-sql/data-definition-language#create_view_statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from sqlglot.dialects.dialect import Dialect
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from declarations.bigquery.policy_text import PolicyTextError, policy_from_text
from declarations.bigquery.privacy_policy import PrivacyPolicy
from simulator.sql.clause_options import Option, ValueKind, option_list
from simulator.sql.dialects import BIGQUERY

_OPTION = "privacy_policy"
_CONCAT = ("CONCAT", "(")
_TEXTS = frozenset({TokenType.STRING, TokenType.RAW_STRING})
_SEVERAL_LINES = re.compile(r"""r?(?P<quote>['"])(?!(?P=quote){2}).*[\r\n].*""", re.DOTALL | re.IGNORECASE)
_IN_PATHS = frozenset({TokenType.VAR, TokenType.IDENTIFIER, TokenType.DOT, TokenType.DASH, TokenType.NUMBER})


class ViewStatementError(ValueError):
    """A text is no statement about a view, or its policy is not valid."""


@dataclass(frozen=True, slots=True)
class ViewStatement:
    """One CREATE VIEW or ALTER VIEW.

    Attributes:
        verb: What is done; CREATE_IF_MISSING is CREATE VIEW IF NOT EXISTS.
        name: Path of the view, without quotes.
        kind: Whether the view keeps its rows.
        policy: The policy that is set; None when the option is absent or NULL.
        query: The SQL after AS; None of ALTER.
        other_options: Options beside the policy, as written.
    """

    verb: Literal["CREATE", "CREATE_OR_REPLACE", "CREATE_IF_MISSING", "ALTER"]
    name: str
    kind: Literal["VIEW", "MATERIALIZED_VIEW"]
    policy: PrivacyPolicy | None
    query: str | None = None
    other_options: tuple[Option, ...] = ()


def read_view_statement(sql: str) -> ViewStatement:
    """Read one statement.

    Raises:
        ViewStatementError: It is no CREATE VIEW or ALTER VIEW that can be read whole, or its policy is not valid.
    """
    try:
        tokens = list(Dialect.get_or_raise(BIGQUERY).tokenize(sql))
    except SqlglotError as error:
        raise ViewStatementError(f"not valid SQL: {str(error).splitlines()[0]}") from None
    while tokens and tokens[-1].token_type is TokenType.SEMICOLON:
        tokens.pop()
    if any(token.token_type is TokenType.SEMICOLON for token in tokens):
        raise ViewStatementError("the text holds several statements; write one")
    return _Reading(sql, tokens).statement()


class _Reading:
    def __init__(self, sql: str, tokens: Sequence[Token]) -> None:
        self.sql, self.tokens, self.at = sql, tokens, 0

    def statement(self) -> ViewStatement:
        if self.skip("ALTER"):
            return self.alter()
        self.need("CREATE")
        replace = self.skip("OR", "REPLACE")
        kind = self.kind()
        missing_only = self.skip("IF", "NOT", "EXISTS")
        if replace and missing_only:
            raise ViewStatementError("OR REPLACE and IF NOT EXISTS exclude each other; write one of them")
        name = self.path()
        options = self.options() if self.is_next("OPTIONS") else ()
        self.need("AS")
        query = self.sql[self.tokens[self.at].start : self.tokens[-1].end + 1] if self.at < len(self.tokens) else ""
        if not query:
            raise ViewStatementError("the query after AS is missing")
        verb: Literal["CREATE", "CREATE_OR_REPLACE", "CREATE_IF_MISSING"] = "CREATE"
        if replace or missing_only:
            verb = "CREATE_OR_REPLACE" if replace else "CREATE_IF_MISSING"
        return ViewStatement(verb, name, kind, _policy(options), query, _others(options))

    def alter(self) -> ViewStatement:
        kind = self.kind()
        self.skip("IF", "EXISTS")
        name = self.path()
        self.need("SET")
        options = self.options()
        if self.at < len(self.tokens):
            raise ViewStatementError(f"nothing may follow the options; found {self.tokens[self.at].text!r}")
        return ViewStatement("ALTER", name, kind, _policy(options), None, _others(options))

    def is_next(self, *words: str) -> bool:
        tokens = self.tokens[self.at : self.at + len(words)]
        is_quoted = any(token.token_type is TokenType.IDENTIFIER for token in tokens)
        return not is_quoted and [token.text.upper() for token in tokens] == list(words)

    def skip(self, *words: str) -> bool:
        if not self.is_next(*words):
            return False
        self.at += len(words)
        return True

    def need(self, word: str) -> None:
        if not self.skip(word):
            found = repr(self.tokens[self.at].text) if self.at < len(self.tokens) else "the end"
            raise ViewStatementError(f"{word} is expected; found {found}")

    def kind(self) -> Literal["VIEW", "MATERIALIZED_VIEW"]:
        is_kept = self.skip("MATERIALIZED")
        self.need("VIEW")
        return "MATERIALIZED_VIEW" if is_kept else "VIEW"

    def path(self) -> str:
        first = self.at
        while self.at < len(self.tokens) and self.tokens[self.at].token_type in _IN_PATHS:
            if self.is_next("OPTIONS") and self.at > first:
                break
            self.at += 1
        if self.at == first:
            raise ViewStatementError("the name of the view is missing")
        return "".join(token.text for token in self.tokens[first : self.at])

    def options(self) -> tuple[Option, ...]:
        self.need("OPTIONS")
        if self.at == len(self.tokens) or self.tokens[self.at].token_type is not TokenType.L_PAREN:
            raise ViewStatementError("OPTIONS is followed by a list in brackets")
        options, last = option_list(self.sql, self.tokens, self.at)
        if isinstance(options, str):
            raise ViewStatementError(options)
        self.at = last + 1
        names = [option.name for option in options]
        if repeated := next((name for name in names if names.count(name) > 1), None):
            raise ViewStatementError(f"the option {repeated!r} appears twice")
        return options


def _policy(options: Sequence[Option]) -> PrivacyPolicy | None:
    option = next((option for option in options if option.name == _OPTION), None)
    if option is None or option.kind is ValueKind.NULL:
        return None
    try:
        return policy_from_text(_constant_text(option.written))
    except PolicyTextError as error:
        raise ViewStatementError(str(error)) from None


def _constant_text(written: str) -> str:
    """Return the text of one string literal, of `'a' || 'b'`, or of `CONCAT('a', 'b')`."""
    tokens = list(Dialect.get_or_raise(BIGQUERY).tokenize(written))
    between = TokenType.DPIPE
    if len(tokens) > len(_CONCAT) and [token.text.upper() for token in tokens[: len(_CONCAT)]] == list(_CONCAT):
        between, tokens = TokenType.COMMA, tokens[len(_CONCAT) : -1]
    texts, others = tokens[::2], tokens[1::2]
    if len(texts) == len(others) or any(token.token_type not in _TEXTS for token in texts):
        raise ViewStatementError(
            f"{_OPTION} is a string literal of JSON, or several put together; found {written[:60]}"
        )
    if any(token.token_type is not between for token in others):
        raise ViewStatementError(f"{_OPTION} puts strings together by || or by CONCAT; found {written[:60]}")
    for token in texts:
        literal = written[token.start : token.end + 1]
        if _SEVERAL_LINES.fullmatch(literal):
            wanted = "a string of several lines needs triple quotes"
            raise ViewStatementError(f"{wanted}; found {literal.splitlines()[0][:60]}")
    return "".join(token.text for token in texts)


def _others(options: Sequence[Option]) -> tuple[Option, ...]:
    return tuple(option for option in options if option.name != _OPTION)
