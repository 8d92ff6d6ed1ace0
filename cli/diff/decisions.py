"""A company's decisions with all that they rest on: waivers, the code of own packs, and evidence. Nothing is run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from declarations.loading.evidence import load_evidence
from declarations.loading.waivers import load_policy_settings
from declarations.macie_evidence import MacieEvidence
from declarations.policy_settings import PolicySettings
from policies.configuration import evidence_of, waivers_of

Days = Mapping[str, date]
"""The last day of each waiver, by what it excuses."""


@dataclass(frozen=True, slots=True)
class Decisions:
    """What a `policies.yaml` says and names; as it is made, what holds without one.

    Attributes:
        file: The file; None: there is none.
        settings: What it says.
        waivers: The waivers of its file of waivers.
        packs: Of each own pack, as the file names it, the digest of every file in it.
        evidence: What Macie knows, by account; evidence that is pulled where policies are asked may be in no state.
    """

    file: Path | None = None
    settings: PolicySettings = field(default_factory=PolicySettings)
    waivers: Days = field(default_factory=dict)
    packs: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    evidence: Mapping[str, MacieEvidence] = field(default_factory=dict)

    def values(self) -> dict[str, Any]:
        """Return all of it as JSON's values."""
        return {
            "settings": self.settings.model_dump(mode="json"),
            "waivers": {excused: day.isoformat() for excused, day in self.waivers.items()},
            "packs": {pack: dict(files) for pack, files in self.packs.items()},
            "evidence": {account: one.model_dump(mode="json") for account, one in self.evidence.items()},
        }


def load_decisions(file: Path | None) -> Decisions:
    """Read the decisions of *file*; None: there are none.

    Raises:
        LoadingError: The file, its waivers or its evidence is wrong.
    """
    if file is None:
        return Decisions()
    settings = load_policy_settings(file)
    evidence = evidence_of(file)
    return Decisions(
        file,
        settings,
        {" ".join(filter(None, (one.policy, "on", one.target, one.part))): one.expires for one in waivers_of(file)},
        {pack: dict(_digests(file.parent / pack)) for pack in settings.packs},
        {one.account: one for one in load_evidence(evidence)} if evidence and evidence.exists() else {},
    )


def counterpart(state: Path, other: Path, named: Path) -> Path | None:
    """Return the file of *other* that stands where *named* does in *state*; None if there is none.

    A file outside *state* is part of no state: it is returned as it is.

    Args:
        state: Where one state is.
        other: Where the other is.
        named: A `policies.yaml`.
    """
    root, full = _root(state), named.resolve()
    if not full.is_relative_to(root):
        return named
    found = _root(other) / full.relative_to(root)
    return found if found.is_file() else None


def _root(state: Path) -> Path:
    """Return the repository that a state is in; the state's own folder if it is in none."""
    folder = state.resolve() if state.is_dir() else state.resolve().parent
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def _digests(pack: Path) -> Iterator[tuple[str, str]]:
    for place, folders, files in os.walk(pack):
        links = [name for name in folders if Path(place, name).is_symlink()]
        folders[:] = sorted(name for name in folders if name != "__pycache__")
        for name in sorted((*files, *links)):
            file = Path(place, name)
            content = os.fsencode(file.readlink()) if file.is_symlink() else file.read_bytes()
            yield file.relative_to(pack).as_posix(), sha256(content).hexdigest()
