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
    """Return the JSON that `pulumi import --file` reads; names are made unique within their type."""
    seen: dict[tuple[str, str], int] = {}
    resources = []
    for one in pulled.imports:
        name = import_name(one.name)
        seen[one.type, name] = seen.get((one.type, name), 0) + 1
        number = seen[one.type, name]
        resources.append(
            {
                "type": f"{_PREFIX}{one.type}",
                "name": name if number == 1 else f"{name}-{number}",
                "id": one.id,
            }
        )
    return json.dumps({"resources": resources}, indent=2) + "\n"


def imported(text: str) -> Mapping[tuple[str, str], str]:
    """Return what an import file holds: ids by type, without package and module, and name.

    Args:
        text: The file's text.

    Raises:
        json.JSONDecodeError: It is no JSON.
        KeyError: A resource lacks its type, name or id.
        TypeError: It has another form.
    """
    resources = json.loads(text)["resources"]
    return {(one["type"].removeprefix(_PREFIX), one["name"]): one["id"] for one in resources}
