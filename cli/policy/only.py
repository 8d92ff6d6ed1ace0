"""`--only POLICY` of the commands that ask policies."""

from __future__ import annotations

from collections.abc import Sequence

from declarations.loading import LoadingError
from declarations.loading.problems import FileProblem
from declarations.naming import closest


def refuse_unknown_policies(only: Sequence[str], known: Sequence[str]) -> None:
    """Refuse a name that is not that of a policy: the run would pass without having evaluated it.

    Args:
        only: The names given.
        known: The policies that can be asked here.

    Raises:
        LoadingError: A name is not among *known*.
    """
    for name in only:
        if name not in known:
            message = f"there is no policy {name!r} to apply; cleanroom policy list shows all with their levels"
            raise LoadingError([FileProblem("--only", message, found=name, suggestion=closest(name, known))])
