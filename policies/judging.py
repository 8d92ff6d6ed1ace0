"""Evaluate every policy of a pack on every declaration of its subject; the outcome is pass, fail or unknown."""

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
    """The outcome of a policy for one declaration."""

    PASS = "pass"  # noqa: S105 - an answer, no password
    FAIL = "fail"
    UNKNOWN = "unknown"
    """It depends on a value that is not known yet; never to be treated as a pass."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """An enabled policy with the level and configuration that a company has set."""

    policy: Policy
    level: Level
    configuration: Configuration | None


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one policy for one declaration.

    Attributes:
        violations: The certain violations, even if the rest is not known.
        unknown: What was not known; None if the policy could be evaluated completely.
    """

    chosen: Chosen
    placed: Placed[Any]
    violations: tuple[Violation, ...]
    unknown: str | None

    @property
    def outcome(self) -> Outcome:
        """FAIL if there is a certain violation, else UNKNOWN if something is not known, else PASS."""
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
    """Yield the result of every policy of *pack* for every declaration of *estate*, policy by policy.

    Raises:
        LoadingError: A policy raises an error.
    """
    for chosen in pack:
        for named in estate.rooms_of(chosen.policy.subject):
            try:
                for placed in chosen.policy.subject.find(named, estate):
                    yield judge_one(chosen, placed)
            except UnknownValueError as error:  # the number of declarations is not known yet
                yield Result(chosen, Placed(named.room, named.name, (), named, estate), (), str(error))


def judge_one(chosen: Chosen, placed: Placed[Any]) -> Result:
    """Return the result of a policy for one declaration, keeping violations found before an unknown value.

    Raises:
        LoadingError: The policy raises any other error: a policy that crashes has not passed.
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
