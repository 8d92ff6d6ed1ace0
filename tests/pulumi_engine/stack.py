"""A stack of the test engine: preview, up, refresh, destroy and import of a program, on real gRPC, without the CLI.

What it does not do, and only runs with the real CLI show: policies, aliases, transforms, targets, `deleted_with`,
hooks, encryption of secrets in state, and parallel deletion.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pulumi.runtime import settings
from pulumi.runtime.stack import run_in_stack

from tests.pulumi_engine.deployment import Deployment, Step
from tests.pulumi_engine.monitor import Log, Monitor, listening
from tests.pulumi_engine.plugins import FailedError, Plugins, Serve, in_this_process
from tests.pulumi_engine.state import Resource, State
from tests.pulumi_engine.wire import Values

# A future of the SDK that failed beside the one that ended the program is of no interest.
logging.getLogger("asyncio").setLevel(logging.CRITICAL)

Program = Callable[[], None]


@dataclass(frozen=True)
class Outcome:
    """What a run did.

    Attributes:
        steps: What happened to each resource, in that order; components and the stack itself left out.
        outputs: What the program exported; secrets are marked.
        failures: What went wrong, a sentence each.
        messages: What plugins said.
        drift: For a refresh, the property paths that differ from what was stated, by name.
    """

    steps: tuple[Step, ...]
    outputs: Values
    failures: tuple[str, ...]
    messages: tuple[str, ...]
    drift: dict[str, tuple[str, ...]]

    def done(self, *, same: bool = False) -> dict[str, str]:
        """Return what happened to which resource, by name; nothing for those that stayed the same."""
        return {step.name: step.does for step in self.steps if same or step.does != "same"}

    def paths(self, name: str) -> tuple[str, ...]:
        """Return the property paths that changed, of one resource."""
        return next(step.paths for step in self.steps if step.name == name and step.does != "delete")


class Stack:
    """A stack.

    Args:
        folder: Where its state is kept.
        config: Settings of the default provider.
        serve: Starts our provider.
    """

    def __init__(self, folder: Path, config: Values | None = None, serve: Serve = in_this_process) -> None:
        self.path = folder / "state.json"
        self.config, self.serve = config or {}, serve

    def state(self) -> State:
        """Return what the last run left."""
        return State(self.path)

    def resource(self, name: str) -> Resource:
        """Return a resource of the last run."""
        return self.state().named(name)

    def preview(self, program: Program) -> Outcome:
        """Tell what `up` would do."""
        return self._run(program, preview=True)

    def up(self, program: Program) -> Outcome:
        """Do what the program wants."""
        return self._run(program, preview=False)

    def refresh(self) -> Outcome:
        """Take over what there is."""
        with self._deployment(preview=False) as (deployment, log):
            drift = {}
            for old in deployment.state.resources.copy():
                if not old.custom or old.is_provider:
                    continue
                found = deployment.refreshed(old)
                if found is None:
                    deployment.steps.append(Step("delete", old.name))
                    continue
                paths = tuple(sorted(deployment.diff(deployment.plugin(old.provider), found, old.inputs).detailedDiff))
                if paths:
                    drift[old.name] = paths
            return replace(_outcome(deployment, log), drift=drift)

    def found(self, name: str) -> Resource:
        """Return a resource as an import finds it: from its id alone."""
        with self._deployment(preview=False) as (deployment, _):
            known = deployment.state.named(name)
            found = deployment.read(deployment.plugin(known.provider), replace(known, inputs={}, outputs={}))
            assert found is not None
            return found

    def difference(self, name: str, found: Resource) -> tuple[str, ...]:
        """Return the property paths in which the inputs of the last run differ from those of a resource."""
        with self._deployment(preview=False) as (deployment, _):
            known = deployment.state.named(name)
            return tuple(deployment.diff(deployment.plugin(known.provider), found, known.inputs).detailedDiff)

    def destroy(self) -> Outcome:
        """End everything, the last first; the first failure stops it."""
        with self._deployment(preview=False) as (deployment, log):
            try:
                deployment.finish()
            except FailedError as error:
                deployment.failures.append(str(error))
            return _outcome(deployment, log)

    def _run(self, program: Program, *, preview: bool) -> Outcome:
        with self._deployment(preview=preview) as (deployment, log), listening(Monitor(deployment), log) as address:
            try:
                contextvars.copy_context().run(_run_program, program, deployment, address)
                deployment.finish()
            except FailedError as error:
                deployment.failures.append(str(error))
            except Exception as error:
                if not deployment.failures:
                    raise
                logging.getLogger("pulumi").debug("the program ended: %s", error)
            return _outcome(deployment, log)

    @contextmanager
    def _deployment(self, *, preview: bool) -> Iterator[tuple[Deployment, Log]]:
        log = Log()
        with listening(log) as engine:
            plugins, state = Plugins(engine, self.serve), self.state()
            try:
                yield Deployment(state, plugins, ("project", "test"), self.config, preview=preview), log
            finally:
                plugins.close()
                if not preview:
                    state.save()


def _run_program(program: Program, deployment: Deployment, address: str) -> None:
    told = settings.Settings(
        project=deployment.project,
        stack=deployment.stack,
        monitor=address,
        engine=address,
        dry_run=deployment.preview,
        parallel=32,
    )
    settings.configure(told)
    settings.ROOT.set(None)

    def run() -> Any:
        program()

    asyncio.run(run_in_stack(run))


def _outcome(deployment: Deployment, log: Log) -> Outcome:
    steps = tuple(step for step in deployment.steps if not step.name.startswith(f"{deployment.project}-"))
    return Outcome(steps, deployment.outputs, tuple(deployment.failures), tuple(log.messages), {})
