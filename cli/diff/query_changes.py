"""The queries of two states of a room compared: what they ask, what is expected of them, and what is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from cli.diff.opened_state import DecidedRoom
from declarations.loading.queries import Expectation, QueryFile
from policies.changes.comparing import Change
from policies.changes.effects import Effect
from simulator.analysis_rules import judge
from simulator.verdict import Outcome

_OPEN: Final[Mapping[str, int]] = {Outcome.DENIED: 0, Outcome.UNDOCUMENTED: 1, Outcome.ALLOWED: 2}


def queries_between(name: str, old: DecidedRoom, new: DecidedRoom) -> Iterator[Change]:
    """Yield how the queries and templates of a room differ, and which of them change their verdict.

    A query in a file grants nothing, but it is what people ask and what tests the room: of a text that nobody has seen
    somebody has to take note, and a refusal that is not expected any more is a test less.

    Args:
        name: The room's name, the first word of every target.
        old: The room as it was.
        new: The room as it is to be.
    """
    before, after = ({query.name: query for query in room.queries} for room in (old, new))
    for each in dict.fromkeys((*before, *after)):
        target, was, becomes = f"{name}/queries/{each}", before.get(each), after.get(each)
        if was and becomes:
            yield from _kept(target, was, becomes, old, new)
        elif was:
            yield _gone(target, was, old, new)
        elif becomes:
            yield _added(target, becomes, old, new)
        if query := becomes or was:
            yield from _verdict(target, _outcome(old, query), _outcome(new, query))
    yield from _templates(name, old, new)


def _templates(name: str, old: DecidedRoom, new: DecidedRoom) -> Iterator[Change]:
    """Yield the templates whose verdict changes; their texts are part of the declarations."""
    before, after = ({one.name: one for one in room.opened.subjects if one.kind == "template"} for room in (old, new))
    for template in sorted(before.keys() & after.keys()):
        outcomes = (judge(known[template].request).outcome for known in (before, after))
        yield from _verdict(f"{name}/templates/{template}", *outcomes)


def _verdict(target: str, before: Outcome, after: Outcome) -> Iterator[Change]:
    """Yield that the same text is judged otherwise."""
    if before is not after:
        effect = Effect.LOOSENS if _OPEN[after] > _OPEN[before] else Effect.TIGHTENS
        yield Change(effect, target, f"was {before}, is {after}")


def _kept(target: str, was: QueryFile, becomes: QueryFile, old: DecidedRoom, new: DecidedRoom) -> Iterator[Change]:
    if was.body != becomes.body:
        before, after = _outcome(old, was), _outcome(new, becomes)
        effect = Effect.TIGHTENS if before is Outcome.ALLOWED and after is Outcome.DENIED else Effect.LOOSENS
        yield Change(effect, target, f"has another text; the old one was {before}, the new one is {after}")
    yield from _expected(target, was.expected, becomes.expected)
    if was.title != becomes.title:
        yield Change(Effect.LEAVES, target, "has another title")


def _gone(target: str, query: QueryFile, old: DecidedRoom, new: DecidedRoom) -> Change:
    if other := _alike(query, new):
        return Change(Effect.LEAVES, target, f"is called {other!r} now")
    outcome = _outcome(old, query)
    if outcome is Outcome.ALLOWED:
        return Change(Effect.LEAVES, target, f"was removed; it was {outcome}")
    return Change(Effect.LOOSENS, target, f"was removed; it tested that this query is {outcome}")


def _added(target: str, query: QueryFile, old: DecidedRoom, new: DecidedRoom) -> Change:
    if other := _alike(query, old):
        return Change(Effect.LEAVES, target, f"is new, with the text of {other!r}")
    outcome = _outcome(new, query)
    effect = Effect.TIGHTENS if outcome is Outcome.DENIED else Effect.LOOSENS
    return Change(effect, target, f"is new, and {outcome}")


def _alike(query: QueryFile, room: DecidedRoom) -> str | None:
    """Return the name of a query of *room* that asks the same and expects the same."""
    known = ((one.name, one.body, one.expected) for one in room.queries)
    return next((name for name, *asked in known if asked == [query.body, query.expected]), None)


def _expected(target: str, old: Expectation, new: Expectation) -> Iterator[Change]:
    """Yield that something else is expected: it loosens unless it is stricter, as a test of the room then says less."""
    if old != new:
        effect = Effect.TIGHTENS if _strictness(new) > _strictness(old) else Effect.LOOSENS
        yield Change(effect, target, f"was expected to be {_told(old)}, is expected to be {_told(new)}")


def _strictness(expected: Expectation) -> tuple[int, bool]:
    """Return how much is expected of a refusal: the outcome, then whether it names the check that denies."""
    outcome, check = expected
    return -_OPEN[outcome], check is not None


def _told(expected: Expectation) -> str:
    outcome, check = expected
    return f"{outcome} by {check}" if check else outcome


def _outcome(room: DecidedRoom, query: QueryFile) -> Outcome:
    return judge(room.opened.subject_of(query).request).outcome
