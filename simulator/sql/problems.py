"""What is wrong with a text before any rule is asked, collected instead of raised."""

from __future__ import annotations

from dataclasses import dataclass, field

from simulator.pages import SQL_REFERENCE, USER_GUIDE
from simulator.verdict import Basis, Finding, Span

COMMANDS_PAGE = f"{SQL_REFERENCE}/sql-commands-topic-spark.html"
SELECT_PAGE = f"{SQL_REFERENCE}/sql-commands-select-spark.html"
SELECT_LIST_PAGE = f"{SQL_REFERENCE}/sql-function-select-list-spark.html"
FROM_PAGE = f"{SQL_REFERENCE}/FROM_clause30.html"
JOIN_PAGE = f"{SQL_REFERENCE}/join-clause.html"
SET_OPERATORS_PAGE = f"{SQL_REFERENCE}/UNION.html"
CACHE_TABLE_PAGE = f"{SQL_REFERENCE}/sql-commands-cache-table.html"
QUOTAS_PAGE = f"{USER_GUIDE}/clean-rooms-quotas.html"
ASSOCIATION_PAGE = f"{USER_GUIDE}/associate-configured-table.html"
PARAMETERS_PAGE = f"{USER_GUIDE}/create-sql-analysis-template.html"

_MOST = 100


@dataclass(slots=True)
class Problems:
    """Findings about one text.

    Attributes:
        sql: The text.
        found: The findings, in the order in which they were met; at most 100, the rest adds nothing.
        page: Address that every finding cites in place of AWS's pages; None for AWS.
    """

    sql: str
    found: list[Finding] = field(default_factory=list)
    page: str | None = None

    @property
    def is_full(self) -> bool:
        """Whether further findings would be dropped, so that their place need not be computed."""
        return len(self.found) >= _MOST

    def report(
        self,
        check: str,
        message: str,
        source: str,
        span: Span | None,
        basis: Basis = Basis.DOCUMENTED,
        *,
        service_message: str | None = None,
    ) -> None:
        """Keep a finding.

        Args:
            check: One of `PROBLEM_PAGES`.
            message: What was found and what is allowed.
            source: Address of the page that says so.
            span: Where; None when it is about the whole text.
            basis: How sure it is.
            service_message: The service's own words, where they are known.
        """
        if not self.is_full:
            page = self.page or source
            self.found.append(Finding(check, message, page, basis, span, service_message=service_message))


def span_between(sql: str, start: int, end: int) -> Span:
    """Return the place of the characters from offset *start* to offset *end*, both included."""
    line = sql.count("\n", 0, start) + 1
    column = start - (sql.rfind("\n", 0, start) + 1) + 1
    return Span(line, column, start, max(1, end - start + 1))
