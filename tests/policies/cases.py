"""Cases of policies: the compliant room with something changed, and exactly what one policy then says.

    fail_disabled:
      set: {collaboration.query_log_status: DISABLED}
      violations:
        - {at: reach/collaboration, path: query_log_status, message: "..."}

Paths have dots between their steps; an entry of a list is called by its name (of what BigQuery names by a path, the
last part), its account or its number, `+` adds one. What begins with `bigquery` changes the compliant room of BigQuery.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from declarations.bigquery.room import BigQueryRoom
from declarations.clean_room import CleanRoom
from declarations.macie_evidence import MacieEvidence
from declarations.unknown import UNKNOWN, partly_known
from policies.judging import Outcome, Result, choose, judge
from policies.policy import Level, Policy
from policies.subjects import ANALYSIS_TEMPLATES, VIEWS, Estate, NamedBigQueryRoom, NamedRoom
from simulator.explaining.query_facts import room_facts, view_facts
from tests.yaml_text import from_yaml

FOLDER = Path(__file__).parents[1] / "cases" / "policies"
TODAY = date(2027, 1, 15)
NAMES = ("name", "account_id", "id", "jobId", "configured_audience_model_association_name")


class ExpectedViolation(BaseModel):
    """A violation, whole."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: str
    """The target."""
    path: str
    """From the target, with dots; empty for the target itself."""
    message: str
    part: str | None = None


class Changes(BaseModel):
    """What is different from the compliant room, or from its evidence."""

    model_config = ConfigDict(extra="forbid")

    set: dict[str, Any] = {}
    """New values by path; the word UNKNOWN stands for a value that is not known yet."""
    remove: tuple[str, ...] = ()
    """Paths of what is not there."""


class PolicyCase(Changes):
    """One change, and what the policy says about it."""

    configuration: dict[str, Any] | None = None
    """What the company has set."""
    others: tuple[Changes, ...] = ()
    """More rooms of either cloud; each has to have a name of its own."""
    evidence: Changes | None = Changes()
    """Changes of the evidence; null: nobody has pulled it."""
    analysed: bool = True
    """Whether the SQL of templates and views was analysed."""
    violations: tuple[ExpectedViolation, ...] = ()
    """Everything that the policy finds, in order."""
    unknown: dict[str, str] = {}
    """Targets about which the policy cannot answer, and why."""


@cache
def load_cases(name: str) -> Mapping[str, PolicyCase]:
    """Return the cases of the policy *name*."""
    document = from_yaml((FOLDER / f"{name}.yml").read_text(encoding="utf-8"))
    return {title: PolicyCase.model_validate(case) for title, case in document.items()}


def needs_analysis(policy: Policy) -> bool:
    """Tell whether a policy judges what SQL does."""
    return policy.subject in {ANALYSIS_TEMPLATES, VIEWS}


def document_of(changes: Changes) -> Any:  # noqa: ANN401 - a document
    """Return the compliant rooms of both clouds with *changes*."""
    return changed({**compliant("room.yaml"), **compliant("views.yaml")}, changes)


@cache
def compliant(name: str) -> Any:  # noqa: ANN401 - a document
    """Return the compliant room or evidence; change copies only."""
    return from_yaml((FOLDER / "compliant" / name).read_text(encoding="utf-8"))


def estate(case: PolicyCase, *, analysed: bool = True) -> Estate:
    """Return what the case judges; *analysed* is whether somebody looks at the SQL, which takes time."""
    all_changes = (case, *case.others)
    rooms = tuple(_room(changes, analysed=analysed and case.analysed) for changes in all_changes)
    views = tuple(_views(changes, analysed=analysed and case.analysed) for changes in all_changes)
    evidence = None
    if case.evidence is not None:
        text = json.dumps(changed(compliant("evidence.json"), case.evidence))
        evidence = (MacieEvidence.model_validate_json(text),)
    return Estate(rooms, TODAY, evidence, views)


def _room(changes: Changes, *, analysed: bool) -> NamedRoom:
    return _room_with(_about(changes, of_bigquery=False).model_dump_json(), analysed=analysed)


def _views(changes: Changes, *, analysed: bool) -> NamedBigQueryRoom:
    return _views_with(_about(changes, of_bigquery=True).model_dump_json(), analysed=analysed)


def _about(changes: Changes, *, of_bigquery: bool) -> Changes:
    """Return the part of *changes* that is about the room of one cloud."""
    stated = {path: value for path, value in changes.set.items() if path.startswith("bigquery") is of_bigquery}
    removed = tuple(path for path in changes.remove if path.startswith("bigquery") is of_bigquery)
    return Changes(set=stated, remove=removed)


@cache
def _room_with(changes_json: str, *, analysed: bool) -> NamedRoom:
    changes = Changes.model_validate_json(changes_json)
    members = {name: value for name, value in document_of(changes).items() if name != "bigquery"}
    room = partly_known(CleanRoom, members)
    facts = room_facts(room) if analysed and "UNKNOWN" not in str(changes.set.values()) else None
    return NamedRoom(_name(members["collaboration"]), room, facts)


@cache
def _views_with(changes_json: str, *, analysed: bool) -> NamedBigQueryRoom:
    changes = Changes.model_validate_json(changes_json)
    members = document_of(changes)["bigquery"]
    room = partly_known(BigQueryRoom, members)
    facts = view_facts(room) if analysed and "UNKNOWN" not in str(changes.set.values()) else None
    return NamedBigQueryRoom(_name(members), room, facts)


def _name(members: Mapping[str, Any]) -> str:
    return "unnamed" if members["name"] is UNKNOWN else str(members["name"])


def changed(document: Any, changes: Changes) -> Any:  # noqa: ANN401 - a document
    """Return a copy of *document* with *changes*."""
    document = copy.deepcopy(document)
    for path, stated in changes.set.items():
        holder, last = _walk(document, path)
        value = UNKNOWN if stated == "UNKNOWN" else stated
        if last == "+":
            holder.append(value)
        else:
            holder[last] = value
    for path in changes.remove:
        holder, last = _walk(document, path)
        del holder[last]
    return document


def _walk(document: Any, path: str) -> tuple[Any, Any]:  # noqa: ANN401 - a document
    """Return what holds the last step of *path*, and the step as its key or index."""
    *steps, last = path.split(".")
    holder = document
    for step in steps:
        holder = holder[_key(holder, step)]
    return holder, last if last == "+" else _key(holder, last)


def _key(holder: Any, step: str) -> Any:  # noqa: ANN401 - a key of a mapping or an index
    if isinstance(holder, dict):
        return step
    named = [index for index, one in enumerate(holder) if isinstance(one, dict) and step in _names(one)]
    return named[0] if named else int(step)


def _names(one: Mapping[str, Any]) -> Iterator[str]:
    """Yield what an entry of a list is called: its names, and the last part of a path."""
    for name in filter(None, map(one.get, NAMES)):
        yield name
        yield str(name).rpartition(".")[2]


def answers(policy: Policy, case: PolicyCase, judged: Estate | None = None) -> list[Result]:
    """Return what the policy says about everything that it is about."""
    configurations = {}
    if case.configuration is not None:
        assert policy.configuration is not None
        configurations[policy.name] = policy.configuration.model_validate(case.configuration)
    pack = choose([policy], {policy.name: Level.MANDATORY}, configurations)
    return list(judge(judged or estate(case, analysed=needs_analysis(policy)), pack))


def found(results: Sequence[Result]) -> Iterator[ExpectedViolation]:
    """Yield every violation as a case states it."""
    for result in results:
        for violation in result.violations:
            path = ".".join(map(str, violation.path))
            target = result.placed.target
            yield ExpectedViolation(at=target, path=path, message=violation.message, part=violation.part)


def unknowns(results: Sequence[Result]) -> dict[str, str]:
    """Return the targets about which the policy could not answer, and why; also beside a violation."""
    return {result.placed.target: result.unknown for result in results if result.unknown is not None}


def outcomes(results: Sequence[Result]) -> set[Outcome]:
    """Return which of the three answers there are."""
    return {result.outcome for result in results}
