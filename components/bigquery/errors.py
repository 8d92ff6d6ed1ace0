"""Translate errors of Google's client library into one sentence each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from google.api_core.exceptions import GoogleAPICallError, RetryError
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError
from requests.exceptions import ConnectionError as RequestsConnectionError
from requests.exceptions import RequestException


class BigQueryError(Exception):
    """BigQuery cannot be reached, or refuses a request."""


@contextmanager
def translating_errors() -> Iterator[None]:
    """Turn every error of Google's client library into a BigQueryError of one sentence.

    Raises:
        BigQueryError: Instead of the library's error.
    """
    try:
        yield
    except DefaultCredentialsError:
        hint = "run `gcloud auth application-default login`, or set GOOGLE_APPLICATION_CREDENTIALS"
        raise BigQueryError(f"there are no credentials of Google Cloud; {hint}") from None
    except GoogleAPICallError as error:
        raise BigQueryError(f"BigQuery refuses: {_own_words(error)}") from None
    except TimeoutError:
        raise BigQueryError("BigQuery does not answer in time; what it was asked for may still happen") from None
    except (RetryError, GoogleAuthError, RequestException) as error:
        raise BigQueryError(f"BigQuery cannot be asked: {_reason(error)}") from None


def _own_words(error: GoogleAPICallError) -> str:
    """Return BigQuery's message without the request that the library puts before it."""
    first = error.errors[0] if error.errors else {}
    message = first.get("message") if isinstance(first, dict) else None
    return _first_line(message or error.message or type(error).__name__)


def _reason(error: Exception) -> str:
    """Return why a request failed: the unreachable address if the connection failed, else the library's message."""
    request = getattr(error, "request", None)
    if isinstance(error, RequestsConnectionError) and request is not None:
        address = urlsplit(request.url)
        return f"nobody answers at '{address.scheme}://{address.netloc}'"
    return _first_line(str(error))


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]
