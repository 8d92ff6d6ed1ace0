"""Create a member's declared data sources in its stack; shared buckets and databases are created once.

Buckets and Glue databases are resources under their own names, so adding or removing a table does not move them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, cast

import pulumi

from components.stack_settings import StackSettings
from declarations.clean_room import CleanRoom, RoomMembership
from declarations.configured_table import Column, ConfiguredTable
from declarations.data_source import DataSource
from declarations.naming import listed
from declarations.personal_data import NO_PII

if TYPE_CHECKING:
    import pulumi_aws

    from components.data_source import TableShape

_OF_THE_BUCKET = ("encryption", "kms_key_arn", "block_public_access", "tags")
"""The fields of a data source that describe its bucket, on which all sources in the bucket must agree."""


def made_roles(settings: StackSettings, room: CleanRoom) -> Mapping[str, pulumi.Input[str]]:
    """Create the member's declared data sources, if so configured, and return their reader roles by association.

    Args:
        settings: The stack's.
        room: The room.

    Raises:
        pulumi.RunError: Two declarations contradict each other, or a key prefix is not a folder.
    """
    own = room.membership(settings.account)
    if own is None or not own.data_sources or not settings.make_data_sources:
        return {}
    import pulumi_aws as aws

    from components.data_source import DataSource as MadeSource
    from components.data_source import DataSourceArgs
    from components.source_bucket import SourceBucket

    tables = {source.name: _tables(own, source) for source in own.data_sources}
    sources = [source for source in own.data_sources if tables[source.name]]
    shapes = {source.name: _shape(source, tables[source.name]) for source in sources}
    buckets = _buckets(sources)
    opts = pulumi.ResourceOptions(provider=_aws_provider(settings, room))
    for bucket, source in buckets.items():
        SourceBucket(bucket, source, opts)
    filled = [source.database_name for source in sources if shapes[source.name]]
    # Deleting a database deletes every table in it, including those that others have created.
    kept = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(protect=settings.protect))
    databases = {name: aws.glue.CatalogDatabase(name, name=name, opts=kept).name for name in dict.fromkeys(filled)}
    # Associations need the roles before memberships are known, so every membership of these accounts is trusted.
    readers = {settings.account: None, room.query_runner: None}
    roles: dict[str, pulumi.Input[str]] = {}
    for source in sources:
        args = DataSourceArgs(
            source=source,
            account=settings.account,
            region=room.region,
            readers=readers,
            table=shapes[source.name],
            bucket_exists=True,
            database=databases.get(source.database_name),
        )
        try:
            made = MadeSource(source.name, args, opts)
        except ValueError as error:
            raise pulumi.RunError(str(error)) from None
        roles |= dict.fromkeys(_associations(own, source), made.role_arn)
    return roles


def _tables(own: RoomMembership, source: DataSource) -> list[ConfiguredTable]:
    return [table for table in own.configured_tables if own.data_source(table) is source]


def _associations(own: RoomMembership, source: DataSource) -> list[str]:
    names = {table.name for table in _tables(own, source)}
    return [each.name for each in own.configured_table_associations if each.configured_table_name in names]


def _shape(source: DataSource, tables: Sequence[ConfiguredTable]) -> TableShape | None:
    """Return the table shape from the columns that a source's configured tables declare; None if there are none."""
    from components.data_source import TableShape

    columns: dict[str, Column] = {}
    for table in tables:
        for name, column in (table.columns or {}).items():
            known = columns.setdefault(name, column)
            if (known.type, known.pii) != (column.type, column.pii):
                raise pulumi.RunError(
                    f"column {name!r} of the data source {source.name!r} has another type or pii in the configured "
                    f"table {table.name!r}: {_described(known)}, and {_described(column)}; declare one"
                )
    if not columns:
        return None
    return TableShape(
        {name: column.type for name, column in columns.items()},
        pii={name: column.pii or NO_PII for name, column in columns.items()},
        comments={name: column.description for name, column in columns.items() if column.description},
    )


def _described(column: Column) -> str:
    return f"{column.type!r} with pii {column.pii!r}" if column.pii else f"{column.type!r} without pii"


def _buckets(sources: Sequence[DataSource]) -> dict[str, DataSource]:
    """Return each bucket with its first source; the other sources in it must describe it the same way."""
    first: dict[str, DataSource] = {}
    for source in sources:
        known = first.setdefault(source.bucket, source)
        apart = [name for name in _OF_THE_BUCKET if getattr(known, name) != getattr(source, name)]
        if apart:
            raise pulumi.RunError(
                f"the data sources {known.name!r} and {source.name!r} share the bucket {source.bucket!r}, but not "
                f"their {listed(apart)}: a bucket has one"
            )
    return first


def _aws_provider(settings: StackSettings, room: CleanRoom) -> pulumi_aws.Provider:
    import pulumi_aws as aws

    endpoint, role = settings.endpoint, settings.assume_role
    return aws.Provider(
        "member-aws",
        region=cast("Any", room.region),  # a list of regions in the type, any text for the service
        allowed_account_ids=[settings.account],
        assume_roles=[aws.ProviderAssumeRoleArgs(**asdict(role))] if role else None,
        endpoints=[{"s3": endpoint, "glue": endpoint, "iam": endpoint, "sts": endpoint}] if endpoint else None,
        s3_use_path_style=True if endpoint else None,
    )
