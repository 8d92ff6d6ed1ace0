"""Ways by which an accepted query could tell of one row otherwise than by its answer: a file closes each.

A query that fails, or ends for want of memory, exactly if one row is there answers a question without noise and without
a threshold. So does one that shows which of some rows came first. A run closes these ways in this order:

1. `spark_semantics` bounds sums and texts that grow (`wide_sums`, `long_texts`) with the other differences of engines;
2. `to_duckdb` refuses what must be written out (`fixed_arguments`) and rewrites the query: `REWRITES` and, when types
   are known, `TYPED_REWRITES`, of which some are for private queries only;
3. the engine's parser reads the text that it gets, which calls listed `functions` only (`engine_text`);
4. the run is rehearsed on tables without rows, before anything is charged (`rehearsing`);
5. of each statement the engine tells its plan before it reads a row: `REFUSALS`, and where groups or users are
   protected, `row_order` and `equal_values`.

A rewrite gives NULL where the engine would fail; a refusal costs nothing, for no row was looked at.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from simulator.execution.engines.engine_plan import BoundPlan
from simulator.execution.one_row_oracles.conditions import make_conditions_boolean
from simulator.execution.one_row_oracles.constant_positions import refuse_computed_positions
from simulator.execution.one_row_oracles.date_parts import refuse_unknown_parts
from simulator.execution.one_row_oracles.equal_values import hide_signs
from simulator.execution.one_row_oracles.extreme_times import keep_from_extreme_times
from simulator.execution.one_row_oracles.implicit_casts import refuse_failing_casts
from simulator.execution.one_row_oracles.patterns import refuse_invalid_patterns
from simulator.execution.one_row_oracles.row_order import fix_row_order
from simulator.execution.one_row_oracles.single_values import give_null_for_several_rows
from simulator.execution.one_row_oracles.tolerant import give_null_for_failing_casts, make_tolerant
from simulator.execution.one_row_oracles.unguarded import refuse_unguarded_calls

REWRITES: tuple[Callable[[exp.Expr], exp.Expr], ...] = (
    give_null_for_failing_casts,
    keep_from_extreme_times,
    give_null_for_several_rows,
    make_conditions_boolean,
)
"""What changes the engine's tree of a query, in this order."""

TYPED_REWRITES: tuple[Callable[[exp.Expr], exp.Expr], ...] = (hide_signs, fix_row_order, make_tolerant)
"""What changes it when its types are known, in this order; TRY comes last, around all that the others wrote."""

IF_PRIVATE: tuple[Callable[[exp.Expr], exp.Expr], ...] = (fix_row_order,)
"""Which of them only a private query needs."""

REFUSALS: tuple[Callable[[BoundPlan], None], ...] = (
    refuse_failing_casts,
    refuse_unknown_parts,
    refuse_computed_positions,
    refuse_unguarded_calls,
    refuse_invalid_patterns,
)
"""What looks at the engine's plan of a query, in this order: the first that refuses gives the reason."""


def refuse_one_row_oracles(plan: BoundPlan) -> None:
    """Refuse what could fail on one row.

    Args:
        plan: What the engine is going to do; see `bound_plan`.

    Raises:
        NotTranslatableError: Something in it could fail on one row; no row was looked at for that, so nothing is
            charged for a refusal.
    """
    for refuse in REFUSALS:
        refuse(plan)
