"""The component that keeps a table's rows: bucket, catalogue and role, each made or found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from components.access_policies import encrypted_transport_policy, reading_policy, trust_policy
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
    """How a table's rows lie in its objects.

    Attributes:
        columns: The type of each column as Glue writes it, in order.
        format: The objects' format.
        partition_keys: The type of each column that is a folder and not in the objects.
    """

    columns: Mapping[str, str]
    format: Literal["csv", "parquet"] = "parquet"
    partition_keys: Mapping[str, str] = field(default_factory=dict)


class DataSource(pulumi.ComponentResource):
    """Where the rows of a configured table are kept, and the role by which Clean Rooms reads them.

    The bucket is private, encrypted and reachable over TLS only; the role reads this one table and nothing else.

    Attributes:
        bucket: The bucket, if it is made here.
        role_arn: The role's ARN, once it can read: what CleanRoom takes as `roles`.
    """

    bucket: aws.s3.Bucket | None
    role_arn: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        source: DeclaredSource,
        account: str,
        region: str,
        readers: Mapping[str, pulumi.Input[str] | None],
        table: TableShape | None = None,
        opts: pulumi.ResourceOptions | None = None,
        *,
        bucket_exists: bool = False,
    ) -> None:
        """Declare the parts that do not exist.

        Args:
            name: The component's name; also the first word of its children's names.
            source: Names, encryption and tags. A declared `role_arn` is taken; without one, a role is made.
            account: The owner's AWS account, 12 digits.
            region: The AWS region of bucket, catalogue and collaboration.
            readers: The accounts whose queries read the table, the owner's own included, each with the identifier of
                its membership; None where that is not known yet.
            table: The shape of the table to make; absent: database and table exist in the catalogue.
            opts: Options, such as the AWS provider of the owner's account.
            bucket_exists: Whether the bucket is there already; then nothing about it is changed.
        """
        super().__init__("cleanrooms:components:DataSource", name, {}, opts)
        self._name, self._source, self._here = name, source, pulumi.ResourceOptions(parent=self)
        self.bucket = None if bucket_exists else self._made_bucket()
        if table is not None:
            self._make_table(table)
        if source.role_arn is not None:
            self.role_arn = pulumi.Output.from_input(str(source.role_arn))
        else:
            self.role_arn = self._made_role(account, region, readers)
        self.register_outputs({"bucket": source.bucket, "roleArn": self.role_arn})

    def _made_bucket(self) -> aws.s3.Bucket:
        source, tags = self._source, dict(self._source.tags or {})
        # The rows outlive the program: who deletes the source empties the bucket first, knowingly.
        bucket = aws.s3.Bucket(self._child("bucket"), bucket=source.bucket, tags=tags, opts=self._here)
        encryption: aws.s3.BucketServerSideEncryptionConfigurationRuleArgsDict = {
            "apply_server_side_encryption_by_default": {
                "sse_algorithm": source.encryption,
                "kms_master_key_id": source.kms_key_arn,
            },
            "bucket_key_enabled": source.encryption != "AES256",
        }
        aws.s3.BucketServerSideEncryptionConfiguration(
            self._child("encryption"), bucket=bucket.id, rules=[encryption], opts=self._here
        )
        closed = source.block_public_access
        block = aws.s3.BucketPublicAccessBlock(
            self._child("public-access"),
            bucket=bucket.id,
            block_public_acls=closed,
            block_public_policy=closed,
            ignore_public_acls=closed,
            restrict_public_buckets=closed,
            opts=self._here,
        )
        # S3 refuses two changes of a bucket's access at once.
        after = pulumi.ResourceOptions(parent=self, depends_on=[block])
        policy = pulumi.Output.json_dumps(encrypted_transport_policy(source.bucket))
        aws.s3.BucketPolicy(self._child("tls-only"), bucket=bucket.id, policy=policy, opts=after)
        return bucket

    def _make_table(self, table: TableShape) -> None:
        source = self._source
        database = aws.glue.CatalogDatabase(self._child("database"), name=source.database_name, opts=self._here)
        aws.glue.CatalogTable(
            self._child("table"),
            name=source.table_name,
            database_name=database.name,
            table_type="EXTERNAL_TABLE",
            parameters={"classification": table.format},
            partition_keys=[{"name": name, "type": kind} for name, kind in table.partition_keys.items()],
            storage_descriptor={
                "location": f"s3://{source.bucket}/{source.key_prefix or ''}",
                "input_format": _INPUT[table.format],
                "output_format": _OUTPUT[table.format],
                "ser_de_info": {"serialization_library": _SERDE[table.format]},
                "columns": [{"name": name, "type": kind} for name, kind in table.columns.items()],
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
        return f"{self._name}-{word}"
