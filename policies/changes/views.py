"""Compare two states of a BigQuery room in privacy terms; `cleanroom apply` refuses what counts as loosening here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from declarations.base import Problem
from declarations.bigquery.alteration import loosened
from declarations.bigquery.policy_differences import policy_differences
from declarations.bigquery.room import BigQueryRoom, BigQueryView, Columns
from declarations.bigquery.view_updates import ViewState, view_update
from policies.changes.comparing import Change
from policies.changes.effects import Effect


@dataclass(frozen=True, slots=True)
class ViewLinks:
    """What the SQL of a room's views reveals in one state, by path of the view.

    Attributes:
        reads: Views with a policy that it reads, directly or through others.
        feeds: Views with a policy that read it, directly or through others.
        columns: Names of its columns.
    """

    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    feeds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


UNREAD = ViewLinks()
"""Nothing is known about the views' SQL."""


def compare_views(
    name: str,
    old: BigQueryRoom | None,
    new: BigQueryRoom | None,
    before: ViewLinks = UNREAD,
    after: ViewLinks = UNREAD,
) -> tuple[Change, ...]:
    """Return everything that differs between two states of a room.

    Args:
        name: The room's name, the first word of every target.
        old: The room as it was; None if it is new.
        new: The room as it is to be; None if it is removed.
        before: What the SQL of the old views reveals.
        after: What the SQL of the new views reveals.
    """
    if old is None:
        return (Change(Effect.LOOSENS, name, "is new"),)
    if new is None:
        return (Change(Effect.TIGHTENS, name, "is gone"),)
    return (*_rooms(name, old, new), *_tables(name, old, new), *_Views(name, before, after).compared(old, new))


def _rooms(name: str, old: BigQueryRoom, new: BigQueryRoom) -> Iterator[Change]:
    if old.project != new.project:
        yield Change(Effect.LOOSENS, f"{name}/project", f"was {old.project}, is {new.project}")
    if old.name != new.name:
        yield Change(Effect.LEAVES, f"{name}/name", f"was {old.name}, is {new.name}")


def _tables(name: str, old: BigQueryRoom, new: BigQueryRoom) -> Iterator[Change]:
    """Yield the changes of tables: the sources of views, which are not shared themselves."""
    before, after = ({table.name: table for table in room.tables} for room in (old, new))
    for path in dict.fromkeys((*before, *after)):
        target = f"{name}/tables/{path}"
        if path not in before or path not in after:
            yield Change(Effect.LEAVES, target, "is new" if path in after else "is gone")
            continue
        was, becomes = before[path].columns, after[path].columns
        if was != becomes:
            message = "describes its columns otherwise" if _types(was) == _types(becomes) else "has other columns"
            yield Change(Effect.LEAVES, target, message)
        for column, old_data, new_data in _personal_data(was, becomes):
            # Policies find personal data by this: a different word may exempt the column from them.
            effect = Effect.LOOSENS if old_data else Effect.TIGHTENS
            message = f"was {old_data or 'absent'}, is {new_data or 'absent'}"
            yield Change(effect, f"{target}/columns/{column}/pii", message)


def _types(columns: Columns) -> list[tuple[str, str]]:
    return [(name, column.type) for name, column in columns.items()]


def _personal_data(old: Columns, new: Columns) -> Iterator[tuple[str, str | None, str | None]]:
    """Yield each common column whose declared personal data differs: its name, the old word and the new one."""
    before = {name.lower(): column.pii for name, column in old.items()}
    for name, column in new.items():
        if before.get(name.lower(), column.pii) != column.pii:
            yield name, before[name.lower()], column.pii


@dataclass(frozen=True, slots=True)
class _Views:
    name: str
    before: ViewLinks
    after: ViewLinks

    def compared(self, old: BigQueryRoom, new: BigQueryRoom) -> Iterator[Change]:
        was, becomes = ({view.name: view for view in room.views} for room in (old, new))
        for path in dict.fromkeys((*was, *becomes)):
            target = f"{self.name}/views/{path}"
            if path not in was:
                update = view_update(becomes[path], None, over=self.after.reads.get(path, ()))
                yield from (Change(Effect.LOOSENS, target, message) for message in update.loosened())
            elif path not in becomes and new.table(path):
                yield Change(Effect.LOOSENS, target, "becomes a table, whose rows no query of the view chooses")
            elif path not in becomes:
                yield Change(Effect.TIGHTENS, target, "is gone")
            else:
                yield from self.view(target, was[path], becomes[path])

    def view(self, target: str, old: BigQueryView, new: BigQueryView) -> Iterator[Change]:
        feeds, reads = (
            tuple(dict.fromkeys((*one.get(new.name, ()), *other.get(new.name, ()))))
            for one, other in ((self.before.feeds, self.after.feeds), (self.before.reads, self.after.reads))
        )
        update = view_update(new, ViewState.declared(old), feeds, reads)
        for message in (*update.loosened(), *self.gained(new.name)):
            yield Change(Effect.LOOSENS, target, message)
        if not update.changes_query:
            yield from self.protection(target, new.name)
        told = list(loosened(old.privacy_policy, new.privacy_policy))
        for line in policy_differences(old.privacy_policy, new.privacy_policy):
            if not any(_is_about(problem, line) for problem in told):
                yield Change(Effect.TIGHTENS, target, line)
        for reason in update.forbidden():
            yield Change(Effect.LEAVES, target, f"cleanroom apply refuses it: {reason}")
        if old.columns != new.columns:
            yield Change(Effect.LEAVES, target, "its columns are declared differently")
            yield from _stated_data(target, old.columns or {}, new.columns or {})

    def protection(self, target: str, view: str) -> Iterator[Change]:
        """Yield the protected views that the unchanged query no longer reads, or newly reads through other views."""
        was, becomes = self.before.reads.get(view), self.after.reads.get(view)
        if was is None or becomes is None:
            return
        lost, gained = (path for path in was if path not in becomes), (path for path in becomes if path not in was)
        yield from (
            Change(Effect.LOOSENS, target, f"what it reads is no longer protected by '{path}'") for path in lost
        )
        yield from (Change(Effect.TIGHTENS, target, f"what it reads is protected by '{path}'") for path in gained)

    def gained(self, view: str) -> Iterator[str]:
        """Yield the columns that a view newly shows, such as new columns of a table under `SELECT *`."""
        known = self.before.columns.get(view)
        if known is not None:
            yield from (f"shows column '{each}' too" for each in self.after.columns.get(view, ()) if each not in known)


def _stated_data(target: str, old: Columns, new: Columns) -> Iterator[Change]:
    """Yield changes of the declared personal data of a view's columns: it overrides the query's, so any may loosen."""
    was, becomes = ({name.lower(): column.pii for name, column in each.items() if column.pii} for each in (old, new))
    for column in dict.fromkeys((*was, *becomes)):
        before, after = was.get(column), becomes.get(column)
        if before != after:
            message = f"was {before or 'that of its query'}, is {after or 'that of its query'}"
            yield Change(Effect.LOOSENS, f"{target}/columns/{column}/pii", message)


def _is_about(problem: Problem, line: str) -> bool:
    """Return whether a line of `policy_differences` is about the value of *problem*, or a value inside it."""
    return line.startswith(".".join(map(str, problem.path)))
