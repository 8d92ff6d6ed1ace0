"""One API call for one resource: retried while the error is transient; any other error is explained."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from components.provider.aws.refusals import explained, failure_of, is_creation
from components.provider.aws.retries import Patience, passing
from components.provider.aws.sessions import Clients
from components.provider.errors import ProviderError, Subject
from components.provider.messages import Messages

T = TypeVar("T")


class Caller:
    """Calls the services for the resources of one provider.

    Args:
        clients: The clients to call with.
        patience: How to wait.
        messages: Where to say why it takes long.
    """

    def __init__(self, clients: Clients, patience: Patience, messages: Messages) -> None:
        self._clients = clients
        self.patience = patience
        self.messages = messages

    def call(self, service: str, operation: str, request: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Call *operation* and return its answer without the part about HTTP.

        Raises:
            ProviderError: It was refused, or there was no answer.
        """
        from botocore import xform_name

        # No creation of these services takes a client token: sent twice, it may make two.
        client_of = self._clients.client_that_tries_once if is_creation(operation) else self._clients.client

        def once() -> dict[str, Any]:
            answer = getattr(client_of(service), xform_name(operation))(**request)
            return {name: value for name, value in answer.items() if name != "ResponseMetadata"}

        return self.patiently(once, service, operation, subject)

    def pages(self, service: str, operation: str, request: Mapping[str, Any], subject: Subject) -> dict[str, Any]:
        """Call *operation* until there is no next page; return the lists of all pages as one answer."""
        whole: dict[str, Any] = {}
        token: str | None = None
        while True:
            page = self.call(service, operation, {**request, **({"nextToken": token} if token else {})}, subject)
            token = page.pop("nextToken", None)
            for name, value in page.items():
                whole[name] = [*whole.get(name, []), *value] if isinstance(value, list) else value
            if not token:
                return whole

    def with_client(self, service: str, read: Callable[[Any], T], subject: Subject, operation: str) -> T:
        """Return what *read* makes of a client; its errors are explained as those of *operation*."""
        return self.patiently(lambda: read(self._clients.client(service)), service, operation, subject)

    @property
    def provider(self) -> Subject:
        """The provider whose resources these are."""
        return self._clients.subject

    def patiently(self, once: Callable[[], T], service: str, operation: str, subject: Subject) -> T:
        """Return what *once* returns; refusals that pass by themselves are waited for.

        Raises:
            ProviderError: It raised something else, or the same for too long.
        """
        try:
            return once()
        except ProviderError:
            raise
        except Exception as error:
            failure = failure_of(error)
            hope = passing(operation, failure) if failure else None
            if hope is None:
                raise explained(error, subject, operation, service) from error
            last = error
        self.messages.status(subject, f"{operation} is tried again for {hope.seconds:g} s: {hope.name}")
        for _ in self.patience.pauses(hope.seconds, subject, f"{operation} was refused because {hope.name}"):
            try:
                return once()
            except Exception as error:
                failure = failure_of(error)
                if failure is None or passing(operation, failure) != hope:
                    raise explained(error, subject, operation, service) from error
                last = error
        raise explained(last, subject, operation, service) from last
