"""From text to statements: length and depth caps, tokens, sqlglot's parser; every failure is a finding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlglot import exp
from sqlglot.dialects.dialect import Dialect
from sqlglot.dialects.spark import Spark
from sqlglot.errors import ErrorLevel, ParseError, SqlglotError
from sqlglot.tokenizer_core import Token, TokenType

from declarations.naming import did_you_mean
from simulator.pages import GOOGLE_SQL
from simulator.request import QueryEngine
from simulator.sql.adjacent_strings import joined_strings
from simulator.sql.brackets import drop_around_keys
from simulator.sql.closed_brackets import has_open_bracket
from simulator.sql.comments import without_comments
from simulator.sql.dialects import BIGQUERY, dialect_of
from simulator.sql.guard import is_too_deep, is_too_long
from simulator.sql.leading_plus import with_signs
from simulator.sql.own_defects import why_not_followed
from simulator.sql.pipe_syntax import without_pipes
from simulator.sql.private_clauses import AttachedClauses, attach, lift
from simulator.sql.problems import COMMANDS_PAGE, Problems, span_between
from simulator.verdict import Basis, Span

_STARTS = ("SELECT", "WITH", "CACHE", "FROM", "VALUES", "TABLE", "(")
"""What a statement that can be parsed begins with; the first three are what is allowed at all."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text as statements.

    Attributes:
        tokens: All tokens, in order; without BigQuery's privacy clauses.
        statements: One tree a statement, empty statements left out.
        attached: BigQuery's privacy clauses and contribution bounds, by the nodes that they belong to.
    """

    tokens: Sequence[Token] = ()
    statements: tuple[exp.Expression, ...] = ()
    attached: AttachedClauses = field(default_factory=AttachedClauses)

    def first_token(self, number: int) -> Token | None:
        """Return the first token of statement *number*, from 0; None when statements and semicolons do not agree."""
        firsts = _first_tokens(self.tokens)
        return firsts[number] if len(firsts) == len(self.statements) else None


def _first_tokens(tokens: Sequence[Token]) -> list[Token]:
    """Return the first token of each statement."""
    return [
        token
        for before, token in pairwise([None, *tokens])
        if token is not None
        and token.token_type is not TokenType.SEMICOLON
        and (before is None or before.token_type is TokenType.SEMICOLON)
    ]


def problems_of(sql: str, engine: QueryEngine) -> Problems:
    """Return where the findings about *sql* are collected; they cite the pages of the engine's own cloud."""
    return Problems(sql, page=f"{GOOGLE_SQL}/query-syntax" if dialect_of(engine) == BIGQUERY else None)


def parse(sql: str, engine: QueryEngine, problems: Problems) -> Parsed:
    """Parse *sql* as *engine* would; an empty result when it cannot be done, with the reason in *problems*."""
    if is_too_long(sql, engine, problems):
        return Parsed()
    dialect = Dialect.get_or_raise(dialect_of(engine))
    tokens: Sequence[Token] = ()
    try:
        tokens = dialect.tokenize(sql)
        blanked = without_comments(sql, tokens, problems, nested=dialect_of(engine) != BIGQUERY)
        if problems.found:
            return Parsed()
        if blanked != sql:
            tokens = dialect.tokenize(blanked)
        if is_too_deep(tokens, problems):
            return Parsed()
        read = _read_private if dialect_of(engine) == BIGQUERY else _read
        parsed = read(blanked, dialect, tokens, problems)
        # Afterwards: where the parser objects as well, it tells what it expected.
        return Parsed() if has_open_bracket(tokens, problems) else parsed
    except RecursionError:
        problems.report("nesting_too_deep", "the query nests too deeply; write it flatter", COMMANDS_PAGE, None)
    except ParseError as error:
        _report(error, tokens, problems)
    except SqlglotError as error:
        _syntax_error(str(error).splitlines()[0], None, problems)
    except Exception as error:  # noqa: BLE001 - on malformed text the parser lets AttributeError and others escape
        _syntax_error(why_not_followed(error), None, problems)
    return Parsed()


def _read(sql: str, dialect: Dialect, tokens: Sequence[Token], _problems: Problems) -> Parsed:
    whole = joined_strings(sql, tokens) if isinstance(dialect, Spark) else tokens
    return Parsed(whole, _trees(dialect, whole, sql))


def _trees(dialect: Dialect, tokens: Sequence[Token], sql: str) -> tuple[exp.Expression, ...]:
    parsed = dialect.parser(error_level=ErrorLevel.IMMEDIATE).parse(list(with_signs(tokens)), sql)
    trees = tuple(tree for tree in parsed if isinstance(tree, exp.Expression))
    for tree in trees:
        drop_around_keys(tree)
    return trees


def _read_private(sql: str, dialect: Dialect, tokens: Sequence[Token], problems: Problems) -> Parsed:
    """Parse GoogleSQL: without pipes, and without privacy clauses, which are attached to the tree afterwards."""
    lifted = lift(sql, tokens, problems)
    written = without_pipes(lifted.tokens, problems)
    if problems.found or is_too_deep(written, problems):
        return Parsed()
    trees = _trees(dialect, written, sql)
    return Parsed(lifted.rest, trees, attach(trees, lifted, problems))


def _report(error: ParseError, tokens: Sequence[Token], problems: Problems) -> None:
    wrong_start = next((first for first in _first_tokens(tokens) if first.text.upper() not in _STARTS), None)
    if wrong_start is not None:
        # The parser would point at what follows a word that it takes for a name.
        word = wrong_start.text[:40]
        first = "SELECT, WITH or FROM" if problems.page else "SELECT, WITH or CACHE TABLE"
        wanted = f"a statement starts with {first}; found {word!r}{did_you_mean(word, _STARTS[:3])}"
        _syntax_error(wanted, span_between(problems.sql, wrong_start.start, wrong_start.end), problems)
        return
    details = error.errors[0] if error.errors else {}
    line, end = details.get("line"), details.get("col")
    text = str(details.get("highlight") or "")
    place = None
    if isinstance(line, int) and isinstance(end, int):
        # sqlglot gives the column of the last character.
        place = _place(problems.sql, line, end, len(text))
    description = str(details.get("description") or error)
    if description == "Invalid expression / Unexpected token" and text:
        description = f"{text[:40]!r} cannot stand here; a comma or a word may be missing before it"
    # The parser names its own classes here: `Required keyword: 'expression' missing for <class 'sqlglot...EQ'>`.
    for mark, plain in (("<class", "an expression is missing"), ("<Token", "a table name is expected")):
        description = plain if mark in description else description
    if wanted := description.removeprefix("Expecting ") if description.startswith("Expecting ") else "":
        at_end = place is None or not problems.sql[place.start + place.length :].strip()
        description = f"{wanted!r} is expected {'near the end' if at_end else f'before {text[:40]!r}'}"
    _syntax_error(description, place, problems)


def _place(sql: str, line: int, end: int, length: int) -> Span:
    before = 0
    for _ in range(line - 1):
        before = sql.find("\n", before) + 1
    last = before + max(0, end - 1)
    return span_between(sql, max(0, last - max(1, length) + 1), last)


def _syntax_error(description: str, place: Span | None, problems: Problems) -> None:
    problems.report("syntax_error", f"not valid SQL: {description}", COMMANDS_PAGE, place, Basis.DERIVED)
