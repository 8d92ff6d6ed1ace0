"""Two states of a room of BigQuery compared, in privacy terms; what loosens is what `cleanroom apply` would refuse."""

from __future__ import annotations

from collections.abc import Iterator

from declarations.base import Problem
from declarations.bigquery.alteration import loosened
from declarations.bigquery.policy_differences import policy_differences
from declarations.bigquery.room import BigQueryRoom, BigQueryView
from declarations.bigquery.view_updates import ViewState, view_update
from policies.changes.comparing import Change
from policies.changes.effects import Effect


def compare_views(name: str, old: BigQueryRoom | None, new: BigQueryRoom | None) -> tuple[Change, ...]:
    """Return everything that differs between two states of a room.

    Args:
        name: The room's name, the first word of every target.
        old: The room as it was; None: there was none.
        new: The room as it is to be; None: it goes.
    """
    if old is None:
        return (Change(Effect.LOOSENS, name, "is new"),)
    if new is None:
        return (Change(Effect.TIGHTENS, name, "is gone"),)
    return (*_rooms(name, old, new), *_tables(name, old, new), *_views(name, old, new))


def _rooms(name: str, old: BigQueryRoom, new: BigQueryRoom) -> Iterator[Change]:
    if old.project != new.project:
        yield Change(Effect.LOOSENS, f"{name}/project", f"was {old.project}, is {new.project}")
    if old.name != new.name:
        yield Change(Effect.LEAVES, f"{name}/name", f"was {old.name}, is {new.name}")


def _tables(name: str, old: BigQueryRoom, new: BigQueryRoom) -> Iterator[Change]:
    """Tables are what views are made of; they are declared, and shared with nobody."""
    before, after = ({table.name: table for table in room.tables} for room in (old, new))
    for path in dict.fromkeys((*before, *after)):
        if before.get(path) != after.get(path):
            message = "is gone" if path not in after else "is new" if path not in before else "has other columns"
            yield Change(Effect.LEAVES, f"{name}/tables/{path}", message)


def _views(name: str, old: BigQueryRoom, new: BigQueryRoom) -> Iterator[Change]:
    before, after = ({view.name: view for view in room.views} for room in (old, new))
    for path in dict.fromkeys((*before, *after)):
        target, was, becomes = f"{name}/views/{path}", before.get(path), after.get(path)
        if was is None:
            yield Change(Effect.LOOSENS, target, "is new")
        elif becomes is None:
            yield Change(Effect.TIGHTENS, target, "is gone")
        else:
            yield from _view(target, was, becomes)


def _view(target: str, old: BigQueryView, new: BigQueryView) -> Iterator[Change]:
    update = view_update(new, ViewState.declared(old))
    looser = list(update.loosened())
    if update.changes_query and old.privacy_policy is None:
        looser.append("its query changes")
    yield from (Change(Effect.LOOSENS, target, message) for message in looser)
    told = list(loosened(old.privacy_policy, new.privacy_policy))
    for line in policy_differences(old.privacy_policy, new.privacy_policy):
        if not any(_is_about(problem, line) for problem in told):
            yield Change(Effect.TIGHTENS, target, line)
    for reason in update.forbidden():
        yield Change(Effect.LEAVES, target, f"cleanroom apply refuses it: {reason}")
    if old.columns != new.columns:
        yield Change(Effect.LEAVES, target, "its columns are declared differently")


def _is_about(problem: Problem, line: str) -> bool:
    """Tell whether a line of `policy_differences` is of the value that *problem* is about, or below it."""
    return line.startswith(".".join(map(str, problem.path)))
