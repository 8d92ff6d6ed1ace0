"""Checks of this machine: Pulumi's command, the virtual environment, the plugins."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from importlib import metadata
from pathlib import Path
from typing import Final

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2_grpc

from components.doctor.case import Case, Finding, Level
from components.doctor.project import plugin_folder, virtual_environment_folder
from components.provider.protocol.servicer import DISTRIBUTION

_SECONDS: Final = 20
"""Timeout of a program, in seconds; generous, for a busy machine."""

_PACKAGES: Final = ("pulumi", "boto3", "grpcio")
"""What the program and the plugin need of a virtual environment."""

_INSTALL_PULUMI: Final = "install Pulumi's command line: https://www.pulumi.com/docs/install/"


def pulumi_command(_case: Case) -> Finding:
    """Check for `pulumi` and its language host for Python."""
    command = shutil.which("pulumi")
    if command is None:
        return Finding(Level.FAIL, "there is no `pulumi` on PATH", _INSTALL_PULUMI)
    if shutil.which("pulumi-language-python") is None and not _beside(command, "pulumi-language-python"):
        return Finding(Level.FAIL, f"{command} has no `pulumi-language-python` on PATH", _INSTALL_PULUMI)
    version = _printed(command, "version")
    if version is None:
        return Finding(Level.FAIL, f"{command} does not answer", _INSTALL_PULUMI)
    return Finding(Level.OK, f"{command} {version or '(its build does not say which version)'}")


def virtual_environment(case: Case) -> Finding:
    """Check for the project's virtual environment with the packages that the program needs."""
    python = _python(case)
    if python is None:
        place = virtual_environment_folder(case.project)
        return Finding(Level.FAIL, f"there is no virtual environment {place}", "run `make install`")
    asked = "; ".join(f"print('{each}', m.version('{each}'))" for each in _PACKAGES)
    found = _printed(str(python), "-c", f"import importlib.metadata as m; {asked}")
    if found is None:
        return Finding(Level.FAIL, f"{python.parent.parent} lacks one of {', '.join(_PACKAGES)}", "run `make install`")
    return Finding(Level.OK, f"{python.parent.parent}: {', '.join(found.splitlines())}")


def plugin(case: Case) -> Finding:
    """Start the plugin as Pulumi does, and check its version."""
    program = plugin_folder(case.project) / _plugin_name()
    if not program.exists():
        fix = "run this in the project's folder, or name it: plugins.providers in Pulumi.yaml"
        return Finding(Level.FAIL, f"there is no plugin {program}", fix)
    begun = time.monotonic()
    process = subprocess.Popen([program], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)  # noqa: S603 - ours
    limit = threading.Timer(_SECONDS, process.kill)
    limit.start()
    try:
        port = process.stdout.readline().strip() if process.stdout else ""
        seconds = time.monotonic() - begun
        version = _plugin_version(port) if port.isdecimal() else None
    finally:
        process.terminate()
        _, said = process.communicate()  # which the limit ends, too
        limit.cancel()
    if version is None:
        told = said.strip().rpartition("\n")[2]
        return Finding(Level.FAIL, f"the plugin does not answer: {told}", "run `make install`, and look at this again")
    if version != (installed := metadata.version(DISTRIBUTION)):
        return Finding(Level.WARN, f"the plugin is {version}, this command is {installed}", "run `make install`")
    return Finding(Level.OK, f"{program.name} {version} answered after {seconds:.1f} s")


def aws_plugin(case: Case) -> Finding:
    """Check for Pulumi's AWS plugin, which creates data sources and Macie jobs."""
    told = _printed(shutil.which("pulumi") or "pulumi", "plugin", "ls", "--json")
    if told is None:
        return Finding(Level.WARN, "not known: `pulumi plugin ls` does not answer")
    versions = [str(each.get("version")) for each in json.loads(told) if each.get("name") == "aws"]
    if versions:
        return Finding(Level.OK, f"pulumi-resource-aws {', '.join(versions)}")
    if not case.makes_sources:
        return Finding(
            Level.OK, "there is no pulumi-resource-aws, which only makeDataSources, DataSource and Macie's jobs need"
        )
    wanted = f"pulumi plugin install resource aws v{metadata.version('pulumi-aws')}"
    return Finding(Level.WARN, "makeDataSources needs pulumi-resource-aws, which is not installed", f"run `{wanted}`")


def _plugin_version(port: str) -> str | None:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        try:
            info = provider_pb2_grpc.ResourceProviderStub(channel).GetPluginInfo(empty_pb2.Empty(), timeout=_SECONDS)
        except grpc.RpcError:
            return None
    return str(info.version)


def _plugin_name() -> str:
    return "pulumi-resource-cleanrooms" + (".cmd" if sys.platform == "win32" else "")


def _python(case: Case) -> Path | None:
    folder = virtual_environment_folder(case.project)
    places = (folder / "bin" / "python", folder / "Scripts" / "python.exe")
    return next((place for place in places if place.exists()), None)


def _beside(command: str, name: str) -> bool:
    folder = Path(os.path.realpath(command)).parent
    return any((folder / each).exists() for each in (name, f"{name}.exe"))


def _printed(*command: str) -> str | None:
    """Return the output of a program; None if it fails or takes too long."""
    told = {**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"}
    try:
        done = subprocess.run(  # noqa: S603 - programs that the user has
            command, env=told, capture_output=True, text=True, check=True, timeout=_SECONDS
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()
