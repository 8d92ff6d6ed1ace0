"""The deployment to examine, and the findings of its checks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from components.provider.aws.refusals import explained
from components.provider.aws.sessions import Clients
from components.provider.configuration import AssumeRole, Configuration
from components.provider.errors import ProviderError, Subject
from declarations.clean_room import CleanRoom, RoomMembership


class Level(StrEnum):
    """How serious a finding is."""

    OK = "ok"
    """Nothing to do."""
    WARN = "warn"
    """Deploying may work, or it could not be determined."""
    FAIL = "fail"
    """Deploying cannot work."""


class Finding(NamedTuple):
    """The result of one check.

    Attributes:
        level: How serious it is.
        found: What was found, in a sentence.
        fix: What to do about it, in a sentence; "" where there is nothing to do.
    """

    level: Level
    found: str
    fix: str = ""


@dataclass(frozen=True)
class Case:
    """What is to be deployed, from where and as whom. It holds no secrets.

    Attributes:
        project: The folder of Pulumi.yaml.
        room: The room; None examines only the machine and the credentials.
        account: The account to deploy for; None: the account of the credentials.
        region: The AWS region; None: the room's, or else that of the environment.
        profile: The profile of the AWS configuration files.
        endpoint: A custom endpoint for all services; None: AWS.
        role_arn: The role to assume.
        external_id: The external id that the role's trust policy requires.
        makes_sources: Whether the stack creates the room's data sources.
    """

    project: Path
    room: CleanRoom | None = None
    account: str | None = None
    region: str | None = None
    profile: str | None = None
    endpoint: str | None = None
    role_arn: str | None = None
    external_id: str | None = None
    makes_sources: bool = False

    @property
    def own(self) -> RoomMembership | None:
        """What the account brings into the room."""
        account = self.account or self.found_account
        return self.room.membership(account) if self.room and account else None

    @property
    def found_account(self) -> str | None:
        """The account of the credentials; None if they are not valid."""
        return None if isinstance(self.identity, ProviderError) else str(self.identity["Account"])

    @cached_property
    def clients(self) -> Clients:
        """AWS clients, created as the provider creates them."""
        role = AssumeRole(self.role_arn, external_id=self.external_id) if self.role_arn else None
        region = self.region or (self.room.region if self.room else None)
        told = Configuration(region=region, profile=self.profile, assume_role=role, endpoint=self.endpoint)
        return Clients(told, _PROVIDER)

    @cached_property
    def identity(self) -> dict[str, Any] | ProviderError:
        """The caller identity that STS returns for the credentials, or what is wrong with them."""
        try:
            found: dict[str, Any] = self.clients.client("sts").get_caller_identity()
        except ProviderError as error:
            return error
        except Exception as error:  # noqa: BLE001 - every failure of botocore becomes a sentence
            return explained(error, _PROVIDER, "GetCallerIdentity", "sts")
        return found


_PROVIDER = Subject("Provider", "member")
