"""Judging: every policy of a pack on every declaration that it is about. Three answers: pass, fail, unknown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from traceback import extract_tb
from typing import Any

from declarations.base import UnknownValueError
from declarations.loading.problems import FileProblem, LoadingError, Place
from policies.policy import Configuration, Level, Policy, Violation
from policies.subjects import Estate, Placed


class Outcome(StrEnum):
    """What a policy says about one declaration."""

    PASS = "pass"  # noqa: S105 - an answer, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    """It turns on a value that is not known yet; never to be taken for a pass."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """A policy as a company has chosen it."""

    policy: Policy
    level: Level
    configuration: Configuration | None


@dataclass(frozen=True, slots=True)
class Result:
    """What one policy says about one declaration.

    Attributes:
        violations: What was found, also when the rest is not known.
        unknown: What was not known, when the policy could not be answered.
    """

    chosen: Chosen
    placed: Placed[Any]
    violations: tuple[Violation, ...]
    unknown: str | None

    @property
    def outcome(self) -> Outcome:
        """A violation that is certain counts before what is not known."""
        if self.violations:
            return Outcome.FAIL
        return Outcome.PASS if self.unknown is None else Outcome.UNKNOWN


def choose(
    policies: Sequence[Policy],
    levels: Mapping[str, Level] | None = None,
    configurations: Mapping[str, Configuration] | None = None,
) -> tuple[Chosen, ...]:
    """Return *policies* with the levels and configurations set by name, without the disabled ones."""
    chosen = []
    for policy in policies:
        level = (levels or {}).get(policy.name, policy.level)
        configuration = (configurations or {}).get(policy.name)
        if configuration is None and policy.configuration is not None:
            configuration = policy.configuration()
        if level is not Level.DISABLED:
            chosen.append(Chosen(policy, level, configuration))
    return tuple(chosen)


def judge(estate: Estate, pack: Sequence[Chosen]) -> Iterator[Result]:
    """Yield what every policy of *pack* says about every declaration of *estate*, policy by policy.

    Raises:
        LoadingError: A policy raises an error.
    """
    for chosen in pack:
        for named in estate.rooms_of(chosen.policy.subject):
            try:
                for placed in chosen.policy.subject.find(named, estate):
                    yield judge_one(chosen, placed)
            except UnknownValueError as error:  # nobody knows how many declarations there will be
                yield Result(chosen, Placed(named.room, named.name, (), named, estate), (), str(error))


def judge_one(chosen: Chosen, placed: Placed[Any]) -> Result:
    """Return what a policy says about one declaration; violations found before an unknown value stay.

    Raises:
        LoadingError: The policy raises another error; a policy that cannot answer has not passed.
    """
    arguments = (placed,) if chosen.configuration is None else (placed, chosen.configuration)
    violations = []
    try:
        for violation in chosen.policy.judge(*arguments):
            violations.append(violation)  # noqa: PERF402 - what was yielded before an unknown value must be kept
    except UnknownValueError as error:
        return Result(chosen, placed, tuple(violations), str(error))
    except Exception as error:  # noqa: BLE001 - whatever the code of an own policy raises is its author's to read
        message = f"the policy {chosen.policy.name!r} raises {type(error).__name__} at {placed.target!r}: {error}"
        frame = extract_tb(error.__traceback__)[:2][-1]  # the line of the policy, whatever it called
        raise LoadingError([FileProblem(frame.filename, message, Place(frame.lineno or 1, 1))]) from None
    return Result(chosen, placed, tuple(violations), None)
