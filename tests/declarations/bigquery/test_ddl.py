"""CREATE VIEW and ALTER VIEW: what is written reads back as the same, whatever the names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from declarations.bigquery.ddl import ForbiddenAlterationError, alter_view, create_view
from declarations.bigquery.names import bare_name, quoted_path, quoted_text, short_name
from declarations.bigquery.room import BigQueryView
from simulator.sql.view_statements import read_view_statement
from tests.declarations.bigquery.policies import JOIN, PRIVATE, THRESHOLD, policy

QUERY = "SELECT * FROM ds.Exams -- all of them"
PART = st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters=".`\\"), min_size=1, max_size=12)


def test_create_view() -> None:
    view = BigQueryView(name="ds.V", query=f"{QUERY};", privacy_policy=policy(threshold=THRESHOLD))
    assert create_view(view) == (
        "CREATE VIEW `ds`.`V`\n"
        "OPTIONS (privacy_policy = "
        """'{"aggregation_threshold_policy": {"threshold": 3, "privacy_unit_column": "last_name"}}')\n"""
        f"AS (\n{QUERY}\n);"
    )


def test_create_or_replace_a_view_without_policy() -> None:
    view = BigQueryView(name="p.ds.V", query="SELECT 1 AS one")
    assert create_view(view, replace=True) == "CREATE OR REPLACE VIEW `p`.`ds`.`V`\nAS (\nSELECT 1 AS one\n);"


def test_create_a_materialized_view() -> None:
    view = BigQueryView(name="ds.V", query="SELECT 1 AS one", kind="MATERIALIZED_VIEW")
    assert create_view(view).startswith("CREATE MATERIALIZED VIEW `ds`.`V`\nAS (")


def test_alter_view() -> None:
    text = alter_view("ds.V", None, policy(join=JOIN))
    assert text.startswith("ALTER VIEW `ds`.`V`\nSET OPTIONS (privacy_policy = '{")
    assert read_view_statement(text).policy == policy(join=JOIN)


def test_a_forbidden_alteration_is_not_written() -> None:
    with pytest.raises(ForbiddenAlterationError, match=r"ds\.V: a view under aggregation_threshold_policy") as refused:
        alter_view("ds.V", policy(threshold=THRESHOLD), policy(private=PRIVATE))
    assert (refused.value.view, len(refused.value.reasons)) == ("ds.V", 1)


@given(project=PART, dataset=PART, name=PART, unit=PART)
def test_hostile_names_read_back(project: str, dataset: str, name: str, unit: str) -> None:
    path = f"{project}.{dataset}.{name}"
    hostile = policy(threshold={"threshold": 3, "privacy_unit_column": unit})
    statement = read_view_statement(create_view(BigQueryView(name=path, query=QUERY, privacy_policy=hostile)))
    assert (statement.name, statement.policy) == (path, hostile)
    altered = read_view_statement(alter_view(path, None, hostile))
    assert (altered.verb, altered.name, altered.policy) == ("ALTER", path, hostile)


@pytest.mark.parametrize(
    "name", ["'); DROP TABLE x; --", '"', "a'b", "*/", "# x", "{{x}}", "ü ñ 表", "OPTIONS", "a\u2028b", "a\u0085b"]
)
def test_names_that_look_like_sql_stay_names(name: str) -> None:
    text = create_view(BigQueryView(name=f"ds.{name}", query=QUERY, privacy_policy=policy(threshold=THRESHOLD)))
    assert read_view_statement(text).name == f"ds.{name}"


def test_quoting() -> None:
    assert quoted_path("p.d.t x") == "`p`.`d`.`t x`"
    assert quoted_text("it's \\ \n") == "'it\\'s \\\\ \\u000a'"
    assert (short_name("p.d.t"), short_name("d.t"), bare_name("p.d.t")) == ("d.t", "d.t", "t")
