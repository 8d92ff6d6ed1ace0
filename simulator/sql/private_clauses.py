"""GoogleSQL's privacy clauses, which sqlglot does not know: lifted off the tokens, put into the tree after parsing.

    SELECT WITH DIFFERENTIAL_PRIVACY OPTIONS(epsilon = 1) city, AVG(spend, contribution_bounds_per_group => (0, 9)) ...

reaches the parser as `SELECT <mark>, city, AVG(spend) ...`. The mark, a name that no query can hold, tells afterwards
which SELECT the clause belongs to; the bounds belong to the call that starts at their function's place. A clause or a
bound that does not arrive is a finding: nothing is dropped silently.

Source: bigquery/docs/reference/standard-sql/query-syntax#dp_clause, #agg_threshold_clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from declarations.bigquery.privacy_policy import PolicyKind
from simulator.sql.clause_options import Option, option_list, pair_of_numbers
from simulator.sql.names import folded
from simulator.sql.problems import SELECT_PAGE, Problems, span_between
from simulator.verdict import Basis, Span

CLAUSE_KINDS = (PolicyKind.DIFFERENTIAL_PRIVACY, PolicyKind.AGGREGATION_THRESHOLD)
"""What may follow `SELECT WITH`, in the order in which BigQuery's message names it."""

BOUNDS_PER_GROUP, BOUNDS_PER_ROW = "contribution_bounds_per_group", "contribution_bounds_per_row"

_MARK = "\0clause "
_SKIPPED = frozenset({TokenType.DISTINCT, TokenType.ALL})


@dataclass(frozen=True, slots=True)
class PrivateClause:
    """`WITH AGGREGATION_THRESHOLD` or `WITH DIFFERENTIAL_PRIVACY`, with its options as they are written.

    Attributes:
        kind: Which of the two.
        options: The options in order, repeated and unknown ones included.
        span: From WITH to the end of the options.
        distinct: Whether DISTINCT follows, which neither clause takes.
        piped: Whether it stands in `|> AGGREGATE` instead of SELECT.
    """

    kind: PolicyKind
    options: tuple[Option, ...]
    span: Span
    distinct: bool = False
    piped: bool = False

    def option(self, name: str) -> Option | None:
        """Return the first option of that lower-case *name*, or None."""
        return next((option for option in self.options if option.name == name), None)

    def sql(self) -> str:
        """Return the clause as it is written in a query."""
        written = ", ".join(option.sql() for option in self.options)
        return f"WITH {self.kind}" + (f" OPTIONS({written})" if self.options else "")


@dataclass(frozen=True, slots=True)
class ContributionBounds:
    """`contribution_bounds_per_group => (lower, upper)` of an aggregate.

    Attributes:
        name: BOUNDS_PER_GROUP or BOUNDS_PER_ROW.
        lower: The lower bound as written.
        upper: The upper bound as written.
        span: From the name to the closing bracket.
    """

    name: str
    lower: str
    upper: str
    span: Span

    def sql(self) -> str:
        """Return the argument as it is written in a query."""
        return f"{self.name} => ({self.lower}, {self.upper})"


@dataclass(slots=True)
class Lifted:
    """A text's tokens without privacy clauses.

    Attributes:
        tokens: What the parser gets: a mark in place of each clause.
        rest: The user's own tokens, without clauses and marks.
        clauses: The clauses, in order; mark n stands for clause n.
        bounds: Contribution bounds by the offset at which their function starts.
    """

    tokens: list[Token] = field(default_factory=list)
    rest: list[Token] = field(default_factory=list)
    clauses: list[PrivateClause] = field(default_factory=list)
    bounds: dict[int, ContributionBounds] = field(default_factory=dict)


def lift(sql: str, tokens: Sequence[Token], problems: Problems) -> Lifted:
    """Take every privacy clause and every contribution bound out of *tokens*.

    Args:
        sql: The text, comments blanked.
        tokens: Its tokens.
        problems: Takes a finding for each clause that cannot be read; the query must not be judged then.
    """
    return _Lifting(sql, tokens, problems).run()


class _Lifting:
    def __init__(self, sql: str, tokens: Sequence[Token], problems: Problems) -> None:
        self.sql, self.tokens, self.problems = sql, tokens, problems
        self.found = Lifted()
        self.at = 0
        self.calls: list[Token | None] = []  # what stands before each open bracket

    def run(self) -> Lifted:
        if "\0" in self.sql:
            self.problems.report("syntax_error", "not valid SQL: a NUL character", SELECT_PAGE, None, Basis.DERIVED)
        while self.at < len(self.tokens) and not self.problems.found:
            token = self.tokens[self.at]
            words = self._clause_words()
            if words:
                self._clause(words)
            elif token.token_type is TokenType.COMMA and self._is_bound():
                self._bound()
            else:
                self._take()
        return self.found

    def _take(self) -> None:
        token = self.tokens[self.at]
        if token.token_type is TokenType.L_PAREN:
            self.calls.append(self.tokens[self.at - 1] if self.at else None)
        elif token.token_type is TokenType.R_PAREN and self.calls:
            self.calls.pop()
        self.found.tokens.append(token)
        self.found.rest.append(token)
        self.at += 1

    def _peek(self, ahead: int) -> Token | None:
        return self.tokens[self.at + ahead] if self.at + ahead < len(self.tokens) else None

    def _is(self, ahead: int, *kinds: TokenType) -> bool:
        token = self._peek(ahead)
        return token is not None and token.token_type in kinds

    def _clause_words(self) -> int:
        """Return how many tokens stand before WITH when a clause begins here (SELECT; |> AGGREGATE), else 0."""
        if self._is(0, TokenType.SELECT) and self._is(1, TokenType.WITH) and not self._is(2, TokenType.L_PAREN):
            return 1
        aggregate = self._peek(1) if self._is(0, TokenType.PIPE_GT) else None
        is_clause = aggregate is not None and aggregate.text.upper() == "AGGREGATE" and self._is(2, TokenType.WITH)
        return 2 if is_clause else 0

    def _clause(self, words: int) -> None:
        piped, start = words > 1, self.tokens[self.at + words]
        if not piped and self.at and self.tokens[self.at - 1].token_type is TokenType.PIPE_GT:
            self._refuse("a privacy clause in '|> SELECT'; write it in '|> AGGREGATE'", start)
            return
        for _ in range(words):
            self._take()
        kind = self._kind()
        if kind is None:
            return
        last = self.at + 1
        self.at += 2
        options: tuple[Option, ...] = ()
        is_word = self._is(0, TokenType.VAR) and self.tokens[self.at].text.upper() == "OPTIONS"
        if is_word and self._is(1, TokenType.L_PAREN):
            read, last = option_list(self.sql, self.tokens, self.at + 1)
            if isinstance(read, str):
                self._refuse(read, self.tokens[last])
                return
            options, self.at = read, last + 1
        span = span_between(self.sql, start.start, self.tokens[last].end)
        distinct = self._is(0, TokenType.DISTINCT)
        while self._is(0, *_SKIPPED):
            self._take()
        if self._is(0, TokenType.ALIAS):
            self._refuse("SELECT AS STRUCT or AS VALUE after a privacy clause; select columns", self.tokens[self.at])
            return
        mark = f"{_MARK}{len(self.found.clauses)}"
        self.found.clauses.append(PrivateClause(kind, options, span, distinct, piped))
        self.found.tokens.append(_made(TokenType.IDENTIFIER, mark, start))
        self.found.tokens.append(_made(TokenType.COMMA, ",", start))

    def _kind(self) -> PolicyKind | None:
        word = self._peek(1)
        found = word.text.upper() if word is not None and word.token_type is TokenType.VAR else ""
        kind = next((kind for kind in CLAUSE_KINDS if kind == found), None)
        if kind is None:
            shown = word.text if word is not None else "the end of the query"
            text = f"Invalid identifier after SELECT WITH; expected {', '.join(CLAUSE_KINDS)} but got: {shown}"
            at = word or self.tokens[self.at]
            place = span_between(self.sql, at.start, at.end)
            message = f"SELECT WITH is followed by {' or '.join(CLAUSE_KINDS)}; found {shown!r}"
            self.problems.report("syntax_error", message, SELECT_PAGE, place, Basis.DERIVED, service_message=text)
        return kind

    def _is_bound(self) -> bool:
        name = self._peek(1)
        is_name = name is not None and folded(name.text) in (BOUNDS_PER_GROUP, BOUNDS_PER_ROW)
        return is_name and self._is(2, TokenType.FARROW)

    def _bound(self) -> None:
        name = self.tokens[self.at + 1]
        function = self.calls[-1] if self.calls else None
        end = next((at for at in range(self.at + 3, len(self.tokens)) if self._closes(at)), None)
        values = pair_of_numbers(self.sql, self.tokens[self.at + 3 : end + 1]) if end is not None else None
        if function is None or values is None or end is None:
            self._refuse(f"{name.text} takes a pair of numbers, as in {name.text} => (0, 100)", name)
            return
        if function.start in self.found.bounds:
            self._refuse("a second pair of contribution bounds in one call", name)
            return
        span = span_between(self.sql, name.start, self.tokens[end].end)
        self.found.bounds[function.start] = ContributionBounds(folded(name.text), *values, span)
        self.at = end + 1

    def _closes(self, at: int) -> bool:
        return self.tokens[at].token_type is TokenType.R_PAREN

    def _refuse(self, what: str, at: Token) -> None:
        place = span_between(self.sql, at.start, at.end)
        self.problems.report("syntax_error", f"not valid SQL: {what}", SELECT_PAGE, place, Basis.DERIVED)
        self.at = len(self.tokens)


def _made(kind: TokenType, text: str, place: Token) -> Token:
    return Token(kind, text, place.line, place.col, place.start, place.end)


@dataclass(frozen=True, slots=True)
class AttachedClauses:
    """What was lifted, where it belongs in the tree.

    Attributes:
        clauses: Clauses by `id` of their exp.Select.
        bounds: Contribution bounds by `id` of their function.
    """

    clauses: dict[int, PrivateClause] = field(default_factory=dict)
    bounds: dict[int, ContributionBounds] = field(default_factory=dict)


def attach(trees: Iterable[exp.Expression], lifted: Lifted, problems: Problems) -> AttachedClauses:
    """Take the marks out of *trees* and tell which node each clause and bound belongs to; report what is lost."""
    roots = list(trees)
    clauses: dict[int, PrivateClause] = {}
    if lifted.clauses:
        marks = [node for root in roots for node in root.find_all(exp.Column) if node.name.startswith(_MARK)]
        for mark in marks:
            select, clause = mark.parent, lifted.clauses[int(mark.name.removeprefix(_MARK))]
            if isinstance(select, exp.Select) and mark.arg_key == "expressions" and id(select) not in clauses:
                clauses[id(select)] = clause
                mark.pop()
            if isinstance(select, exp.Select) and not select.expressions:
                _lost(problems, "a select list after the privacy clause is missing", clause.span)
        for clause in lifted.clauses:
            if sum(attached is clause for attached in clauses.values()) != 1:
                _lost(problems, f"WITH {clause.kind} cannot stand here", clause.span)
    bounds = _bounds(roots, lifted.bounds)
    for start, bound in lifted.bounds.items():
        if start not in {node.meta.get("start") for node in bounds}:
            _lost(problems, f"{bound.name} is an argument of an aggregate function", bound.span)
    return AttachedClauses(clauses, {id(node): lifted.bounds[node.meta["start"]] for node in bounds})


def _bounds(roots: Sequence[exp.Expression], bounds: dict[int, ContributionBounds]) -> list[exp.Expr]:
    if not bounds:
        return []
    found = [node for root in roots for node in root.find_all(exp.AggFunc) if node.meta.get("start") in bounds]
    starts = [node.meta["start"] for node in found]
    return [node for node in found if starts.count(node.meta["start"]) == 1]


def _lost(problems: Problems, what: str, span: Span) -> None:
    problems.report("syntax_error", f"not valid SQL: {what}", SELECT_PAGE, span, Basis.DERIVED)
