"""Evaluate one policy on a stack or one of its resources: report violations and what is not known."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, UnknownValueError
from pydantic import ValidationError

from declarations.loading.problems import LoadingError
from declarations.macie_evidence import MacieEvidence
from declarations.naming import listed
from policies.crossguard.company import Company
from policies.judging import Chosen, Result, judge
from policies.policy import Configuration, Level, Policy
from policies.reading.resource import Resource, redacted, without_secrets
from policies.reading.stack import StackReading, read_stack
from policies.waiving import waive


class NotKnownError(UnknownValueError):
    """A policy depends on unknown values; the SDK reports it as advisory, whatever the policy's level."""

    def __init__(self, answers: Sequence[str]) -> None:
        super().__init__(UNKNOWN_STRING_VALUE, [])
        self.message = "\n- ".join(["unknown at preview:", *answers])


@dataclass(slots=True)
class LastReading:
    """A cache of the last stack read: the SDK passes the same stack to every policy in turn.

    Attributes:
        evidence: Macie's evidence.
        last: The last resources and their reading, in one value because the SDK calls from several threads.
    """

    evidence: tuple[MacieEvidence, ...] | None
    last: tuple[tuple[Resource, ...], StackReading] | None = None

    def of(self, resources: tuple[Resource, ...]) -> StackReading:
        """Return what the resources declare."""
        last = self.last
        if last is None or last[0] != resources:
            reading = read_stack(resources, date.today(), self.evidence)  # noqa: DTZ011 - a waiver's last day is a day where its owner lives
            last = self.last = resources, reading
        return last[1]


@dataclass(frozen=True, slots=True)
class Asking:
    """A policy as configured by the company, with what is needed to evaluate it.

    Attributes:
        policy: The policy.
        level: What a violation does.
        configuration: The policy's configuration, if it has one.
        company: The company's settings.
        last: The cached reading of the stack.
    """

    policy: Policy
    level: Level
    configuration: Configuration | None
    company: Company
    last: LastReading

    def tell(self, resources: tuple[Resource, ...], said: Mapping[str, Any], report: Callable[..., None]) -> None:
        """Report every violation that is not waived.

        Args:
            resources: The resources to check.
            said: The configuration that Pulumi passes; it overrides the company's.
            report: Called with a message and a URN.

        Raises:
            NotKnownError: Something is not known; certain violations are reported first.
        """
        reading = self.last.of(resources)
        try:
            chosen = Chosen(self.policy, self.level, self._configured(said))
        except ValidationError as error:
            first = error.errors()[0]
            report(f"the configuration is wrong: {'.'.join(map(str, first['loc']))}: {first['msg']}")
            return
        results = [one for one in _judged(reading, chosen) if one.placed.target not in reading.elsewhere]
        self._tell_violations(reading, results, report)
        if unknown := [one for one in results if one.unknown is not None]:
            raise NotKnownError([redacted(answer, reading.secrets) for answer in _answers(unknown)])

    def _tell_violations(self, reading: StackReading, results: Sequence[Result], report: Callable[..., None]) -> None:
        configured = self.company.configured
        waived = waive(results, configured.waivers, configured.policies, lambda *_: None, reading.estate.today)
        for judged in waived.violations:
            if judged.waiver is None:
                placed = judged.result.placed
                urn = reading.urn(placed.named_room.name, (*placed.path, *judged.violation.path))
                report(redacted(f"{placed.target}: {judged.violation.message}", reading.secrets), urn)

    def _configured(self, said: Mapping[str, Any]) -> Configuration | None:
        if self.configuration is None:
            return None
        return type(self.configuration).model_validate({**self.configuration.model_dump(), **said})


def _judged(reading: StackReading, chosen: Chosen) -> tuple[Result, ...]:
    try:
        return tuple(judge(reading.estate, [chosen]))
    except LoadingError as error:
        raise without_secrets(error, reading.secrets) from None


def _answers(unknown: Sequence[Result]) -> Iterator[str]:
    """Yield each reason once, with all targets that it applies to."""
    reasons = dict.fromkeys(str(one.unknown) for one in unknown)
    for reason in reasons:
        yield f"{listed([one.placed.target for one in unknown if one.unknown == reason])}: {reason}"
