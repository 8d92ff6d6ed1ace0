"""Writes a bound GoogleSQL script back as text, with its privacy clauses and contribution bounds.

sqlglot's own `sql()` does not know either: it would write the query without its protection.
"""

from __future__ import annotations

from sqlglot import exp

from simulator.sql.private_clauses import AttachedClauses


def google_sql(tree: exp.Expression, attached: AttachedClauses) -> str:
    """Return *tree* as GoogleSQL, every clause and bound of *attached* that belongs to it in its place.

    Args:
        tree: A statement of a script, or a part of one; it is left as it is.
        attached: The script's clauses and bounds.
    """
    pairs = list(zip(tree.walk(), (copied := tree.copy()).walk(), strict=True))
    for node, copy in pairs:
        clause = attached.clauses.get(id(node))
        if clause is not None and isinstance(copy, exp.Select):
            # What other dialects write between SELECT and its list; the generator keeps the words as they are.
            words = f"{clause.sql()} DISTINCT" if copy.args.get("distinct") else clause.sql()
            copy.set("distinct", None)
            copy.set("operation_modifiers", [exp.var(words)])
    # Calls inside calls: the inner one first, while the outer one still holds it.
    for node, copy in reversed(pairs):
        bounds = attached.bounds.get(id(node))
        if bounds is not None:
            name = str(node.meta.get("bigquery_name") or node.key.upper())
            made = exp.Anonymous(this=name, expressions=[*_arguments(copy), exp.var(bounds.sql())])
            copied = made if copy is copied else copied
            copy.replace(made)
    return copied.sql("bigquery")


def _arguments(call: exp.Expr) -> list[exp.Expr]:
    return [child.copy() for child in call.iter_expressions()]
