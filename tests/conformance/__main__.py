"""`python -m tests.conformance FILE.yaml [--only PREFIX] [--json]`: judge a file of conformance cases."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections import Counter
from pathlib import Path

from tests.conformance.scoring import SECTIONS, Mark, Result, judge_file


def main(arguments: list[str] | None = None) -> int:
    """Judge a file and print the counts; 1 when a case is wrong, 2 when the file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance", description=__doc__)
    parser.add_argument("file", type=Path, help="cases in the form of tests/cases/corpus/aws-rules.yaml")
    parser.add_argument("--only", default="", metavar="PREFIX", help="judge the cases whose id starts so")
    parser.add_argument("--json", action="store_true", help="print every case as JSON")
    options = parser.parse_args(arguments)
    try:
        results = judge_file(options.file, options.only)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"conformance: {error}\n")
        return 2
    sys.stdout.write(f"{_json(results) if options.json else _text(results)}\n")
    return int(any(result.mark is Mark.WRONG for result in results))


def _json(results: list[Result]) -> str:
    counts = Counter(str(result.mark) for result in results)
    cases = [dataclasses.asdict(result) for result in results]
    return json.dumps({"counts": {mark: counts[mark] for mark in Mark}, "cases": cases}, indent=2)


def _text(results: list[Result]) -> str:
    lines = [f"{'':14}{''.join(f'{mark:>14}' for mark in Mark)}"]
    for section in (*SECTIONS, "all"):
        counts = Counter(result.mark for result in results if section in (result.section, "all"))
        lines.append(f"{section:14}{''.join(f'{counts[mark]:>14}' for mark in Mark)}")
    for mark in (Mark.WRONG, Mark.UNDOCUMENTED):
        for result in results:
            if result.mark is mark:
                lines.append(f"\n{mark} {result.id}: expected {result.expected}, found {result.found}")
                lines += [f"  {line}" for line in result.details]
    missed = [result for result in results if result.mark is Mark.NOT_COVERED]
    lines += [f"\nnot covered: {', '.join(result.id for result in missed)}"] if missed else []
    lines += [f"  {result.id}: {'; '.join(result.details)}" for result in missed if result.details != ("no SQL",)]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
