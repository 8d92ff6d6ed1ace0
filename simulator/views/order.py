"""The views of a BigQuery room in the order in which they can be made."""

from __future__ import annotations

from dataclasses import dataclass

from declarations.bigquery.room import BigQueryRoom, BigQueryView
from simulator.views.bigquery_room import view_reads


@dataclass(frozen=True, slots=True)
class PlacedView:
    """A view and its place among the others.

    Attributes:
        view: The view.
        reads: Paths of the views that must be there before it, directly or through others.
        feeds: Paths of the views with a policy that read it, directly or through others.
        over: Paths of the views with a policy among `reads`.
    """

    view: BigQueryView
    reads: tuple[str, ...]
    feeds: tuple[str, ...]
    over: tuple[str, ...]


def placed_views(room: BigQueryRoom) -> tuple[PlacedView, ...]:
    """Return the views of *room*, each after all that it reads.

    Raises:
        ViewError: As of `view_reads`.
    """
    direct = view_reads(room)
    declared = {view.name: view for view in room.views}
    ordered = [declared[name] for name in direct]
    below: dict[str, set[str]] = {}
    for name, named in direct.items():
        below[name] = {*named}.union(*(below[other] for other in named))
    return tuple(
        PlacedView(
            view,
            tuple(other.name for other in ordered if other.name in below[view.name]),
            tuple(other.name for other in ordered if other.privacy_policy and view.name in below[other.name]),
            tuple(other.name for other in ordered if other.privacy_policy and other.name in below[view.name]),
        )
        for view in ordered
    )
