"""How the answers of `cleanroom check` look: text for people, JSON for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from cli.check.results import Checked, JudgedQuery, JudgedRoom
from cli.check.whole_report import doubted
from cli.console.exit_codes import ExitCode
from cli.console.terminal import styled, table, table_of_texts
from cli.console.verdicts import coloured, finding_json, finding_text
from policies.reports import as_json, as_text
from simulator.verdict import Outcome


def text(checked: Checked) -> str:
    """Tell a person: of one room every query, of several rooms those that are not as expected; policies below."""
    if len(checked.rooms) == 1:
        parts = [_room_text(checked.rooms[0])]
    else:
        parts = [coloured(table(_HEADINGS, map(_room_row, checked.rooms), numeric=frozenset({1, 2, 3, 4})))]
        parts += [found for room in checked.rooms for found in _unexpected(room)]
        parts.append(_summary(tuple(checked.queries)))
    if checked.policies is not None:
        parts.append(styled("policies", bold=True) + "\n" + as_text.write(checked.policies))
    return "\n\n".join(parts)


_HEADINGS = ("room", "queries", *(outcome.value for outcome in Outcome), "says")


def _room_row(room: JudgedRoom) -> tuple[str, ...]:
    outcomes = [query.verdict.outcome for query in room.queries]
    counts = (str(outcomes.count(outcome)) for outcome in Outcome)
    return room.title, str(len(outcomes)), *counts, _expected(room.queries)


def _room_text(room: JudgedRoom) -> str:
    parts = [styled(room.title, bold=True) + f"  ({room.path})\n{room.about}"]
    if room.queries:
        parts.append(coloured(table_of_texts(("verdict", "query", "why"), map(_row, room.queries))))
    else:
        parts.append(f"no queries: {room.queries_folder} holds no .sql file, and the room has no template")
    parts += _unexpected(room)
    parts.append(_summary(room.queries))
    return "\n\n".join(parts)


def _unexpected(room: JudgedRoom) -> Iterator[str]:
    """Yield the findings of every query that is not as expected; of a single query also the expected ones."""
    for query in room.queries:
        if not query.as_expected or len(room.queries) == 1:
            for finding in query.verdict.findings:
                owner = room.owners[finding.owner] if finding.owner else None
                yield finding_text(finding, query.sql, query.place, owner, room.cloud)


def _row(query: JudgedQuery) -> tuple[str, str, str]:
    checks = ", ".join(dict.fromkeys(finding.check for finding in query.verdict.findings))
    if query.expect and not query.as_expected:
        outcome, name = query.expect
        why = f"EXPECTED {outcome} {name or ''}".rstrip() + doubted(name) + f"; {checks}".rstrip("; ")
    else:
        why = checks + (" (expected)" if checks and query.as_expected else "")
    return query.verdict.outcome, query.name, why


def _summary(queries: Sequence[JudgedQuery]) -> str:
    outcomes = [query.verdict.outcome for query in queries]
    counts = ", ".join(f"{outcomes.count(outcome)} {outcome}" for outcome in Outcome)
    return f"{len(queries)} checked: {counts}; {_expected(queries)}"


def _expected(queries: Sequence[JudgedQuery]) -> str:
    unexpected = sum(not query.as_expected for query in queries)
    return f"{unexpected} not as expected" if unexpected else "all as expected"


def document(checked: Checked, code: ExitCode) -> dict[str, Any]:
    """Return the document for programs; its keys are documented in docs/policies.md and stay."""
    rooms = [_room_json(room) for room in checked.rooms]
    found: dict[str, Any] = {"exit_code": int(code)}
    found |= rooms[0] if len(rooms) == 1 else {"rooms": rooms}
    if checked.policies is not None:
        found["policies"] = as_json.document(checked.policies)
    return found


def json_text(checked: Checked, code: ExitCode) -> str:
    """Return the document for programs as text."""
    return json.dumps(document(checked, code), indent=2)


def _room_json(room: JudgedRoom) -> dict[str, Any]:
    return {"room": room.title, "file": room.path, "queries": [_query_json(query) for query in room.queries]}


def _query_json(query: JudgedQuery) -> dict[str, Any]:
    return {
        "name": query.name,
        "kind": query.kind,
        "file": query.place if query.file else None,
        "verdict": query.verdict.outcome.value,
        "expected": query.expect[0] if query.expect else "allowed",
        "as_expected": query.as_expected,
        "findings": [finding_json(finding) for finding in query.verdict.findings],
    }
