"""The file for `pulumi import --file` and for `importFile`: the member's own resources with their ids.

Source: https://www.pulumi.com/docs/iac/guides/migration/import/
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from components.child_names import import_name
from components.pulling.room import PulledRoom

_PREFIX: Final = "cleanrooms:index:"


def import_file(pulled: PulledRoom) -> str:
    """Return the JSON that `pulumi import --file` reads; names are made unique within their type.

    A name that generated code could not use is changed; the resource's real name is then written as `logicalName`.
    """
    seen: dict[tuple[str, str], int] = {}
    exact: set[tuple[str, str]] = set()
    resources = []
    for one in pulled.imports:
        name = import_name(one.name)
        seen[one.type, name] = seen.get((one.type, name), 0) + 1
        number = seen[one.type, name]
        unique = name if number == 1 else f"{name}-{number}"
        resource = {"type": f"{_PREFIX}{one.type}", "name": unique, "id": one.id}
        if unique != one.name and (one.type, one.name) not in exact:
            resource["logicalName"] = one.name
        exact.add((one.type, one.name))
        resources.append(resource)
    return json.dumps({"resources": resources}, indent=2) + "\n"


def imported(text: str) -> Mapping[tuple[str, str], str]:
    """Return the ids in an import file, by type (without package and module) and name in the room.

    Args:
        text: The file's text.

    Raises:
        json.JSONDecodeError: The text is not JSON.
        KeyError: A resource lacks its type, name or id.
        TypeError: The document does not have the form of an import file.
    """
    resources = json.loads(text)["resources"]
    return {(one["type"].removeprefix(_PREFIX), one.get("logicalName") or one["name"]): one["id"] for one in resources}
