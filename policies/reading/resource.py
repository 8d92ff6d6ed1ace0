"""A resource of a stack, from the policy analyzer, an exported state or a preview."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from declarations.loading.problems import LoadingError
from declarations.unknown import UNKNOWN

MARK: Final = "4dabf18193072939515e22adb298388d"
"""The member whose value says what a marked object stands for. Source: pulumi/pulumi, sdk/go/common/resource/sig."""
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a mark of the wire
"""The mark of a secret."""
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
"""The mark of an output with its dependencies."""
UNKNOWN_TEXTS: Final = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",  # string, or any value of a provider
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",  # boolean
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",  # number
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",  # array
        "030794c1-ac77-496b-92df-f27374a8bd58",  # asset
        "e48ece36-62e2-4504-bad9-02848725956a",  # archive
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",  # object
        "[secret]",  # a secret, in the JSON of a preview
    }
)
"""Placeholders of values that are not shown. Source: pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go."""

_ACCOUNT: Final = re.compile(r"arn:[a-z-]+:[a-z0-9-]+:[a-z0-9-]*:([0-9]{12}):")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource with the properties that are known of it.

    Attributes:
        type: Its type token, such as `aws:cleanrooms/collaboration:Collaboration`.
        urn: Its URN.
        name: Its name in the program.
        properties: Its properties by their camelCase names: JSON's values, UNKNOWN where they are not known; nulls are
            left out.
        dependencies: The URNs of the resources that a property was made from.
        provider: The settings of its provider, where they are shown.
        secrets: Texts that no message may show: its secrets and their words.
    """

    type: str
    urn: str
    name: str
    properties: Mapping[str, Any]
    dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    provider: Mapping[str, Any] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    @property
    def account(self) -> str | None:
        """The account that it is in, from its ARN or its provider's settings; None if neither states it."""
        told = (self.properties.get("arn"), *_roles(self.provider))
        match = next((match for text in told if isinstance(text, str) and (match := _ACCOUNT.match(text))), None)
        if match is not None:
            return match[1]
        allowed = _parsed(self.provider.get("allowedAccountIds"))
        return str(allowed[0]) if isinstance(allowed, list) and len(allowed) == 1 else None

    @property
    def identities(self) -> frozenset[str]:
        """The values by which other resources may name it: its id, its ARN, the identifier and ARN of its own type."""
        word = self.type.rpartition(":")[2]
        own = f"{word[:1].lower()}{word[1:]}"
        values = (self.properties.get(name) for name in ("id", "arn", f"{own}Identifier", f"{own}Arn"))
        return frozenset(value for value in values if isinstance(value, str))


def member_of(value: object, name: str) -> Any:  # noqa: ANN401 - JSON's values and UNKNOWN
    """Return the member *name* of an object; UNKNOWN if it is missing, or the value is no object."""
    return value.get(name, UNKNOWN) if isinstance(value, Mapping) else UNKNOWN


def plain(value: object, secrets: set[str]) -> Any:  # noqa: ANN401 - JSON's values and UNKNOWN
    """Return a value from the wire or from a state without Pulumi's marks.

    Whole numbers become integers, secrets become their plain values (UNKNOWN if encrypted), and nulls are left out.

    Args:
        value: JSON-like values, with Pulumi's marks.
        secrets: The texts that must not be shown are added to this set.
    """
    if isinstance(value, Mapping):
        if MARK in value:
            return _marked(value, secrets)
        return {str(key): plain(item, secrets) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item, secrets) for item in value if item is not None]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return UNKNOWN if isinstance(value, str) and value in UNKNOWN_TEXTS else value


def _marked(value: Mapping[str, object], secrets: set[str]) -> Any:  # noqa: ANN401 - as plain
    """Return the value of a marked object; UNKNOWN unless it is a secret or an output that holds its value."""
    if value[MARK] == OUTPUT and value.get("secret") is not True:
        return plain(value["value"], secrets) if "value" in value else UNKNOWN
    if value[MARK] not in {SECRET, OUTPUT}:
        return UNKNOWN
    held = value.get("value")
    if "plaintext" in value:
        held = _parsed(value["plaintext"])
    if held is None:
        return UNKNOWN
    known = plain(held, secrets)
    secrets.update(_words(known))
    return known


def _words(value: object) -> Iterator[str]:
    """Yield every text in *value* and its words: a message may show an ARN's last part only."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _words(key)
            yield from _words(item)
    elif isinstance(value, list):
        for item in value:
            yield from _words(item)
    elif value is not UNKNOWN and not isinstance(value, bool):
        yield str(value)
        yield from (word for word in re.split(r"[^\w-]+", str(value)) if len(word) > 1)


def redacted(text: str, secrets: frozenset[str]) -> str:
    """Return *text* without secrets."""
    if not secrets:
        return text
    longest_first = sorted(filter(None, secrets), key=len, reverse=True)
    pattern = "|".join(map(re.escape, longest_first))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", "[secret]", text)


def without_secrets(error: LoadingError, secrets: frozenset[str]) -> LoadingError:
    """Return *error* with secrets redacted: an own policy may put any value into its message."""
    told = (replace(one, message=redacted(one.message, secrets), found=None) for one in error.problems)
    return LoadingError(list(told))


def _parsed(value: object) -> object:
    """Parse a setting of a provider: settings that are not text are sent as JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return None


def _roles(provider: Mapping[str, Any]) -> Iterator[object]:
    """Yield the ARNs of the roles that a provider assumes, the last one first."""
    for name in ("assumeRole", "assumeRoles"):
        stated = _parsed(provider.get(name))
        for role in reversed(stated if isinstance(stated, list) else [stated]):
            if isinstance(role, Mapping):
                yield role.get("roleArn")
