"""Unmodified clients of several accounts: each account is reached by assuming a role in it."""

from __future__ import annotations

from typing import Any

import boto3
from botocore.config import Config
from botocore.loaders import create_loader
from botocore.session import get_session
from moto.backends import get_backend

from simulator.api.cleanrooms.query_running import wait_for_all
from simulator.api.world import WORLD
from tests.simulator.api.faithful import watch

RETAILER, BRAND, STRANGER = "111111111111", "222222222222", "333333333333"
REGION = "us-east-1"
_CONFIG = Config(retries={"total_max_attempts": 1}, parameter_validation=False, s3={"addressing_style": "path"})
_LOADER = create_loader()


def session(key: str, secret: str, token: str | None = None, region: str = REGION) -> boto3.Session:
    """Return a session; all of them share what botocore has read of services, which takes long."""
    inner = get_session()
    inner.register_component("data_loader", _LOADER)
    return boto3.Session(key, secret, token, region, botocore_session=inner)


class Accounts:
    """Clients by account and service."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._sessions: dict[tuple[str, str], boto3.Session] = {}
        self._clients: dict[tuple[str, str, str], Any] = {}

    def client(self, account: str, service: str = "cleanrooms", region: str = REGION) -> Any:
        """Return a client that speaks for *account*. It sends whatever it is given: the endpoint has to validate."""
        key = (account, service, region)
        if key not in self._clients:
            session = self.session(account, region)
            self._clients[key] = session.client(service, endpoint_url=self.url, config=_CONFIG)
            watch(self._clients[key])
        return self._clients[key]

    def forget(self) -> None:
        """Make the endpoint empty, but for the roles that were assumed."""
        wait_for_all()
        WORLD.reset()
        for name in ("s3", "glue"):
            for backend in get_backend(name).values():
                backend.reset()

    def remember(self) -> None:
        """Assume the roles anew when another endpoint of this process has ended, which forgets all credentials."""
        for (account, _region), session in self._sessions.items():
            known = session.client("sts", endpoint_url=self.url).get_caller_identity()["Account"]
            if known != account:
                self._sessions.clear()
                self._clients.clear()
            return

    def session(self, account: str, region: str = REGION) -> boto3.Session:
        """Return a session with credentials of *account*."""
        if (account, region) not in self._sessions:
            first = session("test", "test", region=region)
            role = f"arn:aws:iam::{account}:role/tester"
            sts = first.client("sts", endpoint_url=self.url)
            credentials = sts.assume_role(RoleArn=role, RoleSessionName="tests")["Credentials"]
            self._sessions[account, region] = session(
                credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"], region
            )
        return self._sessions[account, region]
