"""Preview and up of 200 resources in the test engine; the plugin's start time and its memory."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.figures import REPOSITORY, ROUNDS, Figure, at_most, seconds

TABLES = 100
"""Configured tables, each with an analysis rule."""

_PLUGIN = REPOSITORY / "components" / "provider" / "pulumi-resource-cleanrooms"


def measure() -> Iterator[Figure]:
    """Time the plugin's first line, and the runs of a program against the local endpoint in this process."""
    yield Figure("plugin: port printed", _port_seconds(), "s", aim=at_most(0.7))
    os.environ.setdefault("AWS_ACCESS_KEY_ID", "test")
    os.environ.setdefault("AWS_SECRET_ACCESS_KEY", "test")
    from simulator.api.server import local_endpoint
    from tests.pulumi_engine.stack import Stack

    with local_endpoint() as url, tempfile.TemporaryDirectory() as folder:
        _wait_for(url)
        stack = Stack(Path(folder))
        preview = seconds(lambda: stack.preview(lambda: _program(url)))
        up = seconds(lambda: stack.up(lambda: _program(url)))
        again = seconds(lambda: stack.up(lambda: _program(url)))
        memory = _peak_memory(url)
    count = 2 * TABLES
    yield Figure(f"preview and up of {count} resources", preview + up, "s", aim=at_most(10))
    yield Figure(f"up of {count} resources without a change", again, "s")
    yield Figure(f"plugin: peak memory of an up of {count} resources", memory, "MB", aim=at_most(200))


def _wait_for(endpoint: str) -> None:
    """Wait until the endpoint has loaded its services, so that its start is not measured as deployment."""
    import boto3

    boto3.client("cleanrooms", region_name="us-east-1", endpoint_url=endpoint).list_collaborations()


def _port_seconds() -> float:
    return statistics.median(seconds(_first_line) for _ in range(ROUNDS))


def _first_line() -> None:
    with subprocess.Popen([str(_PLUGIN), "127.0.0.1:9"], stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        if process.stdout is not None:
            process.stdout.readline()
        process.kill()


def _peak_memory(endpoint: str) -> float:
    """Return the largest resident memory, in MB, of the plugin while it makes the resources in a process of its own."""
    from tests.pulumi_engine.stack import Stack

    peaks: list[float] = []

    @contextmanager
    def plugin(engine: str) -> Iterator[int]:
        with subprocess.Popen([str(_PLUGIN), engine], stdout=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
            try:
                yield int(process.stdout.readline() if process.stdout else 0)
                peaks.append(_peak(process.pid))
            finally:
                process.terminate()
        if not peaks[-1]:  # not Linux: the largest of all children that ended, so at least the plugin's
            peaks[-1] = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1e6

    with tempfile.TemporaryDirectory() as folder:
        outcome = Stack(Path(folder), serve=plugin).up(lambda: _program(endpoint))
    if outcome.failures:
        raise RuntimeError(outcome.failures[0])
    return max(peaks)


def _peak(process: int) -> float:
    """Return the peak resident memory of a running process, in MB; 0 on systems other than Linux."""
    if sys.platform != "linux":
        return 0
    lines = Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines()
    (kibibytes,) = (int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return kibibytes * 1024 / 1e6


def _program(endpoint: str) -> None:
    """Declare tables with rules."""
    from tests.pulumi_engine.made import Made
    from tests.pulumi_engine.room_program import provider, table_inputs

    opts = provider(endpoint)
    policy = {"v1": {"list": {"joinColumns": ["id"], "listColumns": ["amount"]}}}
    for number in range(TABLES):
        table = Made("ConfiguredTable", f"table-{number}", {**table_inputs(), "name": f"table{number}"}, opts)
        rule = {"configuredTableIdentifier": table.output("configuredTableIdentifier"), "analysisRuleType": "LIST"}
        Made("ConfiguredTableAnalysisRule", f"rule-{number}", {**rule, "analysisRulePolicy": policy}, opts)
