"""The provider's configuration: what can be set, how it is read, and which changes replace every resource.

No key of it holds a credential: profiles and roles name where credentials come from, so that state holds none.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from components.provider.errors import InvalidPropertyError
from components.provider.properties import validation
from components.provider.properties.places import Place
from components.provider.values import Properties, has_unknowns
from components.resources.provider_settings import settings
from declarations.unknown import UNKNOWN

ALLOW_DESTROYING_VARIABLE: Final = "CLEANROOMS_ALLOW_DESTROYING"
"""Names, separated by commas, that are added to `allowDestroying`: `pulumi destroy` does not read new configuration."""

_ACCOUNT = re.compile(r"\d{12}")
_ROLE = re.compile(r"arn:aws[\w-]*:iam::(\d{12}):role/\S+")
_ENDPOINT = re.compile(r"https?://\S+")


@dataclass(frozen=True)
class AssumeRole:
    """A role to work as.

    Attributes:
        role_arn: Its ARN.
        session_name: How CloudTrail names the session.
        external_id: What the role's owner asks for, if anything.
    """

    role_arn: str
    session_name: str = "pulumi-cleanrooms"
    external_id: str | None = None

    @property
    def account(self) -> str:
        """The account of the role."""
        found = _ROLE.fullmatch(self.role_arn)
        return found[1] if found else ""


@dataclass(frozen=True)
class Configuration:
    """What a provider was told.

    Attributes:
        region: The AWS region; None takes the environment's.
        profile: A profile of the AWS configuration files; None takes the environment's credentials.
        assume_role: A role to work as; None works as the credentials' own identity.
        allowed_account_ids: The accounts it may work in; empty allows any.
        endpoint: Where all services are; None takes AWS's own addresses.
        default_tags: Tags of every resource that takes tags.
        allow_destroying: The names, in the program, of guarded resources that may be replaced or deleted, and of
            providers that may move.
    """

    region: str | None = None
    profile: str | None = None
    assume_role: AssumeRole | None = None
    allowed_account_ids: tuple[str, ...] = ()
    endpoint: str | None = None
    default_tags: Mapping[str, str] = field(default_factory=dict)
    allow_destroying: frozenset[str] = frozenset()


STRUCTURED: Final = ("assumeRole", "allowedAccountIds", "defaultTags", "allowDestroying")
"""Settings whose values are lists or objects; the SDK sends them encoded as JSON."""

ENGINES_OWN: Final = ("version", "pluginDownloadURL")
"""What the engine adds to the configuration of every provider."""


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return configuration values, checked by `problems`, with their JSON decoded."""
    return {name: _decoded(name, value) for name, value in values.items()}


def problems(stated: Properties) -> Iterator[InvalidPropertyError]:
    """Yield what is wrong with configuration values; what is not known yet is not judged.

    Args:
        stated: As the program or the stack's configuration states them.
    """
    wrong = list(_undecodable(stated))
    if not wrong:
        given = {name: value for name, value in plain(stated.values).items() if name not in ENGINES_OWN}
        read = stated.with_values(given)
        wrong = [*validation.problems(settings(), read)] or [*_misspelled(read)]
    yield from wrong


def configuration_of(values: Mapping[str, Any]) -> Configuration:
    """Return the configuration that checked values state; the environment may name more to be destroyed."""
    given = plain(values)
    role = given.get("assumeRole")
    return Configuration(
        region=given.get("region"),
        profile=given.get("profile"),
        assume_role=_role_of(role) if role else None,
        allowed_account_ids=tuple(given.get("allowedAccountIds", ())),
        endpoint=given.get("endpoint"),
        default_tags=given.get("defaultTags", {}),
        allow_destroying=destroyable(values),
    )


def destroyable(values: Mapping[str, Any]) -> frozenset[str]:
    """Return the names of what may be ended, by configuration values and by the environment; unknown ones are none."""
    stated = plain(values).get("allowDestroying", ())
    known = [] if has_unknowns(stated) else stated
    named = os.environ.get(ALLOW_DESTROYING_VARIABLE, "").split(",")
    return frozenset([*known, *(each.strip() for each in named if each.strip())])


def replacing(old: Mapping[str, Any], new: Mapping[str, Any]) -> frozenset[str]:
    """Return the settings whose change leads to other resources: another region, endpoint or account.

    Args:
        old: The values before.
        new: The values wanted. What is not known yet is taken to be the same.
    """
    before, after = plain(old), plain(new)
    moved = {name for name in ("region", "endpoint") if _known_change(before.get(name), after.get(name))}
    accounts = _accounts(before), _accounts(after)
    if all(accounts) and accounts[0].isdisjoint(accounts[1]):
        moved |= {name for name in ("assumeRole", "allowedAccountIds") if before.get(name) != after.get(name)}
    return frozenset(moved)


def _known_change(old: Any, new: Any) -> bool:  # noqa: ANN401 - any property value
    return old != new and UNKNOWN not in (old, new)


def _accounts(values: Mapping[str, Any]) -> frozenset[str]:
    """Return the accounts that a configuration can work in; empty when it does not say."""
    role = values.get("assumeRole")
    if isinstance(role, Mapping) and isinstance(role.get("roleArn"), str):
        return frozenset({_role_of(role).account} - {""})
    allowed = values.get("allowedAccountIds", ())
    return frozenset() if has_unknowns(allowed) else frozenset(allowed)


def _decoded(name: str, value: Any) -> Any:  # noqa: ANN401 - any property value
    return json.loads(value) if name in STRUCTURED and isinstance(value, str) else value


def _undecodable(stated: Properties) -> Iterator[InvalidPropertyError]:
    for name, value in stated.values.items():
        try:
            _decoded(name, value)
        except ValueError:
            yield Place((name,), stated.secrets).found("must be JSON", value)


def _misspelled(given: Properties) -> Iterator[InvalidPropertyError]:
    endpoint, role = given.values.get("endpoint"), given.values.get("assumeRole")
    if isinstance(endpoint, str) and not _ENDPOINT.fullmatch(endpoint):
        yield Place(("endpoint",), given.secrets).found("must be an address like 'http://127.0.0.1:4566'", endpoint)
    arn = role["roleArn"] if isinstance(role, Mapping) else None
    if isinstance(arn, str) and not _ROLE.fullmatch(arn):
        yield Place(("assumeRole", "roleArn"), given.secrets).found("must be the ARN of a role", arn)
    allowed = given.values.get("allowedAccountIds")
    for index, account in enumerate(allowed if isinstance(allowed, list) else ()):
        if isinstance(account, str) and not _ACCOUNT.fullmatch(account):
            yield Place(("allowedAccountIds", index), given.secrets).found("must be 12 digits", account)


def _role_of(role: Mapping[str, Any]) -> AssumeRole:
    return AssumeRole(
        role_arn=role["roleArn"],
        session_name=role.get("sessionName") or AssumeRole.session_name,
        external_id=role.get("externalId"),
    )
