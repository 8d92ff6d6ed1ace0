"""What the SQL of a room's views tells about them, for comparing two states of the room."""

from __future__ import annotations

from declarations.bigquery.room import BigQueryRoom
from policies.changes.views import UNREAD, ViewLinks
from simulator.views.bigquery_room import tables
from simulator.views.order import placed_views


def view_links(room: BigQueryRoom | None) -> ViewLinks:
    """Follow the queries of the views of *room*.

    Args:
        room: A room whose views can be followed; None when there is none.
    """
    if room is None:
        return UNREAD
    known, placed = tables(room), placed_views(room)
    return ViewLinks(
        reads={one.view.name: one.over for one in placed},
        feeds={one.view.name: one.feeds for one in placed},
        columns={one.view.name: tuple(known[one.view.name].columns) for one in placed},
    )
