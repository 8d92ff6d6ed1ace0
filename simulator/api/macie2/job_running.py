"""Runs a job on a thread of its own, object by object, and records its state in transactions.

A run can be stopped between two passages of an object, and continues with that object when it is resumed, even by
another process that has read the state file.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import Any

from simulator.api.calls import now
from simulator.api.macie2.allow_list import ignored_by
from simulator.api.macie2.custom_data_identifier import KIND as CUSTOM
from simulator.api.macie2.custom_data_identifier import custom_identifier
from simulator.api.macie2.detection.locating import Inspector
from simulator.api.macie2.detection.managed import selected
from simulator.api.macie2.finding_making import new_finding
from simulator.api.macie2.findings_filter import is_suppressed
from simulator.api.macie2.inventory import (
    HeldBucket,
    HeldObject,
    buckets_of,
    content_of,
    find_bucket,
    find_object,
    key_problem,
    objects_of,
)
from simulator.api.macie2.job_states import JOB, finished, progressed
from simulator.api.macie2.member import MEMBER
from simulator.api.macie2.scoping import in_scope, meets
from simulator.api.state_file import StateFileError
from simulator.api.store import Record, Store

_LOG = logging.getLogger(__name__)

SHORTEST_RUN = 0.5
"""Minimum seconds of a run, so that a client that has just created a job finds it RUNNING."""

OBJECTS = "macie_job_objects"
"""The kind under which the objects of a run are kept; the id is the job's."""

_AT_ONCE = threading.BoundedSemaphore(2)
_ALL_PERCENT = 100


class StoppedError(Exception):
    """The job was paused, cancelled or deleted, or another run has taken over."""


@dataclass(slots=True)
class JobRun:
    """A run of a job, or the rest of one.

    Attributes:
        store: The store of its record.
        job_id: The job's id.
        turn: Id of this run; the job's record names the run that may write.
        stopped: Set to stop the run.
    """

    store: Store
    job_id: str
    turn: str
    stopped: threading.Event = field(default_factory=threading.Event, init=False)

    def __call__(self) -> None:
        """Run, and record how it ended; never raises."""
        until = time.monotonic() + SHORTEST_RUN
        try:
            with _AT_ONCE:
                failed = self._analyse()
            self.stopped.wait(max(0.0, until - time.monotonic()))
            self._change(lambda job: finished(job, now(), error=failed))
            self._tell()
        except StoppedError:
            pass
        except Exception:  # noqa: BLE001 - logged and recorded, as nothing can catch it in a thread
            _LOG.exception("classification job %s failed", self.job_id)
            self._give_up()
        finally:
            _LIVE.pop(self.turn, None)

    def job(self) -> Record:
        """Return the job's record.

        Raises:
            StoppedError: This run is over.
        """
        found = None if self.stopped.is_set() else self.store.get(JOB, self.job_id)
        if found is None or found.body["jobStatus"] != "RUNNING" or found.hidden["turn"] != self.turn:
            raise StoppedError
        return found

    def _analyse(self) -> bool:
        """Analyse the remaining objects of the run; return whether an account or a bucket could not be read."""
        objects = self._listed()
        inspector = self._inspector(self.job())
        for number in range(self.job().hidden["done"], len(objects["objects"])):
            name, key = objects["objects"][number]
            found, problem = self._analysed(name, key, inspector)
            with self.store.transaction():
                job = self.job()
                if found is not None:
                    self.store.put(found)
                self.store.put(progressed(job, number + 1, len(objects["objects"]) - number - 1, problem))
        return bool(objects["failed"])

    def _listed(self) -> Any:  # noqa: ANN401 - the objects of a run, as the state file keeps them
        job = self.job()
        if not job.hidden["listed"]:
            buckets, failed = _buckets(self.store, job)
            chosen = _sampled(job, [(bucket.name, held.key) for bucket in buckets for held in _eligible(job, bucket)])
            body = {"objects": chosen, "failed": failed}
            with self.store.transaction():
                job = self.job()
                self.store.put(Record(OBJECTS, job.id, job.account, body, parent=job.id))
                self.store.put(progressed(job, 0, len(chosen)).hiding(listed=True))
        held = self.store.get(OBJECTS, self.job_id)
        if held is None:
            raise StoppedError
        return held.body

    def _inspector(self, job: Record) -> Inspector:
        custom = [self.store.get(CUSTOM, each) for each in job.body.get("customDataIdentifierIds", ())]
        return Inspector(
            managed=selected(
                job.body.get("managedDataIdentifierSelector"), job.body.get("managedDataIdentifierIds", ())
            ),
            custom=[custom_identifier(each.body) for each in custom if each is not None],
            ignored=ignored_by(self.store, job.body.get("allowListIds", ())),
            between=self._check,
        )

    def _check(self) -> None:
        self.job()

    def _analysed(self, name: str, key: str, inspector: Inspector) -> tuple[Record | None, str | None]:
        """Return the finding about an object, if any, and the reason if it was not analysed completely."""
        bucket = find_bucket(name)
        held = find_object(bucket, key) if bucket is not None else None
        content = content_of(bucket, key) if bucket is not None else None
        if bucket is None or held is None or content is None:
            return None, "SOURCE_OBJECT_NO_LONGER_AVAILABLE"
        if (problem := key_problem(bucket, held)) is not None:
            return None, problem
        found = inspector.inspect(content, key)
        made = new_finding(self.job(), bucket, held, found, inspector, now())
        if made is not None:
            made = made.showing(archived=is_suppressed(self.store, made))
        return made, found.problem

    def _change(self, change: Any) -> None:  # noqa: ANN401 - a function of a record
        with self.store.transaction():
            self.store.put(change(self.job()))

    def _tell(self) -> None:
        job = self.store.get(JOB, self.job_id)
        for problem, count in sorted((job.hidden["problems"] if job is not None else {}).items()):
            _LOG.info("classification job %s: %d objects not analysed in full: %s", self.job_id, count, problem)

    def _give_up(self) -> None:
        # A job that stays RUNNING without a run is continued when it is next read.
        with suppress(StoppedError, StateFileError):
            self._change(lambda job: finished(job, now(), error=True))


_LIVE: dict[str, tuple[JobRun, threading.Thread]] = {}
"""The unfinished runs of this process, by their turns."""


def restart(store: Store, job: Record) -> None:
    """Begin or continue the job's current run, once the current transaction has ended."""
    run = JobRun(store, job.id, job.hidden["turn"])
    thread = threading.Thread(target=run, name="classification-job", daemon=True)
    _LIVE[run.turn] = run, thread
    thread.start()


def stop(job: Record) -> None:
    """Stop the job's current run before its next passage."""
    live = _LIVE.get(job.hidden["turn"] or "")
    if live is not None:
        live[0].stopped.set()


def is_running(job: Record) -> bool:
    """Return whether a thread of this process runs the job."""
    return job.hidden["turn"] in _LIVE


def stop_all() -> None:
    """Stop all runs of this process before their next passages; their jobs stay RUNNING."""
    for run, _ in list(_LIVE.values()):
        run.stopped.set()


def wait_for_all(seconds: float) -> None:
    """Wait until all runs of this process have ended, at most for the given time."""
    until = time.monotonic() + seconds
    for _, thread in list(_LIVE.values()):
        if thread.is_alive():  # a thread that has not started yet cannot be joined
            thread.join(max(0.0, until - time.monotonic()))


def resume(_store: Store) -> None:
    """Do nothing: interrupted runs continue when jobs are next read (see `job_settling`)."""


def _buckets(store: Store, job: Record) -> tuple[list[HeldBucket], list[str]]:
    """Return the buckets of a run, and the names of those that cannot be read."""
    definition = job.body["s3JobDefinition"]
    if "bucketCriteria" in definition:
        members = [each.parent for each in store.of(MEMBER, account=job.account) if _enabled(each)]
        held = [bucket for account in (job.account, *members) for bucket in buckets_of(account, store.region)]
        matching = [bucket for bucket in held if meets(definition["bucketCriteria"], bucket)]
        return [each for each in matching if each.readable], [each.name for each in matching if not each.readable]
    found, failed = [], []
    for stated in definition["bucketDefinitions"]:
        member = store.get(MEMBER, f"{job.account}/{stated['accountId']}")
        allowed = stated["accountId"] == job.account or (member is not None and _enabled(member))
        for name in stated["buckets"]:
            bucket = find_bucket(name)
            fits = allowed and bucket is not None and bucket.readable
            if bucket is not None and fits and (bucket.account, bucket.region) == (stated["accountId"], store.region):
                found.append(bucket)
            else:
                failed.append(name)
    return found, failed


def _enabled(member: Record) -> bool:
    return bool(member.body["relationshipStatus"] == "Enabled")


def _eligible(job: Record, bucket: HeldBucket) -> Iterable[HeldObject]:
    since, until = job.hidden["since"], job.hidden["until"]
    for held in objects_of(bucket):
        new = since is None or since < held.modified <= until
        wanted = new and not job.hidden["waiting"] and held.size and held.classifiable
        if wanted and in_scope(job.body["s3JobDefinition"].get("scoping"), held):
            yield held


def _sampled(job: Record, objects: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a random sample of the objects of the job's percentage; each run has its own."""
    percentage = job.body["samplingPercentage"]
    if percentage == _ALL_PERCENT:
        return objects
    wanted = math.ceil(len(objects) * percentage / _ALL_PERCENT)
    random = Random(f"{job.id}/{job.hidden['until']}")  # noqa: S311 - a choice of objects, no secret
    return sorted(random.sample(objects, wanted))
