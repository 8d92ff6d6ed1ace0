"""Which policies apply, at which level, with which configuration: the baseline, own packs and a company's settings."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Final

from pydantic import ValidationError

from declarations.loading.evidence import evidence_files
from declarations.loading.problems import FileProblem, LoadingError
from declarations.loading.waivers import (
    POLICIES_FILE,
    WAIVERS_FILE,
    PlacedWaiver,
    load_policy_settings,
    load_waivers,
    settings_place,
)
from declarations.naming import closest
from declarations.policy_settings import PolicyChoice, PolicySettings
from policies.judging import Chosen, choose
from policies.policy import Configuration, Level, Policy

REGISTRY: Final = "registry.py"
"""The file of an own pack that holds `POLICIES`, a tuple."""
EVIDENCE_FILE: Final = "evidence.json"
"""Usual name of Macie's evidence, beside the policy settings."""


@dataclass(frozen=True, slots=True)
class Configured:
    """The policies as configured by a company.

    Attributes:
        file: The `policies.yaml`; None if there is none and the baseline applies unchanged.
        policies: All known policies, including disabled ones.
        chosen: The policies to evaluate.
        waivers: The waivers from the waivers file; those in comments of rooms are added later.
        evidence: The path of Macie's evidence; None if there is none.
    """

    file: Path | None
    policies: tuple[Policy, ...]
    chosen: tuple[Chosen, ...]
    waivers: tuple[PlacedWaiver, ...]
    evidence: Path | None


def find_settings(folder: Path) -> Path | None:
    """Return the nearest `policies.yaml`, in *folder* or a parent, up to the repository's root; None if none exists."""
    files = (place / POLICIES_FILE for place in _places(folder))
    return next((file for file in files if file.is_file()), None)


def settings_to_judge_by(folder: Path) -> Path | None:
    """Return the `policies.yaml` nearest to *folder*, and make sure that no nearer `waivers.yaml` is ignored.

    Raises:
        LoadingError: There is a `waivers.yaml` without a `policies.yaml` beside it, and none above that names it.
    """
    settings = find_settings(folder)
    named = load_policy_settings(settings).waivers if settings else None
    read = (settings.parent / named).resolve() if settings and named else None
    for place in _places(folder):
        waivers = place / WAIVERS_FILE
        if settings and place == settings.parent:
            break
        if waivers.is_file() and waivers != read:
            message = f"nothing reads these waivers: there is no {POLICIES_FILE} beside them; " + (
                f"name them in {str(settings)!r}" if settings else "make one, with 'policies: {}' in it"
            )
            raise LoadingError([FileProblem(str(waivers), message)])
    return settings


def _places(folder: Path) -> Iterator[Path]:
    """Yield *folder* and its parents, up to the repository's root."""
    for place in (folder.resolve(), *folder.resolve().parents):
        yield place
        if (place / ".git").exists():
            return


def configure(file: Path | None, baseline: Sequence[Policy]) -> Configured:
    """Read a company's policy settings.

    Args:
        file: A `policies.yaml`; None for the unchanged baseline.
        baseline: The policies that come with the product.

    Raises:
        LoadingError: With everything that is wrong with the file, its packs and its waivers.
    """
    if file is None:
        return Configured(None, tuple(baseline), choose(baseline), (), None)
    settings = load_policy_settings(file)
    policies = (*(baseline if settings.baseline else ()), *_own_policies(file, settings))
    levels = {name: Level(choice.level) for name, choice in settings.policies.items() if choice.level}
    configurations = _configurations(file, settings.policies, {policy.name: policy for policy in policies})
    return Configured(
        file,
        policies,
        choose(policies, levels, configurations),
        waivers_of(file),
        _beside(file, settings.evidence, EVIDENCE_FILE),
    )


def decided(file: Path | None, policies: Sequence[Policy]) -> tuple[Chosen, ...]:
    """Return those of *policies* that are enabled, as configured by a company, without running own packs.

    Args:
        file: A `policies.yaml`; None for the policies unchanged.
        policies: Policies that come with the product.

    Raises:
        LoadingError: With everything that is wrong with what the file says about them.
    """
    if file is None:
        return choose(policies)
    settings = load_policy_settings(file)
    known = {policy.name: policy for policy in policies}
    choices = {name: choice for name, choice in settings.policies.items() if name in known}
    levels = {name: Level(choice.level) for name, choice in choices.items() if choice.level}
    return choose(policies if settings.baseline else (), levels, _configurations(file, choices, known))


def waivers_of(file: Path) -> tuple[PlacedWaiver, ...]:
    """Return the waivers of the file that the settings in *file* name, or of the `waivers.yaml` beside it.

    Raises:
        LoadingError: With everything that is wrong with either file.
    """
    waivers = _beside(file, load_policy_settings(file).waivers, WAIVERS_FILE)
    return load_waivers(waivers) if waivers else ()


def evidence_of(file: Path) -> Path | None:
    """Return the path of the evidence that the settings in *file* name, or of the one beside it; None if absent.

    Raises:
        LoadingError: With everything that is wrong with the file.
    """
    return _beside(file, load_policy_settings(file).evidence, EVIDENCE_FILE)


def files_of(file: Path) -> Iterator[Path]:
    """Yield every file that the settings in *file* depend on: itself, waivers and evidence.

    Own packs are left out: they are code that can import and read anything, so no list of files would be complete.

    Raises:
        LoadingError: *file* or the evidence is wrong.
    """
    settings = load_policy_settings(file)
    yield file
    if waivers := _beside(file, settings.waivers, WAIVERS_FILE):
        yield waivers
    if evidence := evidence_of(file):
        yield from evidence_files(evidence)


def _beside(file: Path, named: str | None, usual: str) -> Path | None:
    """Return the file that the settings name, else the usual one if it exists, else None."""
    if named is not None:
        return file.parent / named
    return file.parent / usual if (file.parent / usual).exists() else None


def _own_policies(file: Path, settings: PolicySettings) -> Iterator[Policy]:
    for index, pack in enumerate(settings.packs):
        registry = file.parent / pack / REGISTRY
        if not registry.is_file():
            message = f"the pack {pack!r} has no {REGISTRY!r}"
            raise LoadingError([FileProblem(str(file), message, path=f"packs[{index}]", found=pack)])
        policies = getattr(_run(registry), "POLICIES", None)
        if not isinstance(policies, tuple) or not all(isinstance(one, Policy) for one in policies):
            message = f"the pack {pack!r} defines no tuple of policies named POLICIES"
            raise LoadingError([FileProblem(str(registry), message)])
        for policy in policies:
            _require_page(policy, registry)
            yield policy


def _require_page(policy: Policy, registry: Path) -> None:
    try:
        _ = policy.page
    except ValueError as error:
        raise LoadingError([FileProblem(str(registry), str(error))]) from None


def _run(registry: Path) -> ModuleType:
    """Import a pack's registry under its folder's name, so that it can import its policies as `pack.policy`."""
    package = registry.parent.name
    folder = str(registry.parent.parent)
    specification = importlib.util.spec_from_file_location(f"{package}.{registry.stem}", registry)
    if specification is None or specification.loader is None:  # pragma: no cover - a .py file always has a loader
        raise LoadingError([FileProblem(str(registry), "is not a Python file")])
    module = importlib.util.module_from_spec(specification)
    sys.path.insert(0, folder)
    try:
        specification.loader.exec_module(module)
    except Exception as error:  # noqa: BLE001 - whatever the code of a pack raises is its author's to read
        message = f"the pack cannot be imported: {type(error).__name__}: {error}"
        raise LoadingError([FileProblem(str(registry), message)]) from None
    finally:
        sys.path.remove(folder)
    return module


def _configurations(
    file: Path, choices: Mapping[str, PolicyChoice], policies: Mapping[str, Policy]
) -> dict[str, Configuration]:
    found: dict[str, Configuration] = {}
    problems = []
    for name, choice in choices.items():
        path = f"policies.{name}"
        if name not in policies:
            message = f"there is no policy {name!r}"
            near = closest(name, policies)
            place = settings_place(file, ("policies", name))
            problems.append(FileProblem(str(file), message, place, path, found=name, suggestion=near))
        elif choice.configuration is not None:
            try:
                found[name] = _configuration(policies[name], choice.configuration)
            except ValidationError as error:
                problems.append(_misconfigured(file, policies[name], error))
            except ValueError as error:
                problems.append(FileProblem(str(file), str(error), path=path))
    if problems:
        raise LoadingError(problems)
    return found


def _misconfigured(file: Path, policy: Policy, error: ValidationError) -> FileProblem:
    """Return the first problem of a policy's configuration, with its place in the file."""
    first = error.errors()[0]
    keys = ("policies", policy.name, "configuration", *first["loc"])
    place = settings_place(file, keys)
    path = ".".join(map(str, keys))
    if first["type"] == "extra_forbidden" and policy.configuration is not None:
        key, known = str(keys[-1]), tuple(policy.configuration.model_fields)
        message = f"{policy.name!r} has no number or name {key!r} to configure"
        return FileProblem(str(file), message, place, path, key, known, closest(key, known))
    message = first["msg"].removeprefix("Value error, ")
    return FileProblem(str(file), message, place, path, repr(first["input"]))


def _configuration(policy: Policy, values: Mapping[str, object]) -> Configuration:
    if policy.configuration is None:
        message = f"{policy.name!r} has nothing to configure"
        raise ValueError(message)
    return policy.configuration.model_validate(values)
