"""The destinations in output configurations.

Source: API ProtectedQueryOutputConfiguration, MembershipProtectedQueryResultConfiguration,
MembershipProtectedJobResultConfiguration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.api.store import Store


def locations(output: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield each destination of an output configuration: `s3` or `member`, with its configuration."""
    for kind, stated in output.items():
        if kind == "distribute":
            for location in stated["locations"]:
                yield from location.items()
        else:
            yield kind, stated


def default_place(store: Store, collaboration_id: str, account: str) -> Mapping[str, Any] | None:
    """Return a member's default for query results, a ProtectedQueryOutputConfiguration with `s3`; None if unset."""
    return _default(store, collaboration_id, account, "defaultResultConfiguration")


def default_job_place(store: Store, collaboration_id: str, account: str) -> Mapping[str, Any] | None:
    """Return a member's default for job results, a MembershipProtectedJobOutputConfiguration; None if unset."""
    return _default(store, collaboration_id, account, "defaultJobResultConfiguration")


def _default(store: Store, collaboration_id: str, account: str, name: str) -> Mapping[str, Any] | None:
    for membership in store.of("membership", parent=collaboration_id, account=account):
        stated = membership.body.get(name)
        if stated is not None:
            output: Mapping[str, Any] = stated["outputConfiguration"]
            return output
    return None
