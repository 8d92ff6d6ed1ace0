"""GROUP BY with more than columns and functions."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp

from simulator.checks.context import USER_GUIDE, QueryContext
from simulator.verdict import Basis, Finding

_EXTENSIONS = (exp.Rollup, exp.Cube, exp.GroupingSets, exp.Tuple)


def grouping_extension(context: QueryContext) -> Iterator[Finding]:
    """ROLLUP, CUBE, GROUPING SETS, GROUP BY ALL or a list in brackets: the grammar has columns and functions only.

    Avoid: GROUP BY ROLLUP (v.region)   Prefer: GROUP BY v.region
    Source: https://docs.aws.amazon.com/clean-rooms/latest/userguide/analysis-rules-aggregation.html
    """
    for select in context.script.selects:
        group = select.node.args.get("group")
        if group is None:
            continue
        extra = [name for name, value in group.args.items() if value and name != "expressions"]
        extra += [key.key for key in group.expressions if isinstance(key, _EXTENSIONS)]
        for name in dict.fromkeys(extra):
            written = {"groupingsets": "GROUPING SETS", "tuple": "a list in brackets"}.get(name, name.upper())
            message = f"GROUP BY takes dimension columns and scalar functions of them; found {written}"
            source = f"{USER_GUIDE}/analysis-rules-aggregation.html"
            yield from context.deny(grouping_extension, message, source, at=group, basis=Basis.DERIVED)
