"""How explanations look: a page a table, a page a query; the same as data for programs."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence, Sized
from typing import Any

from cli.console.terminal import styled, table, wrapped
from cli.console.verdicts import COLOURS, finding_json
from cli.rooms.opening import AnyRoom
from cli.rooms.opening_aws import OpenedRoom
from cli.rooms.subject import Subject
from simulator.explaining import TablePage, consulted
from simulator.explaining.asking import Answer
from simulator.explaining.consulted import Clause
from simulator.explaining.joining import Joinable
from simulator.explaining.tables import ColumnPage
from simulator.explaining.uses import USES
from simulator.request import TableKind
from simulator.verdict import Finding

_UNSHOWN = "hidden"
_MARKS = {"allowed": "yes", "denied": "-", "undocumented": "?"}


def table_text(opened: OpenedRoom, page: TablePage) -> str:
    """Describe to a person what may be done with one table."""
    heading = styled(page.table.name, bold=True) + f", of {opened.member(page.table.owner)}"
    parts = [heading + (f"\n{page.source}" if page.source else ""), _limits(page)]
    if page.asked is None:
        return "\n\n".join([*parts, _refused(page)])
    parts.append(_matrix(page))
    parts += [text for text in (_functions(page), _joins(page)) if text]
    parts += [_example(opened, page), *_unsure(page)]
    return "\n\n".join(parts)


def _limits(page: TablePage) -> str:
    rows = [*((("asked", page.asked),) if page.asked else ()), *page.limits]
    return table(("what", "says"), rows)


def _matrix(page: TablePage) -> str:
    headings = ("column", "type", *USES, "join")
    joined = {name for join in page.joins for name in join.columns}
    unsure = {name for join in page.joins if join.answer.outcome != "allowed" for name in join.columns}
    rows = []
    for column in page.columns:
        marks = [_mark(column, use) for use in USES]
        join = "?" if column.name in unsure else "yes" if column.name in joined else "-"
        rows.append((column.name, column.type, *marks, join))
    unshown = [column.name for column in page.columns if any(_is_unshown(column, use) for use in USES)]
    notes = (
        f"{_UNSHOWN}: the query is allowed, but never shows a row: a group for each {name} holds one user, and groups "
        "of so few users are hidden (ours; AWS publishes none)"
        for name in unshown
    )
    return "\n".join([table(headings, rows), *(wrapped(note, "") for note in notes)])


def _mark(column: ColumnPage, use: str) -> str:
    return _UNSHOWN if _is_unshown(column, use) else _MARKS[column.uses[use].outcome]


def _is_unshown(column: ColumnPage, use: str) -> bool:
    return use in column.unshown and column.uses[use].outcome != "denied"


def _functions(page: TablePage) -> str:
    families = (
        ("aggregates", {column.name: column.aggregates for column in page.columns}),
        ("functions", {column.name: column.functions for column in page.columns}),
    )
    texts = []
    for heading, answers in families:
        rows = [(", ".join(columns), names) for names, columns in _together(answers).items()]
        if rows:
            lines = (wrapped(f"{columns}: {names}", "  ") for columns, names in rows)
            texts.append(f"{heading}\n" + "\n".join(lines))
    return "\n\n".join(texts)


def _together(answers: Mapping[str, Mapping[str, Answer]]) -> dict[str, list[str]]:
    """Group the columns of which the same functions may be computed."""
    grouped: dict[str, list[str]] = {}
    for column, functions in answers.items():
        names = [
            name.replace("_DISTINCT", " DISTINCT") + ("?" if answer.outcome == "undocumented" else "")
            for name, answer in functions.items()
            if answer.outcome != "denied"
        ]
        if names:
            grouped.setdefault(", ".join(names), []).append(column)
    return grouped


def _joins(page: TablePage) -> str:
    lines = []
    for join in page.joins:
        if join.columns:
            how = f"; {join.asked}" if join.asked != page.asked else ""
            sides = f"{_any_of(join.columns, page.columns)} = {_any_of(join.with_columns, join.of_columns)}"
            mark = "? " if join.answer.outcome != "allowed" else ""
            lines.append(wrapped(f"{mark}{join.table} ON {sides}{how}", "  "))
    return "joins\n" + "\n".join(lines) if lines else ""


def _any_of(names: Sequence[str], columns: Sized) -> str:
    if len(names) == len(columns):
        return "any column"
    return names[0] if len(names) == 1 else f"any of ({', '.join(names)})"


def _example(opened: OpenedRoom, page: TablePage) -> str:
    verdict = styled(page.example.outcome, COLOURS[page.example.outcome])
    sql = textwrap.indent(page.example.sql, "  ")
    if not page.approvers:
        return f"a query to start from: {verdict}\n{sql}"
    owners = " and ".join(opened.member(owner) for owner in page.approvers)
    how = (
        f"denied as ad hoc SQL: declare it under analysis_templates, and let {owners} add the template to "
        "allowed_analyses of the rule"
    )
    return f"a query to start from, as an approved template: {verdict}\n{sql}\n{wrapped(how, '')}"


def _unsure(page: TablePage) -> Iterator[str]:
    settings = sorted({finding.setting for answer in _answers(page) for finding in answer.findings if finding.setting})
    if settings:
        text = "?: the documentation leaves it open; answer with --reading NAME=permissive or strict. Names: "
        yield wrapped(text + ", ".join(settings), "")


def _answers(page: TablePage) -> Iterator[Answer]:
    for column in page.columns:
        for answers in (column.uses, column.aggregates, column.functions):
            yield from (answer for answer in answers.values() if answer.outcome == "undocumented")


def _refused(page: TablePage) -> str:
    reasons = [f"{finding.check}: {finding.message}" for finding in page.refusals]
    return "no query over this table is allowed:\n" + "\n".join(wrapped(reason) for reason in reasons)


def query_text(opened: AnyRoom, subject: Subject) -> str:
    """Describe to a person which checks one query met."""
    found = consulted(subject.request)
    verdict = styled(found.verdict.outcome, COLOURS[found.verdict.outcome])
    reads = f", reads {', '.join(found.tables)}" if found.tables else ""
    lines = [styled(subject.name, bold=True) + f": {verdict}{reads}", ""]
    lines += [wrapped(f"{finding.check}: {finding.message}") for finding in found.before_rules]
    for page in dict.fromkeys(clause.page for clause in found.clauses):
        lines += [page, *_clauses([clause for clause in found.clauses if clause.page == page]), ""]
    for clause in found.clauses:
        for finding in clause.findings:
            owner = f" (rule of {finding.table!r}, {opened.member(finding.owner)})" if finding.owner else ""
            lines += [wrapped(f"{finding.check}{owner}: {finding.message}", ""), ""]
    return "\n".join(lines).rstrip()


def _clauses(clauses: Sequence[Clause]) -> Iterator[str]:
    for result in ("denied", "open", "passed"):
        names = ", ".join(clause.check for clause in clauses if _result(clause.findings) == result)
        if names:
            yield wrapped(f"{result}: {names}", "  ")


def _result(findings: Sequence[Finding]) -> str:
    if not findings:
        return "passed"
    return "denied" if any(finding.setting is None for finding in findings) else "open"


def document(
    opened: OpenedRoom, member: str, pages: Iterable[TablePage], subjects: Iterable[Subject]
) -> dict[str, Any]:
    """Describe everything to a program; keys are stable."""
    return {
        "room": opened.room.collaboration.name,
        "file": str(opened.loaded.path),
        "member": member,
        "tables": [_table_json(page) for page in pages],
        "queries": [query_json(subject) for subject in subjects],
    }


def _table_json(page: TablePage) -> dict[str, Any]:
    rule = page.table.rule
    return {
        "name": page.table.name,
        "owner": page.table.owner,
        "kind": page.table.kind.value,
        "rule": rule.rule_type.value if rule is not None and page.table.kind is not TableKind.ID_MAPPING else None,
        "page": page.source,
        "asked": page.asked,
        "limits": [{"what": what, "says": says} for what, says in page.limits],
        "columns": [_column_json(column) for column in page.columns],
        "joins": [_join_json(join) for join in page.joins],
        "example": _answer_json(page.example),
        "approvers": list(page.approvers),
    }


def _column_json(column: ColumnPage) -> dict[str, Any]:
    return {
        "name": column.name,
        "type": column.type,
        "hidden_uses": [use for use in column.unshown if _is_unshown(column, use)],
        **{
            kind: {name: _answer_json(answer) for name, answer in answers.items()}
            for kind, answers in (
                ("uses", column.uses),
                ("aggregates", column.aggregates),
                ("functions", column.functions),
            )
        },
    }


def _join_json(join: Joinable) -> dict[str, Any]:
    return {
        "table": join.table,
        "columns": list(join.columns),
        "with_columns": list(join.with_columns),
        "asked": join.asked,
        **_answer_json(join.answer),
    }


def _answer_json(answer: Answer) -> dict[str, Any]:
    return {
        "verdict": answer.outcome.value,
        "sql": answer.sql,
        "findings": [finding_json(finding) for finding in answer.findings],
    }


def query_json(subject: Subject) -> dict[str, Any]:
    """Describe to a program which checks one query met."""
    found = consulted(subject.request)
    return {
        "name": subject.name,
        "kind": subject.kind,
        "verdict": found.verdict.outcome.value,
        "tables": list(found.tables),
        "before_rules": [finding_json(finding) for finding in found.before_rules],
        "checks": [
            {
                "check": clause.check,
                "parts": list(clause.parts),
                "about": clause.about,
                "page": clause.page,
                "result": _result(clause.findings),
                "findings": [finding_json(finding) for finding in clause.findings],
            }
            for clause in found.clauses
        ],
    }
