"""Google's own client against an endpoint over HTTP: requests are what BigQuery takes, errors are one sentence."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.api_core.exceptions import Forbidden, RetryError
from google.auth.exceptions import RefreshError
from google.cloud.bigquery import QueryJobConfig

from components.bigquery import BigQueryError, Connection, connect, read_view, run_statement, try_statement
from components.bigquery.errors import translating_errors
from declarations.bigquery.rest import RemainingBudget
from declarations.bigquery.room import BigQueryRoom, BigQueryView
from declarations.bigquery.view_updates import Action, ViewState, view_update
from tests.bigquery_endpoint.project import Project
from tests.bigquery_endpoint.server import bigquery_endpoint
from tests.declarations.bigquery.policies import PRIVATE, policy

PATH = "clean-room.ds.V"
VIEW = BigQueryView(name=PATH, query="SELECT * FROM ds.Exams", privacy_policy=policy(private=PRIVATE))


@pytest.fixture
def project() -> Project:
    """A project with one table."""
    table = {"name": "ds.Exams", "columns": {"last_name": "STRING", "test_score": "INT64"}}
    return Project(BigQueryRoom.model_validate({"name": "r", "project": "clean-room", "tables": [table]}))


@pytest.fixture
def connection(project: Project) -> Iterator[Connection]:
    """A connection to the project."""
    with bigquery_endpoint(project) as url, connect("clean-room", url + "/") as connected:
        yield connected


def test_a_view_is_not_there_then_tried_then_made_then_read(connection: Connection, project: Project) -> None:
    assert read_view(connection, PATH) is None
    statement = view_update(VIEW, None).statement
    try_statement(connection, statement)
    assert (project.tried, read_view(connection, PATH)) == ([statement], None)
    run_statement(connection, statement)
    found = read_view(connection, PATH)
    assert found == ViewState(f"(\n{VIEW.query}\n)", VIEW.privacy_policy, remaining=RemainingBudget(25.6, 0.1))
    assert view_update(VIEW, found).action is Action.KEEP


def test_a_statement_that_fails_says_why(connection: Connection, project: Project) -> None:
    """Whether the request is refused, as of a dry run, or the job fails."""
    statement = view_update(VIEW, None).statement
    run_statement(connection, statement)
    refusal = "BigQuery refuses: the view 'clean-room.ds.V' exists; write CREATE OR REPLACE VIEW"
    for send in (try_statement, run_statement):
        with pytest.raises(BigQueryError) as refused:
            send(connection, statement)
        assert str(refused.value) == refusal
    assert project.done == [statement]


def test_a_job_is_not_run_twice(connection: Connection, project: Project) -> None:
    with pytest.raises(BigQueryError, match="this endpoint takes statements about views only"):
        run_statement(connection, "SELECT 1 AS one")
    assert project.done == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (QueryJobConfig(use_legacy_sql=True), "Statements about views with policies need GoogleSQL"),
        (QueryJobConfig(priority="BATCH"), 'Unknown name "priority" at body.configuration.query'),
    ],
)
def test_the_endpoint_refuses_what_bigquery_or_we_do_not_know(
    connection: Connection, settings: QueryJobConfig, message: str
) -> None:
    with pytest.raises(BigQueryError) as refused, translating_errors():
        connection.client.query("SELECT 1", job_config=settings, job_retry=None)
    assert str(refused.value) == f"BigQuery refuses: {message}"


@pytest.mark.parametrize(
    ("raised", "message"),
    [
        (TimeoutError(), "BigQuery does not answer in time; what it was asked for may still happen"),
        (RetryError("Timeout of 60s exceeded", None), "BigQuery cannot be asked: Timeout of 60s exceeded, last exc"),
        (Forbidden("Access Denied: Dataset\nmore"), "BigQuery refuses: Access Denied: Dataset"),
        (RefreshError("the token\nhas expired"), "BigQuery cannot be asked: the token"),
    ],
)
def test_errors_of_the_library_become_one_line(raised: Exception, message: str) -> None:
    with pytest.raises(BigQueryError) as refused, translating_errors():
        raise raised
    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)


def test_nobody_answers() -> None:
    with connect("clean-room", "http://127.0.0.1:1") as nobody, pytest.raises(BigQueryError) as refused:
        read_view(nobody, PATH)
    assert str(refused.value) == "BigQuery cannot be asked: nobody answers at 'http://127.0.0.1:1'"


def test_an_address_that_is_none() -> None:
    with pytest.raises(BigQueryError) as refused, connect("clean-room", "nowhere"):
        pass
    assert str(refused.value) == "'nowhere' is not an address; it begins with http:// or https://"
    with connect("clean-room", "http://") as nobody, pytest.raises(BigQueryError) as refused:
        read_view(nobody, PATH)
    assert str(refused.value).startswith("BigQuery cannot be asked: Invalid URL 'http:")
    assert "\n" not in str(refused.value)
