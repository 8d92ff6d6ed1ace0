"""Pipe syntax, written out as SELECTs before parsing: `FROM t |> WHERE a |> AGGREGATE b GROUP BY c` is one SELECT.

sqlglot's parser would do so, too, but puts operators inside a SELECT that stands before them, and loses words. Here

- what is a query already becomes a derived table: `SELECT a FROM t LIMIT 2 |> WHERE b` filters two rows;
- JOIN, WHERE, ORDER BY and LIMIT gather in one SELECT as long as they stand in the order in which it applies them;
- AGGREGATE, SELECT and EXTEND become its items, and it a derived table; AS makes it one, too, with a name.

The names of FROM are thus lost after EXTEND, AS and their like; what still uses them is refused as unknown.

Source: bigquery/docs/reference/standard-sql/pipe-syntax.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count, pairwise

from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.problems import SELECT_PAGE, Problems, span_between
from simulator.verdict import Basis

_OPEN = {
    TokenType.L_PAREN: TokenType.R_PAREN,
    TokenType.L_BRACKET: TokenType.R_BRACKET,
    TokenType.L_BRACE: TokenType.R_BRACE,
}
_CLOSE = frozenset(_OPEN.values())
_QUERY_STARTS = frozenset({TokenType.SELECT, TokenType.FROM, TokenType.WITH, TokenType.L_PAREN})
_CLAUSES = frozenset(
    {
        *(TokenType.SELECT, TokenType.FROM, TokenType.WHERE, TokenType.GROUP_BY, TokenType.HAVING, TokenType.QUALIFY),
        *(TokenType.ORDER_BY, TokenType.LIMIT, TokenType.FETCH, TokenType.WINDOW),
        *(TokenType.UNION, TokenType.EXCEPT, TokenType.INTERSECT),
    }
)
"""What begins a clause of a SELECT or a further query; no operator holds one that is not its own."""
_SORTED = frozenset({TokenType.ASC, TokenType.DESC})
_QUANTIFIERS = frozenset({TokenType.DISTINCT, TokenType.ALL})
_SETS = ("ROLLUP", "CUBE", "GROUPING", "ALL")
_JOINS = ("JOIN", "INNER", "LEFT", "RIGHT", "FULL", "CROSS")
_RANKS = {
    **dict.fromkeys(_JOINS, 0),
    **dict.fromkeys(("WHERE", "SELECT", "EXTEND", "AGGREGATE"), 1),
    "ORDER BY": 2,
    "LIMIT": 3,
    "AS": 4,
}
"""The order in which a SELECT applies operators; its items must come before its ORDER BY and LIMIT."""
_REPEATABLE = 1
"""Most rank of an operator that may come twice: two WHERE are one with AND."""

Part = Sequence[Token]
"""Tokens of a query, brackets closed."""


def without_pipes(tokens: Part, problems: Problems) -> list[Token]:
    """Return *tokens* with every query in pipe syntax written as SELECTs.

    Args:
        tokens: A text's tokens, privacy clauses lifted off.
        problems: Takes a finding for each operator that cannot be followed; the query must not be judged then.
    """
    done: list[Token] = []
    levels: list[list[Token]] = [[]]
    for token in tokens:
        if token.token_type in _OPEN:
            levels[-1].append(token)
            levels.append([])
        elif token.token_type in _CLOSE and len(levels) > 1:
            query = _written_out(levels.pop(), problems)
            levels[-1] += (*query, token)
        elif token.token_type is TokenType.SEMICOLON and len(levels) == 1:
            done += (*_written_out(levels.pop(), problems), token)
            levels.append([])
        else:
            levels[-1].append(token)
    return [*done, *(token for level in levels for token in _written_out(level, problems))]


def _written_out(level: list[Token], problems: Problems) -> list[Token]:
    """Write out the query that a bracket's content or a statement is; what is none stays."""
    start = _start(level)
    pipes = [at for at, token in _own(level) if token.token_type is TokenType.PIPE_GT]
    first = level[start].token_type if level else None
    if not pipes and first is not TokenType.FROM:
        return level
    try:
        source, *operators = (level[begin:end] for begin, end in pairwise([start, *pipes, len(level)]))
        return [*level[:start], *_select(source, operators)]
    except _NotFollowedError as error:
        at = error.at
        message = f"{error.what} cannot be followed, so it is not allowed; write a SELECT"
        place = span_between(problems.sql, at.start, at.end)
        problems.report("untraceable_construct", message, SELECT_PAGE, place, Basis.ASSUMED)
        return level


class _NotFollowedError(Exception):
    def __init__(self, at: Token, what: str) -> None:
        super().__init__(what)
        self.at, self.what = at, what


@dataclass(slots=True)
class _Block:
    """A SELECT in the making.

    Attributes:
        relation: What stands in FROM.
        conditions: Its WHERE, one for each operator.
        tail: Its ORDER BY and LIMIT.
        rank: The place of its last operator among those of a SELECT.
        whole: The same as a query, when it has been a derived table since its last operator.
    """

    relation: Part
    conditions: list[Part] = field(default_factory=list)
    tail: list[Token] = field(default_factory=list)
    rank: int = 0
    whole: list[Token] | None = None

    def query(self, at: Token, items: Part = (), keys: int = 0) -> list[Token]:
        """Return the SELECT of *items*, or of everything, grouped by the first *keys* of them."""
        where: list[Token] = []
        for condition in self.conditions:
            joining = _made(at, TokenType.AND, "AND") if where else _made(at, TokenType.WHERE, "WHERE")
            where += (joining, *_bracketed(at, condition))
        shown = items or (_made(at, TokenType.STAR, "*"),)
        group = [_made(at, TokenType.GROUP_BY, "GROUP BY")] if keys else []
        for position in range(1, keys + 1):
            group += (_made(at, TokenType.NUMBER, str(position)), _made(at, TokenType.COMMA, ","))
        head = (_made(at, TokenType.SELECT, "SELECT"), *shown, _made(at, TokenType.FROM, "FROM"))
        return [*head, *self.relation, *where, *group[:-1], *self.tail]


def _select(source: Part, operators: Sequence[Part]) -> list[Token]:
    """Return the SELECT that *operators*, each from its `|>` on, make of *source*, a query or `FROM` and its tables."""
    block = _Block(_relation(source, (source or operators[0])[0]))
    for operator in operators:
        block = _applied(block, operator)
    return block.whole or block.query(source[0])


def _relation(source: Part, at: Token) -> Part:
    first = source[0] if source else None
    if first is None or first.token_type not in _QUERY_STARTS:
        raise _NotFollowedError(at, "a pipe operator that does not follow a query")
    if first.token_type is TokenType.FROM:
        return _operand(first, source[1:])
    closing = next((at for at, token in _own(source) if token.token_type is TokenType.R_PAREN), None)
    is_bracketed = first.token_type is TokenType.L_PAREN and closing == len(source) - 1
    return source if is_bracketed else _bracketed(first, source)


def _applied(block: _Block, operator: Part) -> _Block:
    """Return what the SELECT so far becomes by an operator."""
    if len(operator) == 1:
        raise _NotFollowedError(operator[0], "'|>' without an operator")
    word = operator[1]
    name = word.text.upper()
    rank = _RANKS.get(name)
    if rank is None:
        raise _NotFollowedError(word, f"the pipe operator {name}")
    if rank < block.rank or rank == block.rank > _REPEATABLE:
        raise _NotFollowedError(word, f"'|> {name}' after an operator that a SELECT applies later")
    if name in _ITEMS:
        query = _ITEMS[name](block, word, operator[2:])
        return _Block(_bracketed(word, query), whole=query)
    whole, rest = block.relation if block.whole else None, operator[2:]
    block.whole, block.rank = None, rank
    if name == "WHERE":
        block.conditions.append(_operand(word, rest))
    elif name in _JOINS:
        block.relation = [*block.relation, word, *_joined(word, rest)]
    elif name == "AS":
        return _Block([*(whole or _bracketed(word, block.query(word))), word, *_operand(word, rest)])
    else:
        block.tail += (word, *_operand(word, rest))
    return block


def _selected(block: _Block, word: Token, rest: Part) -> list[Token]:
    return block.query(word, _operand(word, rest))


def _extended(block: _Block, word: Token, rest: Part) -> list[Token]:
    everything = [_made(word, TokenType.STAR, "*"), _made(word, TokenType.COMMA, ",")]
    return block.query(word, [*everything, *_operand(word, rest)])


def _aggregated(block: _Block, word: Token, rest: Part) -> list[Token]:
    grouped = next((at for at, token in _own(rest) if token.token_type is TokenType.GROUP_BY), None)
    aggregates = _without_comma(rest[:grouped])
    if aggregates or grouped is None:
        _operand(word, aggregates)
    if aggregates and aggregates[0].token_type in _QUANTIFIERS:
        raise _NotFollowedError(aggregates[0], f"{aggregates[0].text.upper()} in '|> AGGREGATE'")
    if grouped is None:
        return block.query(word, aggregates)
    keys = _operand(rest[grouped], rest[grouped + 1 :])
    number = len(list(_keys(keys)))
    comma = [_made(word, TokenType.COMMA, ",")] if aggregates else []
    return block.query(word, [*keys, *comma, *aggregates], number)


_WRITTEN = frozenset({TokenType.NUMBER, TokenType.STRING, TokenType.TRUE, TokenType.FALSE, TokenType.NULL})
"""A position, or a value that is the same for all rows."""


def _keys(keys: Part) -> Iterator[Part]:
    """Yield each key of `|> AGGREGATE`, which becomes the select item of that position."""
    edges = [at for at, token in _own(keys) if token.token_type is TokenType.COMMA]
    for before, end in pairwise([-1, *edges, len(keys)]):
        key = keys[before + 1 : end]
        kinds = [token.token_type for _, token in _own(key)]
        is_star = TokenType.STAR in kinds[:1] or (TokenType.DOT, TokenType.STAR) in pairwise(kinds)
        bare = [token.token_type for token in key if token.text not in ("(", ")")]
        is_written = len(bare) == 1 and bare[0] in _WRITTEN
        if not key or is_star or is_written or key[0].text.upper() in _SETS or not _SORTED.isdisjoint(kinds):
            at = key[0] if key else keys[0]
            raise _NotFollowedError(at, f"the key {at.text!r} of '|> AGGREGATE'")
        yield key


_ITEMS: Mapping[str, Callable[[_Block, Token, Part], list[Token]]] = {
    "SELECT": _selected,
    "EXTEND": _extended,
    "AGGREGATE": _aggregated,
}


def _joined(word: Token, rest: Part) -> Part:
    joins = [token for _, token in _own(rest) if token.token_type in (TokenType.JOIN, TokenType.COMMA)]
    if len(joins) > (word.token_type is not TokenType.JOIN):
        raise _NotFollowedError(joins[-1], f"{joins[-1].text!r} in '|> {word.text.upper()}'")
    return _operand(word, rest)


def _operand(word: Token, rest: Part) -> Part:
    """Return what an operator, or FROM, is followed by: something, and no clause of its own."""
    rest = _without_comma(rest)
    if not rest:
        raise _NotFollowedError(word, f"an empty {word.text.upper()}")
    for at, token in _own(rest):
        if token.token_type in _CLAUSES and not _is_part_of_an_expression(rest, at):
            raise _NotFollowedError(token, f"{token.text.upper()} after {word.text.upper()} without '|>' before it")
    return rest


def _is_part_of_an_expression(tokens: Part, at: int) -> bool:
    """Tell whether the word is that of `a IS DISTINCT FROM b` or of `* EXCEPT (a)`."""
    before = [token.token_type for token in tokens[max(0, at - 2) : at]]
    if tokens[at].token_type is TokenType.FROM:
        return len(before) > 1 and before[1] is TokenType.DISTINCT and before[0] in (TokenType.IS, TokenType.NOT)
    after = tokens[at + 1].token_type if at + 1 < len(tokens) else None
    is_except = tokens[at].token_type is TokenType.EXCEPT and after is TokenType.L_PAREN
    return is_except and before[-1:] == [TokenType.STAR]


def _start(level: Part) -> int:
    """Return where the query of *level* begins, after its WITH clause."""
    if not level or level[0].token_type is not TokenType.WITH:
        return 0
    before: Token | None = None
    for at, token in _own(level):
        after_cte = before is not None and before.token_type is TokenType.R_PAREN
        is_query = token.token_type in (TokenType.SELECT, TokenType.FROM)
        if is_query or (after_cte and token.token_type is TokenType.L_PAREN):
            return at
        before = token
    return 0


def _own(tokens: Part) -> Iterator[tuple[int, Token]]:
    """Yield every token that is not inside a bracket, with its place; the brackets are not inside themselves."""
    depth = 0
    for at, token in zip(count(), tokens):
        depth -= token.token_type in _CLOSE
        if depth <= 0:
            yield at, token
        depth += token.token_type in _OPEN


def _without_comma(part: Part) -> Part:
    return part[:-1] if part and part[-1].token_type is TokenType.COMMA else part


def _bracketed(at: Token, query: Part) -> list[Token]:
    return [_made(at, TokenType.L_PAREN, "("), *query, _made(at, TokenType.R_PAREN, ")")]


def _made(at: Token, kind: TokenType, text: str) -> Token:
    return Token(kind, text, at.line, at.col, at.start, at.end)
