"""What is known while a script is being bound: the request, the findings so far, and the column uses so far."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter

from sqlglot import exp
from sqlglot.tokenizer_core import Token

from simulator.request import AnalysisRequest, Table
from simulator.sql.dialects import BIGQUERY
from simulator.sql.names import folded
from simulator.sql.problems import SELECT_PAGE, Problems
from simulator.sql.resolved import ColumnUse, Origin, Origins, Projection, Query, Role, Script, Select, Source
from simulator.verdict import Basis

NOTHING: Origins = frozenset()
_WORK, _WORK_PER_CHARACTER = 50_000, 2
_PATH = 8  # steps kept of the way a column came


class EnoughProblemsError(Exception):
    """No further finding would be kept."""


class TooComplexError(Exception):
    """The query makes more columns than can be followed in the time its length allows."""


@dataclass(eq=False, slots=True)
class Scope:
    """What names mean inside one SELECT while it is being bound.

    Attributes:
        select: The SELECT.
        parent: The scope of the SELECT around it whose columns it may see, or None.
        tables: CTEs and cached tables that its FROM may name, by folded name.
        merged: Column name to the FROM entries that USING or NATURAL made one column of.
        hidden: FROM entries whose columns end at their own ON: the right side of SEMI and ANTI joins.
        windows: Keys of the named windows.
        aliases: Select items by alias; several when the alias repeats.
        lambdas: Names of the variables of the lambdas being walked.
    """

    select: Select
    parent: Scope | None
    tables: Mapping[str, Query]
    merged: dict[str, list[Source]] = field(default_factory=dict)
    hidden: set[int] = field(default_factory=set)
    windows: dict[str, Origins] = field(default_factory=dict)
    aliases: dict[str, list[Projection]] = field(default_factory=dict)
    lambdas: list[str] = field(default_factory=list)


BindQuery = Callable[["Binding", exp.Expression, Role, str, Scope | None, Mapping[str, Query]], Query]
"""Binds a query: (binding, node, role, name, the scope whose columns it may see, tables it may name)."""


@dataclass(eq=False, slots=True)
class Binding:
    """The state of binding one script.

    Attributes:
        request: What was asked.
        script: The script that is being filled.
        problems: The findings so far.
        bind_query: How nested queries are bound.
        tokens: The text's tokens.
        tables: The request's tables by folded SQL name.
        queries: Every query met, enclosing ones first.
        uses: Every column use, in the order in which they were bound.
        bind_view: How the query behind a view is bound.
        unresolved: `id` of the sources and queries whose columns are not known, because of a finding.
        work: Columns and tables looked at so far.
    """

    request: AnalysisRequest
    script: Script
    problems: Problems
    bind_query: BindQuery
    tokens: Sequence[Token] = ()
    bind_view: Callable[[Binding, Table, exp.Expr], Query] | None = None
    tables: Mapping[str, Table] = field(init=False)
    queries: list[Query] = field(default_factory=list)
    uses: list[ColumnUse] = field(default_factory=list)
    unresolved: set[int] = field(default_factory=set)
    work: int = 0

    def __post_init__(self) -> None:
        self.tables = {self.key(table.name): table for table in self.request.tables.values()}

    @property
    def is_bigquery(self) -> bool:
        """Whether names, scopes and joins are those of GoogleSQL."""
        return self.script.dialect == BIGQUERY

    def key(self, name: str) -> str:
        """Return the table name *name* as tables are looked up: folded; in BigQuery exact and with its project."""
        if not self.is_bigquery:
            return folded(name)
        return f"{self.request.project}.{name}" if name.count(".") == 1 and self.request.project else name

    def spend(self, units: int = 1) -> None:
        """Count *units* of work (columns or tables looked at).

        Raises:
            TooComplexError: More than a text of this length may cause: `SELECT *, *` on itself doubles with each CTE.
        """
        self.work += units
        if self.work > _WORK + _WORK_PER_CHARACTER * len(self.script.sql):
            raise TooComplexError

    def tokens_before(self, start: int, most: int = 40) -> Sequence[Token]:
        """Return the last tokens, at most *most*, that begin before offset *start*."""
        position = bisect_left(self.tokens, start, key=attrgetter("start"))
        return self.tokens[max(0, position - most) : position]

    def report(
        self, check: str, message: str, source: str, at: exp.Expr | None, basis: Basis = Basis.DOCUMENTED
    ) -> None:
        """Keep a finding about the part *at* of the tree.

        Raises:
            EnoughProblemsError: As many findings as are kept have been found; binding may stop.
        """
        if self.problems.is_full:
            raise EnoughProblemsError
        span = None
        while at is not None and span is None:
            span, at = self.script.span(at), at.parent
        self.problems.report(check, message, source, span, basis)

    def untraceable(self, what: str, at: exp.Expr) -> None:
        """Report a construct through which columns are not followed, and which is therefore refused."""
        message = f"{what} cannot be traced to its columns, so it is not allowed; write the query without it"
        self.report("untraceable_construct", message, SELECT_PAGE, at, Basis.ASSUMED)

    def keep(self, use: ColumnUse) -> ColumnUse:
        """Record *use* with its SELECT and in the script."""
        self.spend(1 + len(use.origins))
        use.select.uses.append(use)
        self.uses.append(use)
        if isinstance(use.node, exp.Column) and not isinstance(use.node.this, exp.Star):
            self.script.uses_by_node[id(use.node)] = use
        return use

    def origins_since(self, mark: int) -> Origins:
        """Return the origins of every use recorded since there were *mark* of them."""
        recent = self.uses[mark:]
        if len(recent) == 1:
            return recent[0].origins
        return NOTHING.union(*(use.origins for use in recent))


def through(label: str, origins: Origins) -> Origins:
    """Return *origins* with *label*, e.g. "CTE 'c'", put before the path through which they came."""
    return frozenset(Origin(origin.source, origin.column, (label, *origin.path[:_PATH])) for origin in origins)


def check_args(binding: Binding, node: exp.Expr, allowed: frozenset[str]) -> None:
    """Report every part of *node* that is not in *allowed*: what is not known is not allowed."""
    for name, value in node.args.items():
        if name in allowed or value is None or value is False or value == []:
            continue
        binding.untraceable(f"{name.strip('_').replace('_', ' ').upper()} of a {node.key.upper()}", node)
