"""Small collaborations for tests, built through the API alone."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

from tests.simulator.api.accounts import BRAND, REGION, RETAILER, Accounts
from tests.simulator.api.patience import PATIENCE

ROLE = "arn:aws:iam::{account}:role/clean-rooms"
ANY_QUERY = {"custom": {"allowedAnalyses": ["ANY_QUERY"], "allowedAnalysisProviders": [BRAND]}}
"""A rule by which the brand may ask whatever it likes."""
CSV = "org.apache.hadoop.hive.serde2.OpenCSVSerde"


@dataclass
class Room:
    """A collaboration of a retailer, who created it, and a brand, who queries."""

    accounts: Accounts
    id: str
    memberships: dict[str, str]
    tables: dict[str, dict[str, str]] = field(default_factory=dict)
    region: str = REGION

    def client(self, account: str) -> Any:
        return self.accounts.client(account, region=self.region)

    def add_table(self, account: str, name: str, columns: dict[str, str], rule: dict[str, Any] | None = None) -> None:
        """Create a table in Glue over an empty folder of S3, configure it, rule it and associate it."""
        bucket = f"data-{account}"
        self.accounts.client(account, "s3").create_bucket(Bucket=bucket)
        glue = self.accounts.client(account, "glue")
        if not glue.get_databases()["DatabaseList"]:
            glue.create_database(DatabaseInput={"Name": "lake"})
        storage = {
            "Columns": [{"Name": column, "Type": kind} for column, kind in columns.items()],
            "Location": f"s3://{bucket}/{name}/",
            "SerdeInfo": {"SerializationLibrary": CSV},
        }
        glue.create_table(DatabaseName="lake", TableInput={"Name": name, "StorageDescriptor": storage})
        client = self.client(account)
        table = client.create_configured_table(
            name=name,
            tableReference={"glue": {"databaseName": "lake", "tableName": name}},
            allowedColumns=list(columns),
            analysisMethod="DIRECT_QUERY",
        )["configuredTable"]["id"]
        if rule is not None:
            (kind,) = rule
            client.create_configured_table_analysis_rule(
                configuredTableIdentifier=table,
                analysisRuleType=kind.upper(),
                analysisRulePolicy={"v1": rule},
            )
        association = client.create_configured_table_association(
            name=name,
            membershipIdentifier=self.memberships[account],
            configuredTableIdentifier=table,
            roleArn=ROLE.format(account=account),
        )["configuredTableAssociation"]
        self.tables[name] = {"table": table, "association": association["id"], "arn": association["arn"]}

    def put_rows(self, account: str, key: str, text: str) -> None:
        """Write an object of rows."""
        self.accounts.client(account, "s3").put_object(Bucket=f"data-{account}", Key=key, Body=text.encode())

    def ask(self, sql: str, **more: Any) -> dict[str, Any]:
        """Start a query as the brand."""
        stated = {
            "type": "SQL",
            "membershipIdentifier": self.memberships[BRAND],
            "sqlParameters": {"queryString": sql},
            "resultConfiguration": {"outputConfiguration": {"s3": {"resultFormat": "CSV", "bucket": "results"}}},
        }
        started: dict[str, Any] = self.client(BRAND).start_protected_query(**(stated | more))["protectedQuery"]
        return started

    def finished(self, query_id: str) -> dict[str, Any]:
        """Wait for a query."""
        until = time.monotonic() + PATIENCE
        while True:
            found: dict[str, Any] = self.client(BRAND).get_protected_query(
                membershipIdentifier=self.memberships[BRAND], protectedQueryIdentifier=query_id
            )["protectedQuery"]
            if found["status"] not in {"SUBMITTED", "STARTED", "CANCELLING"} or time.monotonic() > until:
                return found
            time.sleep(0.01)

    def rows(self, query: dict[str, Any], account: str = BRAND) -> list[str]:
        """Return the lines of a CSV result without its header."""
        return self.lines(query["result"]["output"]["s3"]["location"], account)[1:]

    def lines(self, location: str, account: str = BRAND) -> list[str]:
        """Return the lines of the one object below a location."""
        bucket, _, prefix = location.removeprefix("s3://").partition("/")
        s3 = self.accounts.client(account, "s3")
        (held,) = s3.list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]
        text: str = s3.get_object(Bucket=bucket, Key=held["Key"])["Body"].read().decode()
        return text.splitlines()


def make_room(accounts: Accounts, **stated: Any) -> Room:
    """Create a collaboration with two active members and a bucket for the brand's results."""
    defaults: dict[str, Any] = {
        "name": "reach",
        "creatorDisplayName": "Retailer",
        "creatorMemberAbilities": [],
        "queryLogStatus": "ENABLED",
        "members": [
            {"accountId": BRAND, "displayName": "Brand", "memberAbilities": ["CAN_QUERY", "CAN_RECEIVE_RESULTS"]}
        ],
    }
    made = accounts.client(RETAILER).create_collaboration(**(defaults | stated))["collaboration"]["id"]
    memberships = {account: join(accounts, account, made) for account in (RETAILER, BRAND)}
    accounts.client(BRAND, "s3", REGION).create_bucket(Bucket="results")
    return Room(accounts, made, memberships)


def make_sales_room(accounts: Accounts) -> Room:
    """Create the same with a table of the retailer, `sales`: three rows, of which two are of Rome."""
    made = make_room(accounts)
    made.add_table(RETAILER, "sales", {"id": "string", "city": "string"}, ANY_QUERY)
    made.put_rows(RETAILER, "sales/1.csv", "a,Rome\nb,Rome\nc,Oslo\n")
    return made


def join(accounts: Accounts, account: str, collaboration: str, **stated: Any) -> str:
    """Create the membership of an invited account."""
    client = accounts.client(account)
    made = client.create_membership(collaborationIdentifier=collaboration, queryLogStatus="ENABLED", **stated)
    found: str = made["membership"]["id"]
    return found
