"""Start the policy pack. Pulumi runs this file in its own folder, which comes first in `sys.path`."""

from __future__ import annotations

import sys

from pulumi_policy import PolicyPack

from declarations.loading.problems import LoadingError, render
from policies.crossguard.company import Company, company
from policies.crossguard.pack import keep_secret_marks, pack_policies


def _company() -> Company:
    """Read the company's settings; an error in them stops the pack, so that nothing is deployed unchecked."""
    try:
        return company()
    except LoadingError as error:
        sys.exit(render(error.problems))


keep_secret_marks()
PolicyPack("cleanroom", pack_policies(_company()))
