"""Starts the pack; Pulumi runs this file in its own folder, with that folder first among the places of modules."""

from __future__ import annotations

import sys

from pulumi_policy import PolicyPack

from declarations.loading.problems import LoadingError, render
from policies.crossguard.company import Company, company
from policies.crossguard.pack import keep_secret_marks, pack_policies


def _company() -> Company:
    """Read what the company has decided; a mistake there ends the pack, so that nothing is deployed unjudged."""
    try:
        return company()
    except LoadingError as error:
        sys.exit(render(error.problems))


keep_secret_marks()
PolicyPack("cleanroom", pack_policies(_company()))
