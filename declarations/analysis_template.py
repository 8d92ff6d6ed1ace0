"""The analysis template: a query or job that table owners read and approve before it runs.

Source: API CreateAnalysisTemplateInput, userguide/create-analysis-template.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from declarations.base import (
    MADE_IN_A_MEMBERSHIP,
    BucketName,
    Choice,
    Declaration,
    Description,
    Flag,
    Problem,
    RoleArn,
    TableAlias,
    Tags,
    sized,
)
from declarations.quotas import QUOTAS

_MOST_PARAMETERS = QUOTAS["analysis_template_parameters"].limit

AnalysisFormat = Literal["SQL", "PYSPARK_1_0", "PYSPARK_2_0"]
"""The language of a template. Source: API AnalysisFormat."""

ParameterType = Literal[
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "DECIMAL",
    "REAL",
    "DOUBLE_PRECISION",
    "BOOLEAN",
    "CHAR",
    "VARCHAR",
    "DATE",
    "TIMESTAMP",
    "TIMESTAMPTZ",
    "TIME",
    "TIMETZ",
    "VARBYTE",
    "BINARY",
    "BYTE",
    "CHARACTER",
    "DOUBLE",
    "FLOAT",
    "INT",
    "LONG",
    "NUMERIC",
    "SHORT",
    "STRING",
    "TIMESTAMP_LTZ",
    "TIMESTAMP_NTZ",
    "TINYINT",
]
"""The type of a parameter. Source: API ParameterType."""

ParameterName = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[0-9a-zA-Z_]+$")]
"""The name of a parameter, which SQL writes as `:name`. Source: API ParameterName."""

S3Key = Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[a-zA-Z0-9!_.*'()-/]+$")]
"""The key of an S3 object. Source: API S3LocationKeyString."""

SyntheticColumnName = Annotated[str, Field(max_length=128, pattern=r"^[a-z0-9_](([a-z0-9_]+-)*([a-z0-9_]+))?$")]
"""A column of synthetic data. Source: API SyntheticDataColumnName."""


class AnalysisParameter(Declaration):
    """A placeholder for a literal. Source: API AnalysisParameter."""

    name: ParameterName
    """The name."""
    type: ParameterType
    """The type of its values."""
    default_value: Annotated[str, Field(max_length=1000)] | None = None
    """The value if a run states none, always written as text."""


class S3Location(Declaration):
    """An object in S3. Source: API S3Location."""

    bucket: BucketName
    """The bucket."""
    key: S3Key
    """The key."""


class AnalysisTemplateArtifact(Declaration):
    """A file of a PySpark template. Source: API AnalysisTemplateArtifact."""

    location: S3Location
    """Where it is."""


class AnalysisTemplateArtifacts(Declaration):
    """The files of a PySpark template. Source: API AnalysisTemplateArtifacts."""

    entry_point: AnalysisTemplateArtifact
    """The script that runs."""
    additional_artifacts: Annotated[tuple[AnalysisTemplateArtifact, ...], sized(1, 1)] | None = None
    """One more file, such as a packed environment."""
    role_arn: RoleArn
    """The role that reads them."""


class AnalysisSource(Declaration):
    """What runs: text, or files in S3. Source: API AnalysisSource.

    In a room, `file` names a file in the room's folder that holds the text; the loader fills in *text* from it.
    """

    room_only: ClassVar[frozenset[str]] = frozenset({"file"})

    text: Annotated[str, Field(max_length=QUOTAS["query_bytes_spark"].limit)] | None = None
    """The SQL."""
    artifacts: AnalysisTemplateArtifacts | None = None
    """The PySpark files."""
    file: Annotated[str, Field(min_length=1)] | None = None
    """The file of the room that holds the SQL, such as `queries/reach.sql`."""

    def problems(self) -> Iterator[Problem]:
        """Either text (itself, or by file) or artifacts."""
        text = self.text is not None or self.file is not None
        if text == (self.artifacts is not None):
            found = "both" if text else "none"
            yield Problem((), f"exactly one of text, artifacts must be present; found {found}")


class AnalysisSchema(Declaration):
    """The tables that a template refers to. Source: API AnalysisSchema."""

    referenced_tables: tuple[TableAlias, ...] | None = None
    """The tables, by their names in SQL."""


class ErrorMessageConfiguration(Declaration):
    """How much a job's errors tell. Source: API ErrorMessageConfiguration."""

    type: Literal["DETAILED"]
    """DETAILED may expose data: meant for development."""


class SyntheticDataColumn(Declaration):
    """How a column is synthesised. Source: API SyntheticDataColumnProperties."""

    column_name: SyntheticColumnName
    """The column."""
    column_type: Literal["CATEGORICAL", "NUMERICAL"]
    """What kind of values it has."""
    is_predictive_value: Flag
    """Whether it is the value that a model is to predict."""


class ColumnClassification(Declaration):
    """How the columns are synthesised. Source: API ColumnClassificationDetails."""

    column_mapping: Annotated[tuple[SyntheticDataColumn, ...], sized(5, 1000)]
    """The columns, 5 to 1,000."""


class MLSyntheticDataParameters(Declaration):
    """The privacy protection of synthetic data. Source: API MLSyntheticDataParameters."""

    epsilon: Annotated[float, Field(ge=0.0001, le=10)]
    """Privacy loss; 0.0001 to 10."""
    max_membership_inference_attack_score: Annotated[float, Field(ge=0.5, le=1)]
    """Highest allowed score of a membership inference attack; 0.5 (a random guess) to 1."""
    column_classification: ColumnClassification
    """How the columns are synthesised."""


class SyntheticDataParameters(Choice):
    """Whether results become synthetic data. Source: API SyntheticDataParameters."""

    ml_synthetic_data_parameters: MLSyntheticDataParameters | None = None
    """For machine learning."""


class AnalysisTemplate(Declaration):
    """A query or job to be approved. Source: API CreateAnalysisTemplateInput."""

    service_only: ClassVar[frozenset[str]] = MADE_IN_A_MEMBERSHIP | {"sourceMetadata", "validations"}
    identifiers: ClassVar[tuple[str, ...]] = ("membership_identifier",)

    name: TableAlias
    """The template's name."""
    description: Description | None = None
    """What it computes."""
    format: AnalysisFormat
    """Its language."""
    source: AnalysisSource
    """What runs."""
    analysis_parameters: Annotated[tuple[AnalysisParameter, ...], sized(0, _MOST_PARAMETERS)] | None = None
    """Placeholders for literals, at most 50."""
    table_schema: AnalysisSchema | None = Field(default=None, alias="schema")
    """The tables it refers to; the service fills it in for SQL."""
    error_message_configuration: ErrorMessageConfiguration | None = None
    """How much errors tell; absent: little."""
    synthetic_data_parameters: SyntheticDataParameters | None = None
    """Whether results become synthetic data."""
    tags: Tags | None = None
    """Tags of the template."""

    def problems(self) -> Iterator[Problem]:
        """SQL has text, PySpark has artifacts; parameters fit the language, each name once."""
        needed = "text" if self.format == "SQL" else "artifacts"
        if (self.source.artifacts is not None) != (needed == "artifacts"):
            yield Problem(("source",), f"format {self.format} needs a source of {needed}")
        names = [parameter.name for parameter in self.analysis_parameters or ()]
        for index, parameter in enumerate(self.analysis_parameters or ()):
            if parameter.name in names[:index]:
                path: tuple[str | int, ...] = ("analysis_parameters", index, "name")
                yield Problem(path, f"parameter {parameter.name!r} is declared more than once")
            if self.format != "SQL":
                yield from _pyspark_problems(index, parameter)


def _pyspark_problems(index: int, parameter: AnalysisParameter) -> Iterator[Problem]:
    path = ("analysis_parameters", index)
    if parameter.type != "STRING":
        message = f"parameter {parameter.name!r} of a PySpark template must be a STRING; it is {parameter.type}"
        yield Problem((*path, "type"), message)
    if not re.match(r"[a-zA-Z_]", parameter.name):
        message = f"parameter {parameter.name!r} of a PySpark template must start with a letter or underscore"
        yield Problem((*path, "name"), message)
