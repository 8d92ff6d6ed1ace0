"""Builds a declared room at the endpoint through its API, account by account, with sample rows in S3 and Glue.

Only configured audience models are written directly to the endpoint's state, because no request can choose their ARNs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import ClientError
from botocore.loaders import create_loader
from botocore.session import get_session

from declarations.base import Declaration
from declarations.clean_room import CleanRoom, RoomMembership
from declarations.configured_table import ConfiguredTable
from declarations.rule_resources import (
    ConfiguredTableAnalysisRule,
    ConfiguredTableAssociationAnalysisRule,
    IntermediateTableAnalysisRule,
)
from simulator.api.calls import now
from simulator.api.cleanroomsml.declared_models import place_configured_audience_model
from simulator.api.world import WORLD
from simulator.execution.errors import DataError, MissingDataError
from simulator.execution.loading.csv_files import CsvHeader, csv_header
from simulator.execution.loading.data import FolderData

_SERDES = {
    ".csv": "org.apache.hadoop.hive.serde2.OpenCSVSerde",
    ".json": "org.openx.data.jsonserde.JsonSerDe",
    ".parquet": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
}
_LOADER = create_loader()
"""Loads botocore's service models once for all accounts, which is the slow part of creating a client."""


class PreloadingError(Exception):
    """The endpoint refused a part of the room."""


@dataclass(frozen=True, slots=True)
class BuiltMember:
    """A member of a room that was built.

    Attributes:
        membership_id: Id of its membership.
        access_key: An access key of its account.
        secret_key: The secret of that key; the endpoint does not check signatures.
    """

    membership_id: str
    access_key: str
    secret_key: str


@dataclass(frozen=True, slots=True)
class BuiltRoom:
    """A room that was built.

    Attributes:
        collaboration_id: Id of its collaboration.
        members: The members whose memberships the room declares, by account id.
    """

    collaboration_id: str
    members: Mapping[str, BuiltMember]


def build_room(url: str, room: CleanRoom, data: Path | None) -> BuiltRoom:
    """Build *room* at the endpoint *url*, unless a room of the same name and creator already exists there.

    The endpoint must run in this process.

    Args:
        url: Address of the endpoint.
        room: The room.
        data: Folder with rows, named as `cleanroom run --data` takes them; None leaves the tables without rows.

    Raises:
        PreloadingError: The endpoint refused something, or rows cannot be read; the message says what.
    """
    builder = _Builder(url, room, data)
    try:
        return builder.build()
    except (ClientError, DataError) as error:
        raise PreloadingError(f"room {room.collaboration.name!r}: {error}") from None


def place_surroundings(url: str, room: CleanRoom, data: Path | None) -> None:
    """Create what *room* depends on, but not the room itself: rows, catalogue tables, configured audience models.

    Args:
        url: Address of the endpoint, which must run in this process.
        room: The room, which is deployed by other means.
        data: Folder with rows, named as `cleanroom run --data` takes them; None leaves the tables without rows.

    Raises:
        PreloadingError: The endpoint refused something, or rows cannot be read; the message says what.
    """
    builder = _Builder(url, room, data)
    try:
        for member, association, table in room.associated_tables():
            builder.place_rows(member.account_id, association.name, table)
    except (ClientError, DataError) as error:
        raise PreloadingError(f"the dependencies of room {room.collaboration.name!r}: {error}") from None
    for membership in room.memberships:
        builder.place_audience_models(membership)


class _Builder:
    def __init__(self, url: str, room: CleanRoom, data: Path | None) -> None:
        self.url, self.room, self.data = url, room, data
        self.sessions: dict[str, boto3.Session] = {}
        self.arns: dict[str, str] = {}

    def build(self) -> BuiltRoom:
        creator = self._client(self.room.collaboration.creator_account_id)
        for page in creator.get_paginator("list_collaborations").paginate():
            for held in page["collaborationList"]:
                if held["name"] == self.room.collaboration.name:
                    return self._built(held["id"])
        made = creator.create_collaboration(**self.room.collaboration.to_request())["collaboration"]["id"]
        memberships = {
            each.account_id: self._client(each.account_id).create_membership(
                **each.to_request(collaboration_identifier=made)
            )["membership"]["id"]
            for each in self.room.memberships
        }
        for each in self.room.memberships:
            self._templates(each, memberships[each.account_id])
        # Each step needs the resources that all members created in the previous one.
        for step in (self._tables, self._namespaces, self._mapping_tables, self._intermediate_tables, self._further):
            for each in self.room.memberships:
                step(each, memberships[each.account_id])
        return self._built(made)

    def _built(self, collaboration_id: str) -> BuiltRoom:
        members = {}
        for declared in self.room.memberships:
            account = declared.account_id
            for held in self._client(account).list_memberships(status="ACTIVE")["membershipSummaries"]:
                if held["collaborationId"] == collaboration_id:
                    members[account] = self._member(account, held["id"])
        return BuiltRoom(collaboration_id, members)

    def _templates(self, membership: RoomMembership, membership_id: str) -> None:
        client = self._client(membership.account_id)
        for template in membership.analysis_templates:
            asked = template.to_request(membership_identifier=membership_id)
            self.arns[f"template:{template.name}"] = client.create_analysis_template(**asked)["analysisTemplate"]["arn"]

    def _tables(self, membership: RoomMembership, membership_id: str) -> None:
        client = self._client(membership.account_id)
        tables = {}
        for table in membership.configured_tables:
            tables[table.name] = made = client.create_configured_table(**table.to_request())["configuredTable"]["id"]
            if table.analysis_rule:
                rule = ConfiguredTableAnalysisRule.of(table.analysis_rule)
                asked = rule.to_request(self.arns, configured_table_identifier=made)
                client.create_configured_table_analysis_rule(**asked)
        by_name = {table.name: table for table in membership.configured_tables}
        for association in membership.configured_table_associations:
            identifiers = {
                "membership_identifier": membership_id,
                "configured_table_identifier": tables[association.configured_table_name],
            }
            made = client.create_configured_table_association(**association.to_request(**identifiers))
            found = made["configuredTableAssociation"]
            self.arns[f"table:{association.name}"] = found["arn"]
            if association.analysis_rule:
                rule_of = ConfiguredTableAssociationAnalysisRule.of(association.analysis_rule)
                identifiers = {
                    "membership_identifier": membership_id,
                    "configured_table_association_identifier": found["id"],
                }
                asked = rule_of.to_request(self.arns, **identifiers)
                client.create_configured_table_association_analysis_rule(**asked)
            self.place_rows(membership.account_id, association.name, by_name[association.configured_table_name])

    def _namespaces(self, membership: RoomMembership, membership_id: str) -> None:
        client = self._client(membership.account_id)
        for namespace in membership.id_namespace_associations:
            client.create_id_namespace_association(**namespace.to_request(membership_identifier=membership_id))

    def _mapping_tables(self, membership: RoomMembership, membership_id: str) -> None:
        """Create and populate the ID mapping tables, so that queries may use them; they have no rows."""
        client = self._client(membership.account_id)
        for table in membership.id_mapping_tables:
            asked = table.to_request(membership_identifier=membership_id)
            made = client.create_id_mapping_table(**asked)["idMappingTable"]
            self.arns[f"table:{table.name}"] = made["arn"]
            client.populate_id_mapping_table(membershipIdentifier=membership_id, idMappingTableIdentifier=made["id"])

    def _intermediate_tables(self, membership: RoomMembership, membership_id: str) -> None:
        """Create the intermediate tables with their rules; populating them is left to the user."""
        client = self._client(membership.account_id)
        for table in membership.intermediate_tables:
            asked = table.to_request(self.arns, membership_identifier=membership_id)
            made = client.create_intermediate_table(**asked)["intermediateTable"]
            self.arns[f"table:{table.name}"] = made["arn"]
            if table.analysis_rule:
                rule = IntermediateTableAnalysisRule.of(table.analysis_rule)
                identifiers = {"membership_identifier": membership_id, "intermediate_table_identifier": made["id"]}
                client.create_intermediate_table_analysis_rule(**rule.to_request(self.arns, **identifiers))

    def _further(self, membership: RoomMembership, membership_id: str) -> None:
        client = self._client(membership.account_id)
        self.place_audience_models(membership)
        kinds: tuple[tuple[tuple[Declaration, ...], Any], ...] = (
            (membership.privacy_budget_templates, client.create_privacy_budget_template),
            (
                membership.configured_audience_model_associations,
                client.create_configured_audience_model_association,
            ),
        )
        for declared, create in kinds:
            for each in declared:
                create(**each.to_request(self.arns, membership_identifier=membership_id))

    def place_audience_models(self, membership: RoomMembership) -> None:
        """Create the configured audience models that the member shares."""
        store = WORLD.store(self.room.region)
        for association in membership.configured_audience_model_associations:
            place_configured_audience_model(store, association.configured_audience_model_arn, now())

    def place_rows(self, account: str, name: str, table: ConfiguredTable) -> None:
        """Put the table's files into a bucket of its owner, and the table into the owner's Glue Data Catalog."""
        glue = table.table_reference.glue
        if glue is None:
            return
        try:
            files = FolderData(self.data).files(name) if self.data else []
        except MissingDataError:
            files = []
        bucket = f"sample-rows-{account}"
        s3 = self._client(account, "s3")
        self._create_bucket(s3, bucket)
        for file in files:
            s3.upload_file(str(file), bucket, f"{name}/{file.name}")
        catalog = self._client(account, "glue", glue.region)
        with suppress(catalog.exceptions.AlreadyExistsException):
            catalog.create_database(DatabaseInput={"Name": glue.database_name})
        header = _header(name, files)
        columns = [{"Name": column, "Type": kind} for column, kind in _columns(table, header)]
        storage: dict[str, Any] = {"Columns": columns, "Location": f"s3://{bucket}/{name}/"}
        described: dict[str, Any] = {"Name": glue.table_name, "StorageDescriptor": storage}
        if files:
            storage["SerdeInfo"] = {"SerializationLibrary": _SERDES[files[0].suffix.lower()]}
        if header is not None:
            storage["SerdeInfo"]["Parameters"] = {"separatorChar": header.delimiter}
            described["Parameters"] = {"skip.header.line.count": "1"}
        with suppress(catalog.exceptions.AlreadyExistsException):
            catalog.create_table(DatabaseName=glue.database_name, TableInput=described)

    def _create_bucket(self, s3: Any, bucket: str) -> None:  # noqa: ANN401 - boto3's clients are made at run time
        """Create *bucket* if its owner does not have it yet; S3 requires the region's name except for us-east-1."""
        elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": self.room.region}}
        with suppress(s3.exceptions.BucketAlreadyOwnedByYou):
            s3.create_bucket(Bucket=bucket, **({} if self.room.region == "us-east-1" else elsewhere))

    def _member(self, account: str, membership_id: str) -> BuiltMember:
        credentials = self.sessions[account].get_credentials()
        if credentials is None:
            raise PreloadingError(f"account {account} has no access key")
        return BuiltMember(membership_id, credentials.access_key or "", credentials.secret_key or "")

    def _client(self, account: str, service: str = "cleanrooms", elsewhere: str | None = None) -> Any:  # noqa: ANN401 - boto3's clients are made at run time
        region = self.room.region
        if account not in self.sessions:
            anybody = _session("endpoint", "endpoint", None, region).client("sts", endpoint_url=self.url)
            role = f"arn:aws:iam::{account}:role/member"
            credentials = anybody.assume_role(RoleArn=role, RoleSessionName="cleanroom-serve")["Credentials"]
            self.sessions[account] = _session(
                credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], region
            )
        return self.sessions[account].client(service, elsewhere, endpoint_url=self.url)


def _session(key: str, secret: str, token: str | None, region: str) -> boto3.Session:
    inner = get_session()
    inner.register_component("data_loader", _LOADER)
    return boto3.Session(key, secret, token, region, botocore_session=inner)


def _header(name: str, files: Sequence[Path]) -> CsvHeader | None:
    """Return the common header of the CSV files of a table; None for files of another format.

    Raises:
        DataError: A file cannot be read, or headers differ: the endpoint assigns values to columns by position.
    """
    if not files or files[0].suffix.lower() != ".csv":
        return None
    first, *others = (csv_header(name, file) for file in files)
    for other in others:
        if (other.delimiter, other.names) != (first.delimiter, first.names):
            raise DataError(
                name,
                f"the first lines of {first.file} and {other.file} differ; the endpoint reads CSV by position, "
                "so give all files of a table the same columns in the same order, and one delimiter",
                other.file,
            )
    return first


def _columns(table: ConfiguredTable, header: CsvHeader | None) -> Iterator[tuple[str, str]]:
    """Yield the columns with their types: for CSV, which is read by position, in the order of the file."""
    declared = dict(table.column_types) | {name: column.type for name, column in (table.columns or {}).items()}
    if header is None:
        yield from declared.items()
        return
    for name in header.names:
        yield name.lower(), declared.get(name.lower(), "string")
