"""`python -m benchmarks [NAME ...] [--json]`: run the benchmarks; print their figures and the machine."""

from __future__ import annotations

import argparse
import dataclasses
import importlib
import importlib.metadata
import json
import os
import platform
import sys

from benchmarks.figures import ROUNDS, Figure

BENCHMARKS = (
    "startup",
    "check",
    "check_memory",
    "lint_peers",
    "noise",
    "private_run",
    "plan",
    "endpoint",
    "deployment",
    "repository",
)
PACKAGES = ("duckdb", "numpy", "pydantic", "sqlglot", "sqlglotc")


def machine() -> dict[str, str]:
    """Return what the figures depend on: processor count, Python and package versions."""
    versions = {name: _version(name) for name in PACKAGES}
    return {
        "cores": str(os.cpu_count()),
        "system": platform.platform(),
        "python": platform.python_version(),
        **versions,
    }


def _version(package: str) -> str:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return "absent"


def main() -> None:
    """Run the chosen benchmarks and print their figures."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="*", help=f"any of {', '.join(BENCHMARKS)}; all without one")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.name) - set(BENCHMARKS))
    if unknown:
        parser.error(f"no benchmark {', '.join(map(repr, unknown))}; there are {', '.join(BENCHMARKS)}")
    figures: list[Figure] = []
    for name in arguments.name or BENCHMARKS:
        print(f"measuring {name} ...", file=sys.stderr)  # noqa: T201 - a command's output
        figures += importlib.import_module(f"benchmarks.{name}").measure()
    if arguments.json:
        document = {"machine": machine(), "rounds": ROUNDS, "figures": [_document(one) for one in figures]}
        print(json.dumps(document, indent=2))  # noqa: T201 - a command's output
        return
    for key, value in machine().items():
        print(f"{key:>10}  {value}")  # noqa: T201 - a command's output
    print(f"medians of {ROUNDS} rounds after a warm-up\n")  # noqa: T201 - a command's output
    for one in figures:
        print(_row(one))  # noqa: T201 - a command's output


def _document(one: Figure) -> dict[str, object]:
    return {**dataclasses.asdict(one), "missed": [str(aim) for aim, is_met in one.aims() if not is_met]}


def _row(one: Figure) -> str:
    ratio = f"  {one.ratio:8.2f} x {one.peer}" if one.ratio is not None else ""
    aims = "".join(f"  (aim {aim}{'' if is_met else ': missed'})" for aim, is_met in one.aims())
    return f"{one.name:<52} {one.value:12.4g} {one.unit:<10}{ratio}{aims}"


if __name__ == "__main__":
    main()
