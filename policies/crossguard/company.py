"""The company's policy settings, for a pack that Pulumi starts without arguments."""

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
    """Policy settings and Macie's evidence.

    Attributes:
        configured: Policies with their levels, configurations and waivers.
        evidence: Macie's evidence; None if there is none.
    """

    configured: Configured
    evidence: tuple[MacieEvidence, ...] | None


def company(environment: Mapping[str, str] = os.environ) -> Company:
    """Read the `policies.yaml` that the environment names, else the one nearest to the folder Pulumi was called in.

    Raises:
        LoadingError: The file, its packs, waivers or evidence are wrong; it lists every problem.
    """
    # Pulumi runs the pack in the pack's own folder; the shell's PWD still says where Pulumi was called.
    folder = Path(environment.get("PWD") or Path.cwd())
    named = environment.get(SETTINGS)
    configured = configure(folder / named if named else settings_to_judge_by(folder), BASELINE)
    return Company(configured, load_evidence(configured.evidence) if configured.evidence else None)
