"""From a request's text to a `Script`: parsed, bound to the tables, every doubt a finding."""

from __future__ import annotations

from contextlib import suppress

from sqlglot import exp

from simulator.request import AnalysisRequest
from simulator.sql.binding import Binding, EnoughProblemsError, TooComplexError, check_args
from simulator.sql.coverage import report_lost_words
from simulator.sql.dialects import SPARK, dialect_of
from simulator.sql.known_nodes import QUERIES
from simulator.sql.lookalikes import report_lookalikes
from simulator.sql.names import name_of
from simulator.sql.own_defects import why_not_followed
from simulator.sql.parsing import Parsed, parse, problems_of
from simulator.sql.problems import CACHE_TABLE_PAGE, COMMANDS_PAGE, span_between
from simulator.sql.queries import bind_query
from simulator.sql.resolved import Query, Role, Script
from simulator.sql.select_first import report_other_order
from simulator.sql.views import Views
from simulator.verdict import Basis


def resolve_script(request: AnalysisRequest) -> Script:
    """Parse the SQL of *request* and bind every name in it to the request's tables.

    Never raises for any text: what is wrong is in the `problems` of the result, each with its place.
    """
    return _resolve(request, Views(_resolve))


def _resolve(request: AnalysisRequest, views: Views) -> Script:
    problems = problems_of(request.sql, request.engine)
    parsed = parse(request.sql, request.engine, problems)
    script = Script(request.sql, dialect_of(request.engine), parsed.statements, attached=parsed.attached)
    binding = Binding(request, script, problems, bind_query, parsed.tokens, views.bind)
    try:
        with suppress(EnoughProblemsError):
            _bind(binding, parsed)
        report_lost_words(binding, parsed)
        report_lookalikes(binding, parsed)
        report_other_order(binding, parsed)
    except TooComplexError:
        message = "the query makes more columns and joins than its length allows to follow; write it smaller"
        problems.report("query_too_complex", message, COMMANDS_PAGE, None, Basis.ASSUMED)
    except RecursionError:
        problems.report("nesting_too_deep", "the query nests too deeply; write it flatter", COMMANDS_PAGE, None)
    except Exception as error:  # noqa: BLE001 - the parser leaves holes in trees; what cannot be walked is not allowed
        problems.report("untraceable_construct", why_not_followed(error), COMMANDS_PAGE, None, Basis.ASSUMED)
    script.queries = tuple(binding.queries)
    script.problems = tuple(dict.fromkeys(problems.found))
    return script


def _bind(binding: Binding, parsed: Parsed) -> None:
    if not parsed.statements:
        if not binding.problems.found:
            binding.report("not_a_select", "there is no statement; write a SELECT", COMMANDS_PAGE, None)
        return
    cached: dict[str, Query] = {}
    for number, statement in enumerate(parsed.statements[:-1]):
        if isinstance(statement, exp.Cache) and binding.script.dialect == SPARK:
            _cache(binding, statement, cached)
        else:
            count = {2: "two"}.get(len(parsed.statements), str(len(parsed.statements)))
            why = f"the text holds {count} statements, and only CACHE TABLE may come before the final SELECT"
            # A SELECT could be the whole query: then what follows is too much.
            surplus = number + 1 if isinstance(statement, QUERIES) else number
            _refuse(binding, parsed, surplus, why)
    last = parsed.statements[-1]
    if isinstance(last, QUERIES):
        binding.script.final = bind_query(binding, last, Role.FINAL, "", None, cached)
    else:
        _refuse(binding, parsed, len(parsed.statements) - 1, "the last statement must be a SELECT")
    binding.script.cached = tuple(cached.values())


def _cache(binding: Binding, statement: exp.Cache, cached: dict[str, Query]) -> None:
    """Bind `CACHE TABLE name AS query`; the name is known to the statements after it."""
    check_args(binding, statement, frozenset({"this", "expression"}))
    table, body = statement.this, statement.args.get("expression")
    if not isinstance(body, QUERIES):
        binding.report("not_a_select", "CACHE TABLE needs a query", CACHE_TABLE_PAGE, statement)
        return
    check_args(binding, table, frozenset({"this"}))
    name = name_of(table.this)
    if name in cached or name in binding.tables:
        message = f"CACHE TABLE '{name}' would hide another table of that name; choose a new one"
        binding.report("name_used_twice", message, CACHE_TABLE_PAGE, table, Basis.ASSUMED)
    cached[name] = bind_query(binding, body, Role.CACHED, name, None, dict(cached))


def _refuse(binding: Binding, parsed: Parsed, number: int, why: str) -> None:
    first = parsed.first_token(number)
    word = first.text.split(maxsplit=1)[0].upper() if first and first.text.split() else "this statement"
    place = span_between(binding.script.sql, first.start, first.end) if first else None
    binding.problems.report("not_a_select", f"{word} is not allowed here: {why}", COMMANDS_PAGE, place)
