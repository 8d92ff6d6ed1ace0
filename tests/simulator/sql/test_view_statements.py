"""CREATE VIEW and ALTER VIEW read as what a view is to become."""

from __future__ import annotations

import pytest

from simulator.sql.view_statements import ViewStatementError, read_view_statement
from tests.declarations.bigquery.policies import THRESHOLD, policy

AGG = '{"aggregation_threshold_policy": {"threshold": 3, "privacy_unit_column": "last_name"}}'


@pytest.mark.parametrize(
    ("head", "verb", "kind", "name"),
    [
        ("CREATE VIEW ds.V", "CREATE", "VIEW", "ds.V"),
        ("create or replace view `p-x.ds.V`", "CREATE_OR_REPLACE", "VIEW", "p-x.ds.V"),
        ("CREATE VIEW IF NOT EXISTS my-project.ds.V", "CREATE_IF_MISSING", "VIEW", "my-project.ds.V"),
        ("CREATE MATERIALIZED VIEW `p`.ds.`V x`", "CREATE", "MATERIALIZED_VIEW", "p.ds.V x"),
    ],
)
def test_create(head: str, verb: str, kind: str, name: str) -> None:
    found = read_view_statement(f"{head}\nOPTIONS(description = 'x', privacy_policy = '{AGG}')\nAS (SELECT 1 AS a) ;")
    assert (found.verb, found.kind, found.name, found.query) == (verb, kind, name, "(SELECT 1 AS a)")
    assert found.policy == policy(threshold=THRESHOLD)
    assert [option.sql() for option in found.other_options] == ["description = 'x'"]


@pytest.mark.parametrize(
    "options", ["", "OPTIONS()", "OPTIONS(privacy_policy = NULL)", "OPTIONS(labels = [('a', 'b')])"]
)
def test_create_without_policy(options: str) -> None:
    assert read_view_statement(f"CREATE VIEW ds.V {options} AS SELECT 1 AS a").policy is None


@pytest.mark.parametrize(
    "literal",
    [
        *(f"'{AGG}'", f"'''\n{AGG}\n'''", f"r'{AGG}'", f'"""{AGG}"""', "'" + AGG.replace('"', '\\"') + "'"),
        *(f"CONCAT('{AGG[:20]}', '{AGG[20:]}')", f"'{AGG[:9]}' || r'{AGG[9:30]}' || '''{AGG[30:]}\n'''"),
    ],
)
def test_alter_with_every_kind_of_literal(literal: str) -> None:
    found = read_view_statement(f"ALTER VIEW IF EXISTS ds.V SET OPTIONS (privacy_policy = {literal});")
    assert (found.verb, found.query, found.policy) == ("ALTER", None, policy(threshold=THRESHOLD))


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("CREATE TABLE ds.T AS SELECT 1", "VIEW is expected; found 'TABLE'"),
        ("CREATE VIEW", "the name of the view is missing"),
        ("CREATE VIEW ds.V", "AS is expected; found the end"),
        ("CREATE VIEW ds.V (a, b) AS SELECT 1, 2", "AS is expected"),
        ("CREATE VIEW ds.V AS", "the query after AS is missing"),
        ("CREATE VIEW ds.V OPTIONS(privacy_policy) AS SELECT 1", "OPTIONS takes a list of name = value"),
        ("CREATE VIEW ds.V OPTIONS AS SELECT 1", "OPTIONS is followed by a list in brackets"),
        (f"ALTER VIEW ds.V SET OPTIONS(privacy_policy='{AGG}', privacy_policy='{AGG}')", "appears twice"),
        (f"ALTER VIEW ds.V SET OPTIONS(privacy_policy='{AGG}') x", "nothing may follow the options"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy=CONCAT('a', x))", "is a string literal of JSON"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy=CONCAT('a', UPPER('b')))", "is a string literal of JSON"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy=CONCAT())", "is a string literal of JSON"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy='a' + 'b')", "puts strings together by || or by CONCAT"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy=@policy)", "is a string literal of JSON"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy='{\n}')", "a string of several lines needs triple quotes"),
        ('ALTER VIEW ds.V SET OPTIONS(privacy_policy=R"{\n}")', "a string of several lines needs triple quotes"),
        (
            "ALTER VIEW ds.V SET OPTIONS(privacy_policy='{' || '\n}')",
            "a string of several lines needs triple quotes",
        ),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy='{}')", "a privacy policy holds at least one of"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy='x'); DROP VIEW ds.V", "several statements"),
        ("ALTER VIEW ds.V SET OPTIONS(privacy_policy='x", "not valid SQL"),
        ("SELECT 1", "CREATE is expected; found 'SELECT'"),
        (
            "CREATE OR REPLACE VIEW IF NOT EXISTS ds.V AS SELECT 1 AS a",
            "OR REPLACE and IF NOT EXISTS exclude each other",
        ),
    ],
)
def test_refused(sql: str, message: str) -> None:
    with pytest.raises(ViewStatementError) as refused:
        read_view_statement(sql)
    assert message in str(refused.value)
