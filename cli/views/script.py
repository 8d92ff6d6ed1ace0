"""The script of `cleanroom render bigquery`: statements, and comments that say what they mean for privacy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from cli.views.deployed_views import update_lines
from declarations.bigquery.names import quoted_path
from declarations.bigquery.room import BigQueryRoom, BigQueryView
from declarations.bigquery.view_updates import Action, ViewUpdate


def whole_script(room: BigQueryRoom, updates: Sequence[ViewUpdate]) -> str:
    """Return the statements of *updates*, which make views whether they are there already or not.

    Args:
        room: The room.
        updates: One for every view, each after the views that it reads.
    """
    parts = [_comment(f"The views of room '{room.name}', each after the views that it reads.", *_where(room, updates))]
    parts += [f"{_comment(*_about(update.view))}\n{update.statement}" for update in updates]
    return "\n\n".join(parts) + "\n"


def update_script(room: BigQueryRoom, updates: Sequence[ViewUpdate], gone: Iterable[str]) -> str:
    """Return the statements that carry *updates* out; what changes nothing is a comment.

    Args:
        room: The room as it is to be.
        updates: One for every view, each after the views that it reads; none is forbidden.
        gone: Paths of views that are declared no more.
    """
    title = f"An update of the views of room '{room.name}', each after the views that it reads."
    parts = [_comment(title, *_where(room, updates))]
    parts += [f"{_comment(*update_lines(update))}\n{update.statement}".rstrip() for update in updates]
    parts += [
        _comment(f"{name}: declared no more, and left as it is; to drop it:", f"DROP VIEW {quoted_path(name)};")
        for name in gone
    ]
    return "\n\n".join(parts) + "\n"


def _where(room: BigQueryRoom, updates: Sequence[ViewUpdate]) -> Iterator[str]:
    """Say where to run a script that makes a view of a query: as written, it may name tables without their project."""
    if any(update.action in {Action.CREATE, Action.REPLACE} for update in updates):
        yield f"Run it in project {room.project}: tables that a query names without a project are looked up there."


def _about(view: BigQueryView) -> Iterator[str]:
    policy = view.privacy_policy
    yield f"{view.name}: {policy.kind if policy else 'no policy of its own'}"
    if policy and (private := policy.differential_privacy_policy):
        budget = f"epsilon {private.epsilon_budget:g} and delta {private.delta_budget:g}"
        yield f"Replacing it begins its privacy budgets anew: {budget}."


def _comment(*lines: str) -> str:
    """Return *lines* as comments; nothing in them can end one."""
    return "\n".join(f"-- {piece}" for line in lines for piece in line.splitlines())
