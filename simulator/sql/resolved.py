"""A query bound to its tables: which column comes from where. Plain facts beside sqlglot's tree, never in it.

    WITH c AS (SELECT o.email AS e FROM orders o) SELECT LOWER(c.e) AS x FROM c

resolves to one `Query` of role CTE (columns: e <- orders.email) and one of role FINAL whose projection `x` has the
origin `orders.email`, path ("CTE 'c'",).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlglot import exp

from simulator.request import Table
from simulator.sql.dialects import BIGQUERY
from simulator.sql.private_clauses import AttachedClauses, ContributionBounds, PrivateClause
from simulator.sql.problems import span_between
from simulator.verdict import Finding, Span


class Role(StrEnum):
    """What a query is for."""

    FINAL = "final"
    """The statement whose rows are returned."""
    CACHED = "cached"
    """The query of a CACHE TABLE statement."""
    CTE = "cte"
    DERIVED = "derived"
    """A query in FROM or JOIN."""
    SUBQUERY = "subquery"
    """A query inside an expression: scalar, IN, EXISTS."""
    VIEW = "view"
    """What a view without rules of its own stands for."""


class Clause(StrEnum):
    """Where in a SELECT a column is written."""

    SELECT = "SELECT"
    JOIN = "JOIN"
    """ON or USING."""
    WHERE = "WHERE"
    GROUP_BY = "GROUP BY"
    HAVING = "HAVING"
    QUALIFY = "QUALIFY"
    WINDOW = "WINDOW"
    """A named window. Keys of an inline OVER (...) belong to the clause they stand in."""
    ORDER_BY = "ORDER BY"
    FROM = "FROM"
    """An argument of a table function or LATERAL."""
    OTHER = "OTHER"
    """LIMIT, DISTRIBUTE BY, ..."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A column of a base table that a value is computed from.

    Attributes:
        source: The occurrence of the table (a self-join has two).
        column: Lower-case name of the column.
        path: Through what it came, outermost first, e.g. ("CTE 'c'", "derived table 'q'"); not part of its identity.
    """

    source: Source
    column: str
    path: tuple[str, ...] = field(default=(), compare=False)

    @property
    def table(self) -> Table:
        """The base table."""
        assert self.source.table is not None  # noqa: S101 - an origin is made for base tables only
        return self.source.table


Origins = frozenset[Origin]


@dataclass(eq=False, slots=True)
class Source:
    """One entry of a FROM clause.

    Attributes:
        alias: Lower-case name by which the SELECT refers to it.
        node: The exp.Table, exp.Subquery, exp.Values, exp.Lateral, ... it was written as.
        columns: Visible column name (lower case) to origins, in order. Inline data has empty origins.
        table: The base table, when it is one.
        query: The query behind it, when it is a CTE, a derived table or a cached table.
        outputs: Its columns by position, where that differs from *columns*; ask `output_columns`.
    """

    alias: str
    node: exp.Expression
    columns: Mapping[str, Origins]
    table: Table | None = None
    query: Query | None = None
    outputs: tuple[tuple[str, Origins], ...] | None = None

    def output_columns(self) -> tuple[tuple[str, Origins], ...]:
        """Return every column as `*` sees it, by position: also those without a name and those whose name repeats."""
        return tuple(self.columns.items()) if self.outputs is None else self.outputs


@dataclass(eq=False, slots=True)
class ColumnUse:
    """One column name as written in one SELECT, and what it stands for.

    Attributes:
        node: The exp.Column; for USING the exp.Identifier.
        clause: Where it is written.
        select: The SELECT in whose text it is written.
        source: The FROM entry it belongs to (of *select* or, correlated, of an enclosing one); None for a select alias.
        name: Lower-case name of the column within *source*.
        origins: Base columns its value is computed from.
        projection: The select item it names, when it is a reference to a select alias (GROUP BY, HAVING, ORDER BY).
        correlated: True when *source* belongs to an enclosing SELECT.
    """

    node: exp.Expression
    clause: Clause
    select: Select
    source: Source | None
    name: str
    origins: Origins
    projection: Projection | None = None
    correlated: bool = False


@dataclass(frozen=True, slots=True)
class UnitReading:
    """An ambiguous name that was read as the privacy unit of a view, since its other holders are plain tables.

    Attributes:
        node: The name as it is written.
        view: The protected view.
        problem: Why the name is ambiguous.
    """

    node: exp.Column
    view: Table
    problem: str


@dataclass(eq=False, slots=True)
class Projection:
    """One output column of a SELECT; a `*` becomes one projection a column.

    Attributes:
        name: Lower-case output name; "" when it has none.
        node: The expression without its alias; for a column that came from `*`, the star node.
        origins: Base columns the value is computed from: everything inside the expression, its subqueries included.
        use: The column use, when the item is a bare column (also from `*`).
    """

    name: str
    node: exp.Expression
    origins: Origins
    use: ColumnUse | None = None


@dataclass(eq=False, slots=True)
class Join:
    """One JOIN of a SELECT, or a comma in FROM.

    Attributes:
        node: The exp.Join.
        kind: INNER, LEFT, RIGHT, FULL, CROSS, COMMA, LEFT SEMI, LEFT ANTI, ... (NATURAL is a flag of its own).
        source: The right-hand side.
        condition: The ON expression, or None.
        using: Lower-case column names of USING (for NATURAL: the common columns), or ().
        natural: True for NATURAL joins.
    """

    node: exp.Join
    kind: str
    source: Source
    condition: exp.Expression | None = None
    using: tuple[str, ...] = ()
    natural: bool = False


@dataclass(eq=False, slots=True)
class Select:
    """One SELECT ... FROM ... block.

    Attributes:
        node: The exp.Select.
        query: The query it is (an operand of).
        parent: The SELECT around it, whose columns it may see; None at the top and in CTEs.
        sources: FROM entries by alias, in order.
        joins: JOINs in order.
        projections: Output columns, stars expanded.
        uses: Every column written in this block itself, nested queries excluded.
        subqueries: Queries inside its expressions.
    """

    node: exp.Select
    query: Query
    parent: Select | None
    sources: dict[str, Source] = field(default_factory=dict)
    joins: list[Join] = field(default_factory=list)
    projections: list[Projection] = field(default_factory=list)
    uses: list[ColumnUse] = field(default_factory=list)
    subqueries: list[Query] = field(default_factory=list)

    def uses_in(self, *clauses: Clause) -> Iterator[ColumnUse]:
        """Yield the column uses of the given clauses."""
        return (use for use in self.uses if use.clause in clauses)


@dataclass(eq=False, slots=True)
class Query:
    """A SELECT, or several joined by set operators, with its CTEs.

    Attributes:
        node: The exp.Select or exp.SetOperation (parentheses removed).
        role: What it is for.
        name: Lower-case name of the CTE, derived table or cached table; "" otherwise.
        parent: The SELECT it is written in; None at the top.
        selects: Its SELECT blocks, left to right (one, unless there are set operators).
        operators: Its set operators (exp.Union, exp.Intersect, exp.Except).
        columns: Output column name to origins, merged over the operands by position, named by the first. A name that
            repeats has the origins of all its columns.
        outputs: The same by position: also columns without a name, and each of those whose name repeats.
        ctes: The queries of its WITH clause, in order.
        tables: The base tables that it reads, itself or through the queries that it is built on, by `id`.
    """

    node: exp.Expression
    role: Role
    name: str = ""
    parent: Select | None = None
    selects: list[Select] = field(default_factory=list)
    operators: list[exp.SetOperation] = field(default_factory=list)
    columns: dict[str, Origins] = field(default_factory=dict)
    outputs: list[tuple[str, Origins]] = field(default_factory=list)
    ctes: list[Query] = field(default_factory=list)
    tables: dict[int, Table] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Script:
    """All of one request's SQL, parsed and bound.

    Attributes:
        sql: The text as the user wrote it.
        dialect: sqlglot's name of the dialect: "spark", "redshift" or "bigquery".
        statements: The statements' trees, in order.
        final: The query whose rows are returned: the last statement; None when it is not a SELECT or did not parse.
        cached: The queries of CACHE TABLE statements, in order.
        queries: Every query of the script, enclosing ones first.
        problems: What is wrong before any rule is asked: text too long or too deep, syntax, unknown or ambiguous
            names, constructs that cannot be traced. With problems, the rest may be incomplete.
        uses_by_node: What each column node stands for, by `id` of the node; ask `use`.
        windows_by_node: The keys of the named window that an `OVER name` refers to, by `id` of its exp.Window.
        attached: BigQuery's privacy clauses and contribution bounds; ask `clause` and `bounds`.
        unit_readings: The ambiguous names that were read as a privacy unit: whether they may be, rules must answer.
        views: The scripts behind views; their trees must live as long as what is known by the `id` of their nodes.
    """

    sql: str
    dialect: str
    statements: tuple[exp.Expression, ...] = ()
    final: Query | None = None
    cached: tuple[Query, ...] = ()
    queries: tuple[Query, ...] = ()
    problems: tuple[Finding, ...] = ()
    uses_by_node: dict[int, ColumnUse] = field(default_factory=dict)
    windows_by_node: dict[int, Origins] = field(default_factory=dict)
    attached: AttachedClauses = field(default_factory=AttachedClauses)
    unit_readings: list[UnitReading] = field(default_factory=list)
    views: list[Script] = field(default_factory=list)
    _tables: tuple[tuple[Query, ...], dict[str, Table]] | None = field(default=None, init=False, repr=False)

    @property
    def returned(self) -> Query:
        """The query whose rows are returned, of a script that was accepted or copied to be run.

        Raises:
            LookupError: The script returns no rows; ask *final* where that is not sure.
        """
        if self.final is None:
            raise LookupError("the last statement is not a query")
        return self.final

    @property
    def selects(self) -> Iterator[Select]:
        """Every SELECT block of the script."""
        return (select for query in self.queries for select in query.selects)

    def tables(self) -> dict[str, Table]:
        """The base tables that any statement reads, by lower-case SQL name, in order of appearance.

        BigQuery tells upper from lower case; there, names are as they were declared.
        """
        if self._tables is None or self._tables[0] is not self.queries:
            self._tables = (self.queries, self._find_tables())
        return self._tables[1]

    def _find_tables(self) -> dict[str, Table]:
        exact = self.dialect == BIGQUERY
        return {
            source.table.name if exact else source.table.name.lower(): source.table
            for select in self.selects
            for source in select.sources.values()
            if source.table is not None
        }

    def clause(self, select: Select) -> PrivateClause | None:
        """Return the privacy clause of *select*; None when it has none."""
        return self.attached.clauses.get(id(select.node))

    def bounds(self, node: exp.Expr) -> ContributionBounds | None:
        """Return the contribution bounds of the aggregate *node*; None when it has none."""
        return self.attached.bounds.get(id(node))

    def use(self, node: exp.Expr) -> ColumnUse | None:
        """Return what the column *node* stands for; None when it could not be bound."""
        return self.uses_by_node.get(id(node))

    def origins(self, node: exp.Expr) -> Origins:
        """Return every base column that the value of *node* is computed from, subqueries and named windows included."""
        found: set[Origin] = set()
        for part in node.find_all(exp.Column, exp.Window):
            use = self.use(part)
            if use is not None:
                found |= use.origins
            found |= self.windows_by_node.get(id(part), frozenset())
        return frozenset(found)

    def span(self, node: exp.Expr) -> Span | None:
        """Return the place of *node* in the text: from its first to its last token that has a position."""
        # Of a name in parts within one pair of backticks, sqlglot knows no end.
        starts = [(part.meta["start"], part.meta["end"]) for part in node.walk() if part.meta.get("end") is not None]
        if not starts:
            return None
        start, end = min(start for start, _ in starts), max(end for _, end in starts)
        return span_between(self.sql, start, end)
