"""What the company has decided, for a pack that Pulumi starts without arguments."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from declarations.loading.evidence import load_evidence
from declarations.macie_evidence import MacieEvidence
from policies.configuration import Configured, configure, settings_to_judge_by
from policies.registry import BASELINE

SETTINGS: Final = "CLEANROOM_POLICIES"
"""The environment variable that names the `policies.yaml`."""


@dataclass(frozen=True, slots=True)
class Company:
    """Decisions about policies, and what Macie knows.

    Attributes:
        configured: Policies, levels, numbers and waivers.
        evidence: Macie's evidence; None: nobody has pulled it.
    """

    configured: Configured
    evidence: tuple[MacieEvidence, ...] | None


def company(environment: Mapping[str, str] = os.environ) -> Company:
    """Read the `policies.yaml` that the environment names; else the nearest one of the folder Pulumi was called in.

    Raises:
        LoadingError: With everything that is wrong with it, its packs, waivers and evidence.
    """
    # Pulumi runs the pack in the pack's own folder; the shell's PWD still says where Pulumi was called.
    folder = Path(environment.get("PWD") or Path.cwd())
    named = environment.get(SETTINGS)
    configured = configure(folder / named if named else settings_to_judge_by(folder), BASELINE)
    return Company(configured, load_evidence(configured.evidence) if configured.evidence else None)
