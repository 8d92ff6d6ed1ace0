"""The component that stores a table's rows: bucket, catalogue table and role, each created or existing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypedDict

import pulumi
import pulumi_aws as aws

from components.access_policies import folder, reading_policy, trust_policy
from components.arguments import arguments_of
from components.source_bucket import SourceBucket
from declarations.data_source import PII_PARAMETER
from declarations.data_source import DataSource as DeclaredSource

_HIVE = "org.apache.hadoop.hive"
_INPUT = {
    "csv": "org.apache.hadoop.mapred.TextInputFormat",
    "parquet": f"{_HIVE}.ql.io.parquet.MapredParquetInputFormat",
}
_OUTPUT = {
    "csv": f"{_HIVE}.ql.io.HiveIgnoreKeyTextOutputFormat",
    "parquet": f"{_HIVE}.ql.io.parquet.MapredParquetOutputFormat",
}
_SERDE = {
    "csv": f"{_HIVE}.serde2.OpenCSVSerde",
    "parquet": f"{_HIVE}.ql.io.parquet.serde.ParquetHiveSerDe",
}


@dataclass(frozen=True)
class TableShape:
    """How a table's rows are stored in its objects.

    Attributes:
        columns: The type of each column as Glue writes it, in order.
        format: The objects' format.
        partition_keys: The type of each partition column: a folder name instead of a value in the objects.
        pii: The personal data of each column, in the words of a room file, or `none`; policies read it from the
            catalogue. A column that is missing here is not classified.
        comments: What a column means.
    """

    columns: Mapping[str, str]
    format: Literal["csv", "parquet"] = "parquet"
    partition_keys: Mapping[str, str] = field(default_factory=dict)
    pii: Mapping[str, str] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str, kind: str) -> dict[str, Any]:
        """Return a column as a catalogue entry.

        Args:
            name: Its name.
            kind: Its type.
        """
        said: dict[str, Any] = {"name": name, "type": kind}
        if name in self.comments:
            said["comment"] = self.comments[name]
        if name in self.pii:
            said["parameters"] = {PII_PARAMETER: self.pii[name]}
        return said


@dataclass(frozen=True, kw_only=True)
class DataSourceArgs:
    """The arguments of a DataSource.

    Attributes:
        source: Names, encryption and tags. A declared `role_arn` is used; without one, a role is created.
        account: The owner's AWS account, 12 digits.
        region: The AWS region of bucket, catalogue and collaboration.
        readers: The accounts whose queries read the table, the owner's own included, each with the identifier of its
            membership; None where that is not known yet.
        table: The shape of the table to create; absent: database and table exist in the catalogue.
        bucket_exists: Whether the bucket already exists, or is created as a SourceBucket that several sources share;
            if so, it is not changed.
        database: The name of the Glue database if it already exists or is created for several sources (the table waits
            for an output). Absent: it is created with the table.
    """

    source: DeclaredSource
    account: str
    region: str
    readers: Mapping[str, pulumi.Input[str] | None]
    table: TableShape | None = None
    bucket_exists: bool = False
    database: pulumi.Input[str] | None = None


class DataSourceArgsDict(TypedDict):
    """DataSourceArgs as a dictionary."""

    source: DeclaredSource
    account: str
    region: str
    readers: Mapping[str, pulumi.Input[str] | None]
    table: NotRequired[TableShape | None]
    bucket_exists: NotRequired[bool]
    database: NotRequired[pulumi.Input[str] | None]


class DataSource(pulumi.ComponentResource):
    """Where the rows of a configured table are stored, and the role with which Clean Rooms reads them.

    The bucket is private, encrypted and reachable over TLS only; the role reads this one table and nothing else.

    Attributes:
        bucket: The bucket, if this component creates it.
        role_arn: The role's ARN, available once the role can read; pass it to CleanRoom in `roles`.
    """

    bucket: aws.s3.Bucket | None
    role_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        args: DataSourceArgs | DataSourceArgsDict,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        """Declare the parts that do not exist yet.

        Args:
            name: The component's name; also the first word of its children's names.
            args: What to create, and who reads it.
            opts: Options, such as the AWS provider of the owner's account.
        """
        super().__init__("cleanrooms:components:DataSource", name, {}, opts)
        stated = arguments_of(DataSourceArgs, args)
        source = stated.source
        self._prefix, self._source, self._here = name, source, pulumi.ResourceOptions(parent=self)
        self.bucket = None if stated.bucket_exists else SourceBucket(name, source, self._here).bucket
        if stated.table is not None:
            self._make_table(stated.table, stated.database)
        if source.role_arn is not None:
            self.role_arn = pulumi.Output.from_input(str(source.role_arn))
        else:
            self.role_arn = self._made_role(stated.account, stated.region, stated.readers)
        self.register_outputs({"bucket": source.bucket, "roleArn": self.role_arn})

    def _make_table(self, table: TableShape, database: pulumi.Input[str] | None) -> None:
        source = self._source
        if database is None:
            made = aws.glue.CatalogDatabase(self._child("database"), name=source.database_name, opts=self._here)
            database = made.name
        aws.glue.CatalogTable(
            self._child("table"),
            name=source.table_name,
            database_name=database,
            table_type="EXTERNAL_TABLE",
            parameters={"classification": table.format},
            partition_keys=[table.column(name, kind) for name, kind in table.partition_keys.items()],
            storage_descriptor={
                "location": f"s3://{source.bucket}/{folder(source)}",
                "input_format": _INPUT[table.format],
                "output_format": _OUTPUT[table.format],
                "ser_de_info": {"serialization_library": _SERDE[table.format]},
                "columns": [table.column(name, kind) for name, kind in table.columns.items()],
            },
            opts=self._here,
        )

    def _made_role(
        self, account: str, region: str, readers: Mapping[str, pulumi.Input[str] | None]
    ) -> pulumi.Output[str]:
        role = aws.iam.Role(
            self._child("role"),
            assume_role_policy=pulumi.Output.json_dumps(trust_policy(region, readers)),
            description=f"AWS Clean Rooms reads {self._source.database_name}.{self._source.table_name}",
            tags=dict(self._source.tags or {}),
            opts=self._here,
        )
        policy = aws.iam.RolePolicy(
            self._child("reading"),
            role=role.id,
            policy=pulumi.Output.json_dumps(reading_policy(self._source, region, account)),
            opts=self._here,
        )
        # Whoever takes the ARN waits until the role can read.
        return pulumi.Output.all(role.arn, policy.id).apply(lambda made: str(made[0]))

    def _child(self, word: str) -> str:
        return f"{self._prefix}-{word}"
