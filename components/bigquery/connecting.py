"""Create BigQuery clients; no other module does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Final

from google.api_core.retry import Retry
from google.auth.credentials import AnonymousCredentials
from google.cloud.bigquery import Client
from google.cloud.bigquery.retry import DEFAULT_RETRY

from components.bigquery.errors import BigQueryError, translating_errors

PATIENCE: Final = 60.0
"""Timeout in seconds of a request with its retries, and of a statement."""

_NEVER: Final = DEFAULT_RETRY.with_predicate(lambda _error: False)


@dataclass(frozen=True, slots=True)
class Connection:
    """A client of one project.

    Attributes:
        client: Google's client.
        retry: The retry policy; requests to a custom endpoint are never retried.
    """

    client: Client
    retry: Retry


@contextmanager
def connect(project: str, endpoint: str | None = None) -> Iterator[Connection]:
    """Connect to *project* and yield the connection, which is closed at the end of the block.

    Args:
        project: Where statements run, and the default project of paths.
        endpoint: A custom address, used without credentials; None for Google's own.

    Raises:
        BigQueryError: There are no credentials, or *endpoint* is not an address.
    """
    if endpoint is not None and not endpoint.startswith(("http://", "https://")):
        raise BigQueryError(f"{endpoint!r} is not an address; it begins with http:// or https://")
    with translating_errors():
        client = Client(project=project) if endpoint is None else _own(project, endpoint)
    with closing(client):
        yield Connection(client, DEFAULT_RETRY.with_timeout(PATIENCE) if endpoint is None else _NEVER)


def _own(project: str, endpoint: str) -> Client:
    address = {"api_endpoint": endpoint.rstrip("/")}
    nobody = AnonymousCredentials()  # type: ignore[no-untyped-call] # google-auth does not say what it returns
    return Client(project=project, credentials=nobody, client_options=address)
