"""Rooms judged: every query against every member's rules, and every declaration against a company's policies."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from cli.check.against import with_change
from cli.check.request import CheckRequest, PolicyOptions
from cli.check.results import Checked, JudgedQuery, JudgedRoom
from cli.diff.difference import Comparing
from cli.policy.only import refuse_unknown_policies
from cli.rooms.finding import room_files, rooms_at
from cli.rooms.opening import AnyRoom, find_subject, open_any_room
from cli.rooms.opening_aws import OpenedRoom
from cli.rooms.subject import Subject
from declarations.loading import LoadedBigQueryRoom, LoadedRoom, LoadingError
from declarations.loading.evidence import load_evidence
from declarations.loading.problems import FileProblem
from declarations.loading.waivers import PlacedWaiver, comment_waivers
from policies.checking import check, locate_in
from policies.configuration import Configured, configure, settings_to_judge_by
from policies.registry import BASELINE, CHANGE_POLICIES
from policies.reports.report import Location, Report
from policies.subjects import Estate, NamedBigQueryRoom, NamedRoom
from simulator.analysis_rules import judge
from simulator.explaining.query_facts import room_facts, view_facts
from simulator.settings import Settings

AnyLoadedRoom = LoadedRoom | LoadedBigQueryRoom


def reported_path(path: Path) -> str:
    """Spell a file as reports do: from the current folder if it is below it, with forward slashes."""
    full = Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links, and annotate another file
    return (full.relative_to(Path.cwd()) if full.is_relative_to(Path.cwd()) else full).as_posix()


def check_rooms(request: CheckRequest, settings: Settings, today: date) -> Checked:
    """Judge rooms.

    Args:
        request: What to check.
        settings: How open questions are read, as the request says.
        today: The day, for waivers and evidence that grow old.

    Raises:
        LoadingError: With everything that is wrong with the files.
    """
    rooms = opened_rooms(rooms_at(request.paths), settings, request.submitted_by)
    judged = tuple(
        judge_room(opened, [find_subject(opened, name, {}) for name in request.queries] or opened.subjects)
        for opened in rooms
    )
    loaded = [opened.loaded for opened in rooms]
    report = ask_policies(loaded, request.policies, today) if request.policies else None
    if report and request.policies:
        _refuse_unknown_change(request.policies.only, request.against)
        comparing = Comparing(settings, today, request.policies.file)
        report = with_change(
            report, request, comparing, {opened.title: reported_path(opened.loaded.path) for opened in rooms}
        )
    return Checked(judged, report, tuple(str(file) for opened in rooms for file in _read(opened)))


def _read(opened: AnyRoom) -> Iterator[Path]:
    yield opened.loaded.path
    if isinstance(opened, OpenedRoom):
        yield from opened.loaded.template_files.values()
    yield from (subject.path for subject in opened.subjects if subject.path)


def opened_rooms(paths: Sequence[Path], settings: Settings, submitted_by: str | None) -> tuple[AnyRoom, ...]:
    """Open rooms of either cloud.

    Raises:
        LoadingError: With everything that is wrong with the files of all rooms.
    """
    found: list[AnyRoom] = []
    problems: list[FileProblem] = []
    for path in paths:
        try:
            found.append(open_any_room(path, settings, submitted_by))
        except LoadingError as error:
            problems += error.problems
    if problems:
        raise LoadingError(problems)
    return tuple(found)


def judge_room(opened: AnyRoom, subjects: Sequence[Subject]) -> JudgedRoom:
    """Return the verdicts on *subjects*, queries and templates of a room."""
    queries = tuple(_judged(opened, subject) for subject in subjects)
    owners = {finding.owner for query in queries for finding in query.verdict.findings if finding.owner}
    return JudgedRoom(
        opened.title,
        opened.cloud,
        str(opened.loaded.path),
        str(opened.loaded.folder / "queries"),
        opened.about,
        {owner: opened.member(owner) for owner in sorted(owners)},
        queries,
    )


def _judged(opened: AnyRoom, subject: Subject) -> JudgedQuery:
    return JudgedQuery(
        subject.name,
        subject.kind,
        subject.place,
        subject.request.sql,
        subject.expect,
        judge(subject.request),
        reported_path(subject.path) if subject.path else None,
        None if subject.path or not isinstance(opened, OpenedRoom) else _text_location(opened.loaded, subject),
    )


def _text_location(loaded: LoadedRoom, subject: Subject) -> Location | None:
    for index, membership in enumerate(loaded.room.memberships):
        for number, template in enumerate(membership.analysis_templates):
            if template.name == subject.name and membership.account_id == subject.request.template_author:
                place = loaded.place(("memberships", index, "analysis_templates", number, "source", "text"))
                return Location(reported_path(loaded.path), place.line, place.column) if place else None
    return None


def ask_policies(rooms: Sequence[AnyLoadedRoom], choice: PolicyOptions, today: date) -> Report:
    """Return what policies say about *rooms*, together.

    Args:
        rooms: Rooms of either cloud.
        choice: Which policies.
        today: The day, for waivers and evidence that grow old.

    Raises:
        LoadingError: Settings, packs, waivers or evidence are wrong; two rooms have one name; rooms have different
            settings; *choice* names a policy that does not exist.
    """
    named = _by_name(rooms)
    configured = configure(settings_file(rooms, choice), BASELINE)
    estate = Estate(
        tuple(
            NamedRoom(name, one.room, room_facts(one.room))
            for name, one in named.items()
            if isinstance(one, LoadedRoom)
        ),
        today,
        load_evidence(configured.evidence) if configured.evidence else None,
        tuple(
            NamedBigQueryRoom(name, one.room, view_facts(one.room))
            for name, one in named.items()
            if isinstance(one, LoadedBigQueryRoom)
        ),
    )
    chosen = tuple(one for one in configured.chosen if not choice.only or one.policy.name in choice.only)
    refuse_unknown_policies(choice.only, [policy.name for policy in configured.policies])
    waivers = [one for one in _waivers(configured, named) if not choice.only or one.policy in choice.only]
    complete = _are_all_judged(configured, named)
    return check(estate, chosen, configured.policies, waivers, locate_in(named, reported_path), complete=complete)


def settings_file(rooms: Sequence[AnyLoadedRoom], choice: PolicyOptions) -> Path | None:
    """Return the one `policies.yaml` that is about all *rooms*; None if there is none.

    Raises:
        LoadingError: The rooms have different ones.
    """
    if choice.file is not None:
        return choice.file
    found = {settings_to_judge_by(loaded.folder): loaded for loaded in rooms}
    if len(found) > 1:
        first, second, *_ = (
            f"{repr(str(file)) if file else 'none'} for {str(loaded.path)!r}" for file, loaded in found.items()
        )
        message = (
            f"rooms that are judged together have one policies.yaml, found {first} and {second}; judge them apart, or "
            "name one by --policies"
        )
        _, other, *_ = found.values()
        raise LoadingError([FileProblem(str(other.path), message)])
    return next(iter(found), None)


def _by_name(rooms: Sequence[AnyLoadedRoom]) -> Mapping[str, AnyLoadedRoom]:
    named: dict[str, AnyLoadedRoom] = {}
    for loaded in rooms:
        name, path = _name(loaded)
        if other := named.get(name):
            message = f"two rooms are named {name!r}, the other in {str(other.path)!r}; waivers need a name for each"
            raise LoadingError([FileProblem(str(loaded.path), message, path=path, found=name)])
        named[name] = loaded
    return named


def _name(loaded: AnyLoadedRoom) -> tuple[str, str]:
    """Return a room's name, and where its file says it."""
    if isinstance(loaded, LoadedRoom):
        return loaded.room.collaboration.name, "collaboration.name"
    return loaded.room.name, "bigquery.name"


def _refuse_unknown_change(only: Sequence[str], against: str | None) -> None:
    """Refuse a policy on changes where only one state is known: it would pass without having been evaluated."""
    for policy in CHANGE_POLICIES:
        if policy.name in only and against is None:
            message = f"{policy.name!r} is about a change; say which state the rooms had before by --against REVISION"
            raise LoadingError([FileProblem("--only", message, found=policy.name)])


def _waivers(configured: Configured, named: Mapping[str, AnyLoadedRoom]) -> Iterator[PlacedWaiver]:
    """Yield the waivers of the rooms' comments and of the file, their files spelled as reports do."""
    for loaded in named.values():
        if loaded.document is not None and loaded.path.suffix != ".json":
            yield from (replace(one, file=reported_path(Path(one.file))) for one in comment_waivers(loaded.document))
    yield from (replace(one, file=reported_path(Path(one.file))) for one in configured.waivers)


def _are_all_judged(configured: Configured, named: Mapping[str, AnyLoadedRoom]) -> bool:
    """Tell whether every room that the company's decisions are about is judged."""
    judged = {loaded.path.resolve() for loaded in named.values()}
    below = room_files(configured.file.parent) if configured.file else ()
    return all(file.resolve() in judged for file in below)
