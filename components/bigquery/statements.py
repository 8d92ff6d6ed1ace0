"""Dry-run and run the statements that create and alter views."""

from __future__ import annotations

from google.cloud.bigquery import QueryJobConfig

from components.bigquery.connecting import PATIENCE, Connection
from components.bigquery.errors import translating_errors


def try_statement(connection: Connection, statement: str) -> None:
    """Let BigQuery check *statement* without running it.

    Raises:
        BigQueryError: BigQuery cannot be reached, or would refuse the statement.
    """
    _send(connection, statement, dry_run=True)


def run_statement(connection: Connection, statement: str) -> None:
    """Run *statement* and wait until it has finished. A failed statement is not retried.

    Raises:
        BigQueryError: BigQuery cannot be reached, or refuses the statement.
    """
    _send(connection, statement, dry_run=False)


def _send(connection: Connection, statement: str, *, dry_run: bool) -> None:
    settings = QueryJobConfig(dry_run=dry_run, use_legacy_sql=False, use_query_cache=False)
    with translating_errors():
        job = connection.client.query(
            statement, job_config=settings, retry=connection.retry, timeout=PATIENCE, job_retry=None
        )
        if not dry_run:
            job.result(retry=connection.retry, timeout=PATIENCE, job_retry=None)
