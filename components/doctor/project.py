"""Read from `Pulumi.yaml` where the plugin and the virtual environment are."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

PLUGIN = "cleanrooms"
"""The plugin's name in `plugins.providers`."""


def plugin_folder(project: Path) -> Path:
    """Return the folder in which Pulumi looks for the plugin; by default, this repository's.

    Args:
        project: The folder of Pulumi.yaml.
    """
    plugins = _part(_told(project), "plugins").get("providers")
    named = [each for each in plugins or () if isinstance(each, Mapping) and each.get("name") == PLUGIN]
    place = named[0].get("path") if named else None
    return project / str(place or "components/provider")


def virtual_environment_folder(project: Path) -> Path:
    """Return the folder of the virtual environment in which Pulumi runs the program.

    Args:
        project: The folder of Pulumi.yaml.
    """
    place = _part(_part(_told(project), "runtime"), "options").get("virtualenv")
    return project / str(place or ".venv")


def _told(project: Path) -> Any:  # noqa: ANN401 - whatever the file holds
    import yaml

    try:
        return yaml.safe_load((project / "Pulumi.yaml").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return None


def _part(told: Any, name: str) -> Mapping[str, Any]:  # noqa: ANN401 - whatever the file holds
    part = told.get(name) if isinstance(told, Mapping) else None
    return part if isinstance(part, Mapping) else {}
