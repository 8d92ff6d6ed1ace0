"""boto3 clients for one configuration: made when they are needed, for the account that was meant and no other."""

from __future__ import annotations

import threading
from typing import Any, Final

from components.provider.aws.refusals import explained
from components.provider.configuration import AssumeRole, Configuration
from components.provider.errors import ProviderError, RefusedError, Subject
from components.resources.service_model import loader
from declarations.naming import listed

_CONNECTIONS: Final = 32
"""As many calls as the engine makes at once by default on a machine of eight cores; more of them wait."""

_ATTEMPTS: Final = 5
"""What botocore tries by itself, throttling and lost connections included, where trying twice does no harm."""


class Clients:
    """The clients of one provider.

    boto3 is imported when the first of them is made, so that the plugin answers at once.

    Args:
        configuration: What the provider was told.
        subject: The provider, for messages.
    """

    def __init__(self, configuration: Configuration, subject: Subject) -> None:
        self._configuration = configuration
        self.subject = subject
        self._lock = threading.Lock()
        self._session: Any = None
        self._clients: dict[tuple[str, int], Any] = {}

    def client(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no type
        """Return the client of a service.

        Raises:
            ProviderError: There is no such profile, no region, or no credentials.
        """
        return self._kept(service, _ATTEMPTS)

    def client_that_tries_once(self, service: str) -> Any:  # noqa: ANN401 - boto3's clients have no type
        """Return the client of a service for calls that must not be sent twice: an answer can get lost.

        Raises:
            ProviderError: There is no such profile, no region, or no credentials.
        """
        return self._kept(service, 1)

    def _kept(self, service: str, attempts: int) -> Any:  # noqa: ANN401 - boto3's clients have no type
        with self._lock:
            if (service, attempts) not in self._clients:
                self._clients[service, attempts] = self._made(service, attempts)
            return self._clients[service, attempts]

    def check_account(self) -> None:
        """Refuse to work in an account that is not allowed.

        Raises:
            RefusedError: The credentials belong to another account.
            ProviderError: AWS does not tell whose credentials these are.
        """
        allowed = self._configuration.allowed_account_ids
        if not allowed:
            return
        try:
            account = self.client("sts").get_caller_identity()["Account"]
        except ProviderError:
            raise
        except Exception as error:
            raise explained(error, self.subject, "GetCallerIdentity", "sts") from error
        if account not in allowed:
            raise RefusedError(
                f"{self.subject}: the credentials belong to account '{account}', allowedAccountIds has "
                f"{listed(allowed)}; choose another profile or assumeRole"
            )

    def _made(self, service: str, attempts: int) -> Any:  # noqa: ANN401 - boto3's clients have no type
        from botocore.config import Config

        retries = {"mode": "standard", "total_max_attempts": attempts}
        settings = Config(retries=retries, max_pool_connections=_CONNECTIONS)
        try:
            if self._session is None:
                self._session = _session_of(self._configuration)
            return self._session.client(service, endpoint_url=self._configuration.endpoint, config=settings)
        except Exception as error:
            raise explained(error, self.subject, f"a client of {service}", service) from error


def _session(**settings: Any) -> Any:  # noqa: ANN401 - boto3's sessions have no type
    import boto3
    from botocore.session import get_session

    inner = get_session()
    inner.register_component("data_loader", loader())
    return boto3.Session(botocore_session=inner, **settings)


def _session_of(configuration: Configuration) -> Any:  # noqa: ANN401 - boto3's sessions have no type
    base = _session(profile_name=configuration.profile, region_name=configuration.region)
    if configuration.assume_role is None:
        return base
    return _assuming(base, configuration.assume_role, configuration.endpoint)


def _assuming(base: Any, role: AssumeRole, endpoint: str | None) -> Any:  # noqa: ANN401 - boto3's sessions have no type
    """Return a session that works as a role and renews its credentials by itself."""
    from botocore.credentials import AssumeRoleCredentialFetcher, DeferredRefreshableCredentials
    from botocore.exceptions import NoCredentialsError

    def sts(service: str, **settings: Any) -> Any:  # noqa: ANN401 - botocore's own interface
        return base.client(service, endpoint_url=endpoint, **{**settings, "region_name": base.region_name})

    credentials = base.get_credentials()
    if credentials is None:
        raise NoCredentialsError
    asked = {"RoleSessionName": role.session_name} | ({"ExternalId": role.external_id} if role.external_id else {})
    fetcher = AssumeRoleCredentialFetcher(sts, credentials, role.role_arn, extra_args=asked)
    assumed = _session(region_name=base.region_name)
    renewed = DeferredRefreshableCredentials(fetcher.fetch_credentials, "assume-role")
    assumed._session._credentials = renewed  # noqa: SLF001 - botocore has no public way to give a session such credentials
    return assumed
