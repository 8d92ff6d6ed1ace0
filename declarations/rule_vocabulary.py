"""What the analysis rules share: their kinds, the names of functions, the analyses they refer to.

Source: the API shapes of the same names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from declarations.base import TEMPLATE_REFERENCE

_REGION = r"[a-zA-Z0-9_]{2}-[a-zA-Z0-9_]{4,9}-[0-9]"
_ANALYSIS_TEMPLATE_ARN = (
    rf"arn:aws:cleanrooms:{_REGION}:[0-9]{{12}}:membership/[0-9a-zA-Z0-9_-]+/analysistemplate/[0-9a-zA-Z0-9_-]+"
)


WILDCARDS = ("ANY_QUERY", "ANY_JOB")
"""What allows every query, or every job, of the allowed providers."""


class AnalysisRuleType(StrEnum):
    """The kind of an analysis rule. Source: API ConfiguredTableAnalysisRuleType."""

    AGGREGATION = "AGGREGATION"
    LIST = "LIST"
    CUSTOM = "CUSTOM"


class AggregateFunctionName(StrEnum):
    """What may be computed over an aggregate column. Source: API AggregateFunctionName."""

    SUM = "SUM"
    SUM_DISTINCT = "SUM_DISTINCT"
    COUNT = "COUNT"
    COUNT_DISTINCT = "COUNT_DISTINCT"
    AVG = "AVG"


class JoinOperator(StrEnum):
    """How several match conditions of one join may be combined. Source: API JoinOperator."""

    AND = "AND"
    OR = "OR"


class ScalarFunction(StrEnum):
    """The scalar functions an aggregation rule can allow. Source: API ScalarFunctions."""

    ABS = "ABS"
    CAST = "CAST"
    CEILING = "CEILING"
    COALESCE = "COALESCE"
    CONVERT = "CONVERT"
    CURRENT_DATE = "CURRENT_DATE"
    DATEADD = "DATEADD"
    EXTRACT = "EXTRACT"
    FLOOR = "FLOOR"
    GETDATE = "GETDATE"
    LN = "LN"
    LOG = "LOG"
    LOWER = "LOWER"
    ROUND = "ROUND"
    RTRIM = "RTRIM"
    SQRT = "SQRT"
    SUBSTRING = "SUBSTRING"
    TO_CHAR = "TO_CHAR"
    TO_DATE = "TO_DATE"
    TO_NUMBER = "TO_NUMBER"
    TO_TIMESTAMP = "TO_TIMESTAMP"
    TRIM = "TRIM"
    TRUNC = "TRUNC"
    UPPER = "UPPER"


class AdditionalAnalyses(StrEnum):
    """Whether results may, must or must not go into an additional analysis. Source: API AdditionalAnalyses."""

    ALLOWED = "ALLOWED"
    REQUIRED = "REQUIRED"
    NOT_ALLOWED = "NOT_ALLOWED"


AnalysisTemplateArnOrQueryWildcard = Annotated[
    str, Field(max_length=200, pattern=rf"^(ANY_QUERY|ANY_JOB|{_ANALYSIS_TEMPLATE_ARN}|{TEMPLATE_REFERENCE})$")
]
"""An approved analysis template, by ARN or as `template:NAME` of this room, or a wildcard.

Source: API AnalysisTemplateArnOrQueryWildcard.
"""

AdditionalAnalysesResourceArn = Annotated[
    str,
    Field(
        max_length=256,
        pattern=(
            rf"^(arn:aws:cleanrooms:{_REGION}:([0-9]{{12}}|\*):membership/[*0-9a-zA-Z0-9_-]+"
            r"/configuredaudiencemodelassociation/[*0-9a-zA-Z0-9_-]+"
            r"|arn:aws[-a-z]*:cleanrooms-ml:[-a-z0-9]+:([0-9]{12}|\*):membership/[*0-9a-zA-Z0-9_-]+"
            r"/configured-model-algorithm-association/([-a-zA-Z0-9_/.]+|\*))$"
        ),
    ),
]
"""An additional analysis, with `*` for "any". Source: API AdditionalAnalysesResourceArn."""


NamedColumn = tuple[tuple[str | int, ...], str]
"""Where a rule names a column, and the column."""


def named(member: str, columns: Iterable[str] | None) -> Iterator[NamedColumn]:
    """Yield each of *columns* with its path below *member*."""
    for index, column in enumerate(columns or ()):
        yield (member, index), column
