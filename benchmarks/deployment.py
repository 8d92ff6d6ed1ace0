"""Preview and up of 200 resources in the test engine, and how soon the plugin answers."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import REPOSITORY, ROUNDS, Figure, seconds

TABLES = 100
"""Configured tables, each with an analysis rule."""

_PLUGIN = REPOSITORY / "components" / "provider" / "pulumi-resource-cleanrooms"


def measure() -> Iterator[Figure]:
    """Time the plugin's first line, and the runs of a program against the local endpoint in this process."""
    yield Figure("plugin: port printed", _port_seconds(), "s", aim="< 0.7 s")
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
    count = 2 * TABLES
    yield Figure(f"preview and up of {count} resources", preview + up, "s", aim="< 10 s")
    yield Figure(f"up of {count} resources without a change", again, "s")


def _wait_for(endpoint: str) -> None:
    """Return once the endpoint has loaded its services: its start is no part of a deployment."""
    import boto3

    boto3.client("cleanrooms", region_name="us-east-1", endpoint_url=endpoint).list_collaborations()


def _port_seconds() -> float:
    return statistics.median(seconds(_first_line) for _ in range(ROUNDS))


def _first_line() -> None:
    with subprocess.Popen([str(_PLUGIN), "127.0.0.1:9"], stdout=subprocess.PIPE) as process:  # noqa: S603 - our own
        if process.stdout is not None:
            process.stdout.readline()
        process.kill()


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
