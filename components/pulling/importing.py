"""The file for `pulumi import --file`: the member's own resources with their ids.

Source: https://www.pulumi.com/docs/iac/guides/migration/import/
"""

from __future__ import annotations

import json
import re

from components.pulling.room import PulledRoom


def import_file(pulled: PulledRoom) -> str:
    """Return the JSON that `pulumi import --file` reads; names are made unique within their type."""
    seen: dict[tuple[str, str], int] = {}
    resources = []
    for one in pulled.imports:
        name = re.sub(r"[^a-z0-9_-]+", "-", one.name.lower()).strip("-")
        seen[one.type, name] = seen.get((one.type, name), 0) + 1
        number = seen[one.type, name]
        resources.append(
            {
                "type": f"cleanrooms:index:{one.type}",
                "name": name if number == 1 else f"{name}-{number}",
                "id": one.id,
            }
        )
    return json.dumps({"resources": resources}, indent=2) + "\n"
