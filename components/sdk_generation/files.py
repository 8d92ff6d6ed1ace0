"""The files that are generated, and writing them."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

from components.resources import RESOURCE_TYPES
from components.resources.functions import FUNCTIONS
from components.resources.provider_settings import settings
from components.sdk_generation.module_texts import functions_module, package_module, provider_module, resource_module
from components.sdk_generation.nested_types import NestedTypes
from components.sdk_generation.package_schema import package_schema
from components.sdk_generation.resource_pages import index_page, resource_page
from components.sdk_generation.type_texts import python_name

SDK = Path("components/sdk")
"""The folder of the generated modules, below the repository."""

SCHEMA = Path("components/provider/schema.json")
"""The package schema, which the provider answers to GetSchema."""

PAGES = Path("docs/resources")
"""The folder of the pages about resource types."""

_REPOSITORY = Path(__file__).parents[2]


def write(root: Path) -> tuple[Path, ...]:
    """Write every generated file below *root* and return their paths, relative to it.

    Raises:
        subprocess.CalledProcessError: `ruff format` refuses what was generated.
    """
    texts = {**sdk_texts(), SCHEMA: schema_text(), **page_texts()}
    for path, text in texts.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")
    modules = [str(root / path) for path in texts if path.suffix == ".py"]
    _ruff("check", "--fix", "--select", "I", *modules)
    _ruff("format", *modules)
    return tuple(texts)


def sdk_texts() -> dict[Path, str]:
    """Return the text of each module of the SDK by its path, before formatting."""
    nested = NestedTypes()
    modules = {"provider": provider_module(settings(), nested)}
    modules |= {python_name(resource.name): resource_module(resource, nested) for resource in RESOURCE_TYPES}
    modules["functions"] = functions_module(FUNCTIONS, nested)
    texts = {SDK / f"{name}.py": text for name, text in modules.items()}
    return {**texts, SDK / "__init__.py": package_module(modules)}


def schema_text() -> str:
    """Return the text of the package schema."""
    project = tomllib.loads((_REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return json.dumps(package_schema(project["version"]), indent=2, ensure_ascii=False) + "\n"


def page_texts() -> dict[Path, str]:
    """Return the text of each page by its path."""
    pages = {PAGES / f"{python_name(resource.name)}.md": resource_page(resource) for resource in RESOURCE_TYPES}
    return {PAGES / "README.md": index_page(), **pages}


def _ruff(*words: str) -> None:
    # The settings of the repository wherever the files are: the tests write them to a folder of their own.
    settings_file = str(_REPOSITORY / "pyproject.toml")
    command = (sys.executable, "-m", "ruff", *words, "--quiet", "--config", settings_file)
    subprocess.run(command, check=True)  # noqa: S603 - our own tool on our own files
