"""Where the rows of a configured table are: Glue, Athena, Snowflake or Databricks.

Source: API TableReference.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from declarations.base import IDENTIFIER_PATTERN, Choice, ColumnName, ColumnType, Declaration, matching, sized
from declarations.regions import SupportedS3Region

_LETTERS = r"\p{L}\p{M}\p{N}\p{Pc}\p{Pd}"

GlueTableName = Annotated[str, Field(max_length=128, pattern=r"^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$")]
"""A table of the Glue Data Catalog. Source: API GlueTableName."""

DatabaseName = Annotated[str, Field(max_length=128, pattern=r"^[a-zA-Z0-9_](([a-zA-Z0-9_]+-)*([a-zA-Z0-9_]+))?$")]
"""A database of the Glue Data Catalog. Source: API GlueDatabaseName, AthenaDatabaseName."""

AthenaTableName = Annotated[str, Field(max_length=128, pattern=r"^[a-zA-Z0-9_](([a-zA-Z0-9_]+)*([a-zA-Z0-9_]+))?$")]
"""A table or view of Athena. Source: API AthenaTableName."""

AthenaWorkGroup = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^([a-zA-Z0-9._-])*$")]
"""An Athena workgroup. Source: API AthenaWorkGroup."""

AthenaOutputLocation = Annotated[str, Field(min_length=8, max_length=1024), matching(r"s3://[a-z0-9.-]{3,63}(.*)")]
"""Where Athena leaves its results. Source: API AthenaOutputLocation."""

AthenaCatalogName = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[a-zA-Z0-9_-]+$")]
"""An Athena data catalog. Source: API AthenaCatalogName."""

SecretArn = Annotated[
    str, Field(max_length=256), matching(r"arn:aws:secretsmanager:[a-z]{2}-[a-z]+-[0-9]:[0-9]{12}:secret:.*")
]
"""A secret of Secrets Manager. Source: API SecretsManagerArn."""

SnowflakeAccount = Annotated[str, Field(min_length=3, max_length=256, pattern=rf"^[{_LETTERS}\p{{Zs}}.]+$")]
"""A Snowflake account identifier. Source: API SnowflakeAccountIdentifier."""

SnowflakeName = Annotated[str, Field(min_length=1, max_length=256, pattern=rf"^[{_LETTERS}\p{{Zs}}]+$")]
"""A database, schema or table of Snowflake. Source: API SnowflakeDatabaseName and its kin."""

DatabricksName = Annotated[str, Field(min_length=1, max_length=255, pattern=rf"^[{_LETTERS}]+$")]
"""A schema, table or share of Databricks. Source: API DatabricksObject."""

DatabricksWorkspaceUrl = Annotated[
    str,
    Field(min_length=10, max_length=256, pattern=r"^https://[a-zA-Z0-9.-]+\.cloud\.databricks\.com/?$"),
]
"""The address of a Databricks workspace. Source: API DatabricksWorkspaceUrl."""

DatabricksEndpointUrl = Annotated[
    str,
    Field(
        min_length=10,
        max_length=1024,
        pattern=(
            r"^https://(?:[a-zA-Z0-9.-]+\.cloud\.databricks\.com/api/2\.0/delta-sharing"
            rf"|{IDENTIFIER_PATTERN}\.opensharing\.[a-z0-9-]+\.cloud\.databricks\.com/api/2\.0/opensharing)"
            rf"/metastores/{IDENTIFIER_PATTERN}/recipients/{IDENTIFIER_PATTERN}$"
        ),
    ),
]
"""The address of a Delta Sharing endpoint. Source: API DatabricksEndpointUrl."""


class GlueTableReference(Declaration):
    """A table on S3, described in the Glue Data Catalog. Source: API GlueTableReference."""

    region: SupportedS3Region | None = None
    """The table's region; absent: the collaboration's."""
    table_name: GlueTableName
    """The table."""
    database_name: DatabaseName
    """Its database."""


class AthenaTableReference(Declaration):
    """A table or view of Athena. Source: API AthenaTableReference."""

    region: SupportedS3Region | None = None
    """The table's region; absent: the collaboration's."""
    work_group: AthenaWorkGroup
    """The workgroup that reads it."""
    output_location: AthenaOutputLocation | None = None
    """Where Athena leaves its results."""
    database_name: DatabaseName
    """Its database."""
    table_name: AthenaTableName
    """The table or view."""
    catalog_name: AthenaCatalogName | None = None
    """Its data catalog."""


class SnowflakeColumn(Declaration):
    """A column as Snowflake has it. Source: API SnowflakeTableSchemaV1."""

    column_name: ColumnName
    """The column."""
    column_type: ColumnType
    """Its type."""


class SnowflakeTableSchema(Choice):
    """The columns that Snowflake has. Source: API SnowflakeTableSchema."""

    v1: Annotated[tuple[SnowflakeColumn, ...], sized(1, 250)] | None = None
    """The columns, 1 to 250."""


class SnowflakeTableReference(Declaration):
    """A table of Snowflake. Source: API SnowflakeTableReference."""

    secret_arn: SecretArn
    """The secret that holds the credentials."""
    account_identifier: SnowflakeAccount
    """The Snowflake account."""
    database_name: SnowflakeName
    """The database."""
    table_name: SnowflakeName
    """The table."""
    schema_name: SnowflakeName
    """The schema."""
    table_schema: SnowflakeTableSchema
    """The table's columns."""


class DatabricksDeltaSharing(Declaration):
    """How Databricks shares the table. Source: API DatabricksDeltaSharingConnection."""

    delta_share_endpoint: DatabricksEndpointUrl
    """The endpoint."""
    share_name: DatabricksName
    """The share."""


class DatabricksConnection(Choice):
    """How the service reaches Databricks. Source: API DatabricksConnectionType."""

    delta_sharing: DatabricksDeltaSharing | None = None
    """By Delta Sharing."""


class DatabricksTableReference(Declaration):
    """A table of Databricks. Source: API DatabricksTableReference."""

    schema_name: DatabricksName
    """The schema."""
    table_name: DatabricksName
    """The table."""
    workspace_url: DatabricksWorkspaceUrl
    """The workspace."""
    connection_type: DatabricksConnection
    """How the service reaches it."""


class TableReference(Choice):
    """Where the rows are. Source: API TableReference."""

    glue: GlueTableReference | None = None
    """On S3, described in the Glue Data Catalog."""
    athena: AthenaTableReference | None = None
    """In Athena."""
    snowflake: SnowflakeTableReference | None = None
    """In Snowflake."""
    databricks: DatabricksTableReference | None = None
    """In Databricks."""

    @property
    def region(self) -> SupportedS3Region | None:
        """The region that the reference states; None: the collaboration's, or a source without regions."""
        regional = self.glue or self.athena
        return regional.region if regional else None

    @property
    def rows_behind(self) -> tuple[str, ...]:
        """The identity of the rows within a region: the kind of source, and the names that locate them.

        How a source is reached (workgroup, secret, endpoint) is left out, and Athena tables count as Glue tables.

        Raises:
            UnknownValueError: A name is not known yet.
        """
        if lake := self.glue or self.athena:
            return "glue", lake.database_name.lower(), lake.table_name.lower()  # the catalog folds the case of names
        if self.snowflake:
            names = self.snowflake.database_name, self.snowflake.schema_name, self.snowflake.table_name
            return "snowflake", self.snowflake.account_identifier, *names
        source = self.chosen
        return "databricks", source.workspace_url, source.schema_name, source.table_name
