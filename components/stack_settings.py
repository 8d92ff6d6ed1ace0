"""A stack's configuration: whose share of which room is deployed, with which credentials, beside which partners.

`Pulumi.yaml` describes each key to users and gives its default; here values are checked further than types can.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

import pulumi
from pulumi.runtime.config import CONFIG, get_config_env
from pydantic.alias_generators import to_camel

from declarations.naming import did_you_mean, listed

_ACCOUNT = re.compile(r"\d{12}")
_ASSUME_ROLE = ("roleArn", "sessionName", "externalId")


@dataclass(frozen=True)
class AssumedRole:
    """The role that the providers assume.

    Attributes:
        role_arn: Its ARN.
        session_name: How its sessions are named in logs; None lets the provider name them.
        external_id: The external id that the role's trust policy requires, if any.
    """

    role_arn: str
    session_name: str | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class StackSettings:
    """The configuration of a member's stack.

    Attributes:
        room: The room's folder or file, seen from the project's folder.
        account: The member's AWS account, 12 digits; the provider works in no other.
        region: The AWS region; None takes the room's.
        endpoint: Where all services are; None takes AWS's own addresses.
        assume_role: The role to work as; None works as the credentials' own identity.
        collaboration_identifier: The collaboration that a partner has made.
        template_arns: The ARNs of partners' analysis templates, by name.
        partner_stacks: Stacks to read both from, `ORGANIZATION/PROJECT/STACK`; a `STACK` alone is of this project.
        allow_destroying: The names of what may be replaced or deleted, or opened beside a limited table:
            collaborations, memberships, budgets, associations, intermediate tables.
        protect: Whether Pulumi itself protects them, too, and the Glue databases that are made here.
        make_data_sources: Whether the member's declared data sources are made here; otherwise they exist.
        import_file: The file that `cleanroom pull --import-file` wrote: its resources are imported, not created.
    """

    room: str
    account: str
    region: str | None = None
    endpoint: str | None = None
    assume_role: AssumedRole | None = None
    collaboration_identifier: str | None = None
    template_arns: Mapping[str, str] = field(default_factory=dict)
    partner_stacks: tuple[str, ...] = ()
    allow_destroying: tuple[str, ...] = ()
    protect: bool = True
    make_data_sources: bool = False
    import_file: str | None = None


KEYS: Final = tuple(to_camel(each.name) for each in fields(StackSettings))
"""The keys of a stack's configuration, as Pulumi.yaml and Pulumi.STACK.yaml write them."""


def stack_settings(config: pulumi.Config) -> StackSettings:
    """Read a stack's configuration.

    Args:
        config: The project's configuration.

    Raises:
        pulumi.RunError: A value is missing or wrong, or a key is unknown; the message names the key.
    """
    _refuse_unknown(config)
    return StackSettings(
        room=_required(config, "room"),
        account=_account(config),
        region=config.get("region") or None,
        endpoint=config.get("endpoint") or None,
        assume_role=_assume_role(config),
        collaboration_identifier=config.get("collaborationIdentifier") or None,
        template_arns=_texts(config, "templateArns"),
        partner_stacks=tuple(_qualified(config, stack) for stack in _list(config, "partnerStacks")),
        allow_destroying=_list(config, "allowDestroying"),
        protect=_flag(config, "protect", default=True),
        make_data_sources=_flag(config, "makeDataSources", default=False),
        import_file=config.get("importFile") or None,
    )


def _refuse_unknown(config: pulumi.Config) -> None:
    """Refuse misspelled keys: without `endpoint`, a stack meant for the local endpoint would be deployed to AWS."""
    # Pulumi has no public call that lists the keys.
    for key in sorted({*get_config_env(), *CONFIG.get()}):
        namespace, _, name = key.partition(":")
        if namespace == config.name and (reason := unknown_key(name)):
            raise pulumi.RunError(f"{key} {reason}")


def unknown_key(key: str) -> str | None:
    """Say why *key*, without its namespace, configures nothing; None when it does."""
    if key in KEYS:
        return None
    hint = did_you_mean(key, KEYS) or f"; allowed are {listed(KEYS)}"
    return f"is unknown{hint} (keys of your own need a namespace of their own)"


def _required(config: pulumi.Config, key: str) -> str:
    value = config.get(key)
    if not value:
        raise pulumi.RunError(f"{config.name}:{key} is not set: pulumi config set {key} VALUE")
    return value


def _account(config: pulumi.Config) -> str:
    account = _required(config, "account")
    if not _ACCOUNT.fullmatch(account):
        raise pulumi.RunError(f"{config.name}:account must be 12 digits in quotes; found {account!r}")
    return account


def _assume_role(config: pulumi.Config) -> AssumedRole | None:
    role = _texts(config, "assumeRole")
    if not role:
        return None
    for key in role:
        if key not in _ASSUME_ROLE:
            raise pulumi.RunError(f"{config.name}:assumeRole.{key} is unknown{did_you_mean(key, _ASSUME_ROLE)}")
    if "roleArn" not in role:
        raise pulumi.RunError(f"{config.name}:assumeRole needs roleArn: config set --path assumeRole.roleArn ARN")
    return AssumedRole(role["roleArn"], role.get("sessionName"), role.get("externalId"))


def _texts(config: pulumi.Config, key: str) -> Mapping[str, str]:
    value = _structured(config, key, {})
    if not isinstance(value, dict) or not all(isinstance(each, str) for each in value.values()):
        raise pulumi.RunError(f"{config.name}:{key} must be an object of texts; found {value!r}")
    return value


def _list(config: pulumi.Config, key: str) -> tuple[str, ...]:
    value = _structured(config, key, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise pulumi.RunError(f"{config.name}:{key} must be a list of texts; found {value!r}")
    return tuple(value)


def _qualified(config: pulumi.Config, stack: str) -> str:
    return stack if "/" in stack else f"{pulumi.get_organization()}/{config.name}/{stack}"


def _flag(config: pulumi.Config, key: str, *, default: bool) -> bool:
    value = config.get(key) or ("true" if default else "false")
    if value not in {"true", "false"}:
        raise pulumi.RunError(f"{config.name}:{key} must be true or false; found {value!r}")
    return value == "true"


def _structured(config: pulumi.Config, key: str, default: object) -> Any:  # noqa: ANN401 - what JSON can hold
    try:
        found = config.get_object(key)
    except pulumi.ConfigTypeError:
        raise pulumi.RunError(f"{config.name}:{key} must be structured; found {config.get(key)!r}") from None
    return default if found is None else found
