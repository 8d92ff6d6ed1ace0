"""The configured table: which columns of a table others may ever use, how, and under which rule.

Source: API CreateConfiguredTableInput, userguide/create-configured-table, userguide/add-analysis-rule.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from declarations.analysis_rules import AnalysisRule, AnalysisRuleCustom, AnalysisRulePolicy
from declarations.base import (
    MADE_BY_THE_SERVICE,
    ColumnName,
    ColumnType,
    Declaration,
    Description,
    DisplayName,
    Problem,
    Tags,
    sized,
    unknown_name,
)
from declarations.column_types import LAKE_TYPES, LEGACY_TYPES, SNOWFLAKE_TYPES, schema_pattern, type_problem
from declarations.personal_data import PersonalData
from declarations.table_references import TableReference

AnalysisMethod = Literal["DIRECT_QUERY", "DIRECT_JOB", "MULTIPLE"]
"""DIRECT_QUERY: SQL; DIRECT_JOB: PySpark; MULTIPLE: both. Source: API AnalysisMethod."""

SelectedAnalysisMethod = Literal["DIRECT_QUERY", "DIRECT_JOB"]
"""One of several methods. Source: API SelectedAnalysisMethod."""

IDENTITY_TYPES = ("string", "varchar", "char")
"""The types an identity column of a threshold may have. Source: userguide/custom-min-agg-thresholds."""

NESTED_TYPES = ("array", "struct", "map")
"""Types that only the custom rule may use. Source: sql-reference/c_Supported_data_types."""

UNKNOWN_TYPE = "unknown"
"""Placeholder for the type of an allowed column without a declared type."""

_WILDCARD_METHODS = {"ANY_QUERY": "DIRECT_JOB", "ANY_JOB": "DIRECT_QUERY"}


class Column(Declaration):
    """A column of the underlying table; in YAML its type alone will do."""

    type: Annotated[ColumnType, Field(min_length=1, json_schema_extra={"pattern": schema_pattern()})]
    """The type as Glue or Spark writes it, such as `string`, `decimal(10,2)`, `array<string>`."""
    pii: PersonalData = None
    """What personal data it holds: `email`, `customer_id` or another of policies' words; absent or `none`: none."""
    description: Description | None = None
    """What the column means."""

    @model_validator(mode="before")
    @classmethod
    def _type_alone(cls, value: Any) -> Any:  # noqa: ANN401 - what the file holds, not checked yet
        return {"type": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Allow the type alone in the JSON Schema, too."""
        return {"anyOf": [{"type": "string", "pattern": schema_pattern()}, handler.resolve_ref_schema(handler(schema))]}


def type_problems(columns: Mapping[str, Column] | None, names: Collection[str]) -> Iterator[Problem]:
    """Yield what is wrong with the types of declared *columns*; *names* are the valid type names."""
    for name, column in (columns or {}).items():
        if wrong := type_problem(column.type, names):
            yield Problem(("columns", name, "type"), wrong)


def base_type(column_type: str) -> str:
    """Return the first word of *column_type* in lower case: `decimal` of `DECIMAL(10,2)`, `array` of `array<int>`."""
    return re.split(r"[(<\s]", column_type.strip().lower(), maxsplit=1)[0]


class ConfiguredTable(Declaration):
    """A table that a member has made ready for collaborations. Source: API CreateConfiguredTableInput."""

    room_only: ClassVar[frozenset[str]] = frozenset({"columns", "analysis_rule"})
    service_only: ClassVar[frozenset[str]] = MADE_BY_THE_SERVICE | {"analysisRuleTypes", "tableType"}

    name: DisplayName
    """The configured table's name (in SQL, a table has its association's name)."""
    description: Description | None = None
    """What the table holds."""
    table_reference: TableReference
    """Where the rows are."""
    columns: Annotated[dict[ColumnName, Column], sized(1)] | None = None
    """The columns of the underlying table with their types."""
    allowed_columns: Annotated[tuple[ColumnName, ...], sized(1)]
    """The columns that rules and queries can use at all."""
    analysis_method: AnalysisMethod
    """What may run on the table."""
    selected_analysis_methods: tuple[SelectedAnalysisMethod, ...] | None = None
    """With MULTIPLE: the methods, at least two."""
    analysis_rule: AnalysisRulePolicy | None = None
    """The table's one rule; without it the table can be associated, not queried."""
    tags: Tags | None = None
    """Tags of the configured table."""

    @property
    def rule(self) -> AnalysisRule | None:
        """The table's rule itself, of whichever kind."""
        return self.analysis_rule.rule if self.analysis_rule else None

    @property
    def column_types(self) -> dict[str, str]:
        """The types of the allowed columns, in order; `unknown` where none is declared."""
        declared = {name: column.type for name, column in (self.columns or {}).items()}
        if self.table_reference.snowflake and self.table_reference.snowflake.table_schema.v1:
            schema = self.table_reference.snowflake.table_schema.v1
            declared = {column.column_name: column.column_type for column in schema} | declared
        return {name: declared.get(name, UNKNOWN_TYPE) for name in self.allowed_columns}

    def problems(self) -> Iterator[Problem]:
        """Columns exist and have types, methods agree, and the rule fits the columns, their types and the source."""
        yield from self._type_problems()
        yield from self._column_problems()
        yield from self._method_problems()
        if self.rule:
            yield from self._rule_column_problems(self.rule)
            yield from self._rule_source_problems(self.rule)
            yield from self._rule_type_problems(self.rule)

    def _type_problems(self) -> Iterator[Problem]:
        snowflake = self.table_reference.snowflake
        yield from type_problems(self.columns, (*LAKE_TYPES, *(SNOWFLAKE_TYPES if snowflake else LEGACY_TYPES)))
        schema = snowflake.table_schema.v1 if snowflake else None
        for index, column in enumerate(schema or ()):
            if wrong := type_problem(column.column_type, SNOWFLAKE_TYPES):
                path = ("table_reference", "snowflake", "table_schema", "v1", index, "column_type")
                yield Problem(path, wrong)

    def _column_problems(self) -> Iterator[Problem]:
        for index, column in enumerate(self.allowed_columns):
            if column in self.allowed_columns[:index]:
                yield Problem(("allowed_columns", index), f"allowedColumns names {column!r} more than once")
            if self.columns is not None and column not in self.columns:
                message = f"{column!r} is not a column of the table"
                yield unknown_name(("allowed_columns", index), message, column, "columns", self.columns)

    def _method_problems(self) -> Iterator[Problem]:
        selected = self.selected_analysis_methods
        if not selected:
            return
        if self.analysis_method != "MULTIPLE":
            message = f"selectedAnalysisMethods goes with analysisMethod MULTIPLE; found {self.analysis_method}"
            yield Problem(("selected_analysis_methods",), message)
        if len(set(selected)) < 2:  # noqa: PLR2004 - the service's own number, said in the message
            message = f"selectedAnalysisMethods names at least two methods; found {', '.join(selected)}"
            yield Problem(("selected_analysis_methods",), message)

    def _rule_column_problems(self, rule: AnalysisRule) -> Iterator[Problem]:
        columns = self.columns or {}
        # A misspelled allowed column was meant to be another one, perhaps the very one that the rule names.
        perhaps_meant = columns if columns and not set(columns).issuperset(self.allowed_columns) else ()
        for path, column in rule.named_columns():
            if column not in self.allowed_columns and column not in perhaps_meant:
                message = f"{column!r} is not an allowed column of the table"
                yield unknown_name((*self._rule_path, *path), message, column, "allowed", self.allowed_columns)

    def _rule_source_problems(self, rule: AnalysisRule) -> Iterator[Problem]:
        source = self.table_reference.kind
        if source != "glue" and not isinstance(rule, AnalysisRuleCustom):
            message = f"a table in {source.capitalize()} takes only the custom rule; found {rule.rule_type}"
            yield Problem(self._rule_path, message)
        if isinstance(rule, AnalysisRuleCustom):
            if source != "glue" and rule.differential_privacy:
                message = f"differential privacy needs a Glue table on S3; the table is in {source.capitalize()}"
                yield Problem((*self._rule_path, "differential_privacy"), message)
            for index, name in enumerate(rule.allowed_analyses):
                if _WILDCARD_METHODS.get(name) == self.analysis_method:
                    message = f"{name} cannot run on a table whose analysisMethod is {self.analysis_method}"
                    yield Problem((*self._rule_path, "allowed_analyses", index), message)

    def _rule_type_problems(self, rule: AnalysisRule) -> Iterator[Problem]:
        if not isinstance(rule, AnalysisRuleCustom):
            for index, (name, column_type) in enumerate(self.column_types.items()):
                if base_type(column_type) in NESTED_TYPES:
                    message = f"{name!r} has the nested type {column_type}, which only the custom rule may use"
                    yield Problem(("allowed_columns", index), message)
            return
        for threshold in rule.aggregation_thresholds or ():
            column = threshold.identity_columns[0]
            column_type = self.column_types.get(column, UNKNOWN_TYPE)
            if column_type != UNKNOWN_TYPE and base_type(column_type) not in IDENTITY_TYPES:
                path = (*self._rule_path, "aggregation_thresholds", 0, "identity_columns", 0)
                yield Problem(path, f"identity column {column!r} must be string, varchar or char; it is {column_type}")

    @property
    def _rule_path(self) -> tuple[str | int, ...]:
        return ("analysis_rule", self.analysis_rule.kind) if self.analysis_rule else ()
