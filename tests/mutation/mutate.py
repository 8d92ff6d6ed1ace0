"""Mutants of the policies: each has one condition changed, and at least one case has to notice.

`make mutants` lists those that survive. Own code instead of a mutation tool: a policy is a pure function, so a mutant
is a new `__code__` under the same cases, in one process, a few milliseconds each.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from types import CodeType, FunctionType, ModuleType
from typing import Final

from policies.policy import Policy
from policies.registry import POLICIES
from policies.subjects import Estate
from tests.mutation.changes import changes
from tests.policies.cases import PolicyCase, answers, estate, found, load_cases, needs_analysis, unknowns

HELPERS: Final = ("policies.personal_data", "policies.queries", "policies.rules", "policies.scans", "policies.views")
"""Modules that many policies stand on; every case is asked."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A function with one change."""

    function: FunctionType
    line: int
    change: str
    code: CodeType


def mutants(module: ModuleType) -> Iterator[Mutant]:
    """Yield every mutant of the functions of *module*: comparisons, connectives, negations, constants, statements."""
    source = inspect.getsource(module)
    for index in range(len(list(changes(ast.parse(source))))):
        tree = ast.parse(source)
        change = list(changes(tree))[index]
        change.apply()
        compiled = compile(ast.fix_missing_locations(tree), inspect.getfile(module), "exec")
        functions = [one for one in compiled.co_consts if isinstance(one, CodeType) and one.co_name == change.function]
        yield Mutant(getattr(module, change.function), change.line, change.described, functions[0])


def survives(mutant: Mutant, asked: list[tuple[Policy, PolicyCase, Estate]]) -> bool:
    """Tell whether every case ends as it should although the function is changed."""
    original = mutant.function.__code__
    mutant.function.__code__ = mutant.code
    try:
        return all(_as_expected(policy, case, judged) for policy, case, judged in asked)
    except Exception:  # noqa: BLE001 - a mutant that falls over is noticed
        return False
    finally:
        mutant.function.__code__ = original


def _as_expected(policy: Policy, case: PolicyCase, judged: Estate) -> bool:
    results = answers(policy, case, judged)
    return tuple(found(results)) == case.violations and unknowns(results) == case.unknown


def cases_of(policy: Policy) -> list[tuple[Policy, PolicyCase, Estate]]:
    """Return the cases of a policy with what they judge."""
    analysed = needs_analysis(policy)
    return [(policy, case, estate(case, analysed=analysed)) for case in load_cases(policy.name).values()]


def main() -> int:
    """Print the mutants that survive; return how many."""
    asked = {policy.judge.__module__: cases_of(policy) for policy in POLICIES}
    everything = [case for cases in asked.values() for case in cases]
    tried, survivors = 0, []
    for name in (*asked, *HELPERS):
        for mutant in mutants(import_module(name)):
            tried += 1
            if survives(mutant, asked.get(name, everything)):
                survivors.append(f"{name}:{mutant.line}: {mutant.function.__name__}: {mutant.change}")
    sys.stdout.write("".join(f"{line}\n" for line in survivors))
    sys.stdout.write(f"{tried} mutants, {len(survivors)} survive\n")
    return len(survivors)


if __name__ == "__main__":
    sys.exit(min(main(), 1))
