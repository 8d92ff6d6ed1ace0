"""Holds the parser to account: every name of the text must have arrived in the tree as a name.

sqlglot is lenient. `TRUNC(d, email)` becomes `DateTrunc(d, 'EMAIL')`: the column is gone, and with it every rule that
forbids it. So each word of the text is looked for in the tree; what is missing and not a known word is refused.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlglot import exp
from sqlglot.tokenizer_core import Token, TokenType

from simulator.sql.binding import Binding
from simulator.sql.dialects import SPARK
from simulator.sql.known_nodes import DATE_PARTS, GOOGLESQL_DATE_PARTS, WEEKDAYS
from simulator.sql.names import folded
from simulator.sql.parsing import Parsed
from simulator.sql.problems import SELECT_PAGE, span_between
from simulator.verdict import Basis

_SILENT_WORDS = frozenset(
    {
        "AT", "TO", "PLACING", "APPROXIMATE", "SYSDATE",
        "ROW", "ROWS", "RANGE", "PRECEDING", "FOLLOWING", "UNBOUNDED", "CURRENT", "NULLS", "FIRST", "LAST", "IGNORE",
        "RESPECT", "ROLLUP", "CUBE", "GROUPING", "SETS", "EXCLUDE", "TIES", "GROUPS", "OTHERS", "BOTH", "LEADING",
        "TRAILING", "VIEW", "OUTER", "OVER", "WITHIN", "FILTER", "ZONE"
    }
)  # fmt: skip
"""Words that have a meaning without being a name; they leave no name in the tree."""

_BIGQUERY_WORDS = _SILENT_WORDS | {"SYSTEM_TIME", "OF", "OFFSET", "ORDINAL", "SAFE"}
"""The same for GoogleSQL; its pipe operators are told by the `|>` before them."""

_TAKE_A_UNIT = frozenset(
    {
        "extract",
        "dateadd",
        "date_add",
        "datediff",
        "date_diff",
        "timestampadd",
        "timestampdiff",
        "date_part",
        "datepart",
    }
)
"""Functions whose first argument may be a bare unit of time; elsewhere a bare `year` is a column."""

_END_WITH_A_UNIT = frozenset(
    f"{kind}_{what}" for kind in ("date", "datetime", "time", "timestamp") for what in ("trunc", "diff")
) | {"last_day"}
"""GoogleSQL's functions whose last argument is a bare unit of time."""

_TAKE_A_ZONE = frozenset({"datetime_trunc", "timestamp_trunc"})
"""Those whose unit, their second argument, a time zone may follow."""

_NOT_A_NAME = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.HINT})
_BEFORE_A_UNIT = frozenset({TokenType.STRING, TokenType.NUMBER, TokenType.VAR, TokenType.IDENTIFIER, TokenType.R_PAREN})
_EDGES = frozenset({TokenType.L_PAREN, TokenType.COMMA, TokenType.R_PAREN})


def report_lost_words(binding: Binding, parsed: Parsed) -> None:
    """Report every name in the text that is not a name in the tree."""
    arrived: set[object] = set()
    parameters: set[str] = set()
    for statement in parsed.statements:
        for node in statement.find_all(exp.Identifier, exp.Func, exp.Placeholder, exp.JoinHint):
            if isinstance(node, exp.Placeholder):
                parameters.add(node.name)
            else:
                arrived.add(node.meta.get("start"))
                arrived |= _dashed_words(node)
    for position, token in enumerate(parsed.tokens):
        if binding.problems.is_full:
            return
        if token.token_type is TokenType.STRING:
            _check_quotes(binding, token, is_name=token.start in arrived)
        elif token.start not in arrived and _is_lost(binding, parsed.tokens, position, parameters):
            message = f"the word '{token.text}' has no meaning that can be traced here, so it is not allowed"
            _report(binding, "untraceable_construct", message, token)


def _dashed_words(node: exp.Expr) -> set[object]:
    """Return where the words of an unquoted `my-project` start: the parser makes one name of them."""
    start = node.meta.get("start")
    if not isinstance(node, exp.Identifier) or node.args.get("quoted") or start is None or "-" not in node.name:
        return set()
    return {start + offset + 1 for offset, letter in enumerate(node.name) if letter == "-"}


def _report(binding: Binding, check: str, message: str, token: Token) -> None:
    place = span_between(binding.problems.sql, token.start, token.end)
    binding.problems.report(check, message, SELECT_PAGE, place, Basis.ASSUMED)


def _check_quotes(binding: Binding, token: Token, *, is_name: bool) -> None:
    # Spark reads "email" as a string, the console and the old engine as the column: allowed by one, not by the other.
    text = folded(token.text)
    if binding.script.dialect != SPARK or binding.problems.sql[token.start : token.start + 1] != '"':
        return
    if is_name or text in binding.tables or _is_column(binding, text):
        message = (
            f"in Spark SQL \"{token.text}\" is a string; write `{token.text}` for the name, '{token.text}' for the text"
        )
        _report(binding, "double_quoted_name", message, token)


def _is_lost(binding: Binding, tokens: Sequence[Token], position: int, parameters: set[str]) -> bool:
    token = tokens[position]
    kind = token.token_type
    if kind is TokenType.IDENTIFIER:
        return True
    if kind is TokenType.VAR:
        return not _is_silent(binding, tokens, position, parameters)
    if kind in _NOT_A_NAME:
        return False
    # A keyword that is an argument by itself, such as DATE in TRUNC(d, date), may be a column of that name.
    return token.text.isidentifier() and _is_alone(tokens, position) and _is_column(binding, folded(token.text))


def _is_alone(tokens: Sequence[Token], position: int) -> bool:
    if position == 0 or position + 1 == len(tokens):
        return False
    return tokens[position - 1].token_type in _EDGES and tokens[position + 1].token_type in _EDGES


def _is_silent(binding: Binding, tokens: Sequence[Token], position: int, parameters: set[str]) -> bool:
    word = tokens[position].text.upper()
    before = tokens[position - 1] if position else None
    after = tokens[position + 1] if position + 1 < len(tokens) else None
    if after is not None and after.token_type is TokenType.L_PAREN:
        return True  # the name of a function: its node is judged when it is bound
    if before is not None and before.token_type is TokenType.COLON and tokens[position].text in parameters:
        return True
    if binding.is_bigquery and before is not None and before.token_type is TokenType.PIPE_GT:
        return True
    if word in (_BIGQUERY_WORDS if binding.is_bigquery else _SILENT_WORDS):
        return not (_is_alone(tokens, position) and _is_column(binding, folded(word)))
    if binding.is_bigquery and word in WEEKDAYS and _begins_a_week(tokens, position):
        return True
    units = GOOGLESQL_DATE_PARTS if binding.is_bigquery else DATE_PARTS
    return word in units and before is not None and _is_unit(binding, tokens, position)


def _begins_a_week(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether the day at *position* stands in the brackets of WEEK, which is no function in GoogleSQL."""
    return (
        position > 1
        and tokens[position - 1].token_type is TokenType.L_PAREN
        and tokens[position - 2].text.upper() == "WEEK"
    )


def _is_unit(binding: Binding, tokens: Sequence[Token], position: int) -> bool:
    before = tokens[position - 1]
    if binding.is_bigquery and before.token_type is TokenType.COMMA:
        return _ends_dated_call(tokens, position)
    if before.token_type is TokenType.L_PAREN:
        return position > 1 and folded(tokens[position - 2].text) in _TAKE_A_UNIT
    return before.token_type in _BEFORE_A_UNIT or before.text.upper() == "TO"


def _ends_dated_call(tokens: Sequence[Token], position: int) -> bool:
    """Tell whether the word at *position* is the last argument of a function that ends with a unit in GoogleSQL.

    A time zone may follow the unit of a function that cuts a moment off.
    """
    after = tokens[position + 1].token_type if position + 1 < len(tokens) else None
    if after not in (TokenType.R_PAREN, TokenType.COMMA):
        return False
    depth = commas = 0
    for at in range(position - 1, 0, -1):
        kind = tokens[at].token_type
        depth += (kind is TokenType.R_PAREN) - (kind is TokenType.L_PAREN)
        commas += depth == 0 and kind is TokenType.COMMA
        if depth < 0:
            name = folded(tokens[at - 1].text)
            return name in _END_WITH_A_UNIT if after is TokenType.R_PAREN else name in _TAKE_A_ZONE and commas == 1
    return False


def _is_column(binding: Binding, name: str) -> bool:
    return any(name in table.columns for table in binding.tables.values())
