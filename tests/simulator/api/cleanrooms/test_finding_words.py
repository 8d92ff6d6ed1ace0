"""What a refused query is told, where the service's own words are not known: what, and where."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.simulator.api.accounts import BRAND, RETAILER, Accounts
from tests.simulator.api.rooms import ANY_QUERY, Room, make_room

REFUSED = {
    "SELEC id FROM sales": (
        "line 1, column 1: not valid SQL: a statement starts with SELECT, WITH or CACHE TABLE; found 'SELEC'; "
        "did you mean 'SELECT'?"
    ),
    "SELECT id\nFROM sales\nWHERE n ==== 3": "line 3, column 11: not valid SQL: an expression is missing",
    "SELECT id\nFROM sale": (
        "line 2, column 6: table 'sale' does not exist in this collaboration (associated: 'sales'); "
        "did you mean 'sales'?"
    ),
    "SELECT amount FROM sales": (
        "line 1, column 8: column 'amount' does not exist in 'sales', or is not allowed there "
        "(allowed columns: 'id', 'n')"
    ),
}


@pytest.fixture
def room(accounts: Accounts) -> Room:
    made = make_room(accounts)
    made.add_table(RETAILER, "sales", {"id": "string", "n": "int"}, ANY_QUERY)
    return made


def message(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Message"])


@pytest.mark.parametrize(("sql", "expected"), REFUSED.items(), ids=[sql.split()[-1] for sql in REFUSED])
def test_a_query_is_told_line_and_column(sql: str, expected: str, room: Room) -> None:
    with pytest.raises(ClientError) as error:
        room.ask(sql)
    assert message(error) == expected
    with pytest.raises(ClientError) as error:
        room.client(BRAND).create_intermediate_table(
            membershipIdentifier=room.memberships[BRAND],
            name="made",
            populationAnalysisConfiguration={"sqlParameters": {"queryString": sql}},
        )
    assert message(error) == expected


def test_a_template_is_told_line_and_column(room: Room) -> None:
    with pytest.raises(ClientError) as error:
        room.client(BRAND).create_analysis_template(
            membershipIdentifier=room.memberships[BRAND],
            name="t",
            format="SQL",
            source={"text": "SELECT 1 +\nFROM sales"},
        )
    assert message(error) == "line 2, column 1: not valid SQL: an expression is missing"


def test_an_open_question_names_its_setting(accounts: Accounts) -> None:
    room = make_room(accounts)
    rule = {
        "aggregateColumns": [{"columnNames": ["id"], "function": "COUNT_DISTINCT"}],
        "joinColumns": [],
        "dimensionColumns": ["n"],
        "scalarFunctions": [],
        "outputConstraints": [{"columnName": "id", "minimum": 2, "type": "COUNT_DISTINCT"}],
    }
    room.add_table(RETAILER, "sales", {"id": "string", "n": "int"}, {"aggregation": rule})
    with pytest.raises(ClientError) as error:
        room.ask("SELECT n, COUNT(DISTINCT id) AS ids FROM sales WHERE n BETWEEN 1 AND 2 GROUP BY n")
    assert message(error).startswith("line 1, column 54: ")
    assert message(error).endswith("unless the endpoint is started with --reading between_in_where=permissive)")
