"""`cleanroom init` writes rooms that load, check clean and run, or says in one sentence why it does not."""

from __future__ import annotations

import csv
import shlex
from pathlib import Path
from tempfile import mkdtemp

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.init.rule import Rule
from declarations.clean_room import CleanRoom
from declarations.custom_rule import AnalysisRuleCustom
from declarations.loading import load_room
from tests.cli.calling import Cleanroom, Outcome

MEMBERS = ("--member", "Retailer=111111111111", "--member", "Brand=222222222222")
SALES = "".join(f"c{one},{one % 2},{one}.25,2026-01-0{one % 9 + 1}\n" for one in range(400))
MAILED = "".join(f"c{one},spring\n" for one in range(400))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Rows of both members, as they come from elsewhere."""
    folder = tmp_path / "rows of both"
    folder.mkdir()
    (folder / "sales.csv").write_text("Customer_ID,is_new,paid,bought_on\n" + SALES)
    (folder / "mailed.csv").write_text("customer_id,campaign\n" + MAILED)
    return folder


def tables(data: Path) -> tuple[str, ...]:
    return ("--table", f"sales={data / 'sales.csv'}", "--table", f"Brand:mailed={data / 'mailed.csv'}")


def checked(cleanroom: Cleanroom, room: Path) -> CleanRoom:
    """Return a room in which all is allowed and no policy is broken, advice included."""
    outcome = cleanroom("check", str(room))
    assert (outcome.exit_code, outcome.stderr) == (0, "")
    assert "1 checked: 1 allowed" in outcome.stdout
    assert "advised" not in outcome.stdout
    return load_room(room).room


@pytest.mark.parametrize("rule", Rule)
def test_each_rule_checks_and_runs(cleanroom: Cleanroom, tmp_path: Path, data: Path, rule: Rule) -> None:
    room = tmp_path / "reach"
    made = cleanroom("init", str(room), *MEMBERS, *tables(data), "--rule", rule)
    assert (made.exit_code, made.stderr) == (0, "")
    table = checked(cleanroom, room).memberships[0].configured_tables[0]
    assert {name: column.type for name, column in (table.columns or {}).items()} == {
        "customer_id": "string",
        "is_new": "bigint",
        "paid": "decimal(18,2)",
        "bought_on": "date",
    }
    assert table.rule is not None
    assert table.rule.rule_type == ("CUSTOM" if rule is Rule.DIFFERENTIAL_PRIVACY else rule.upper())
    *_, check, run = made.stdout.splitlines()
    assert check == f"  cleanroom check {room}"
    answer = cleanroom(*shlex.split(run)[1:])
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "A first query" in answer.stdout


@pytest.mark.parametrize("rule", Rule)
def test_a_room_without_files_comes_with_invented_rows(cleanroom: Cleanroom, tmp_path: Path, rule: Rule) -> None:
    room = tmp_path / "reach"
    made = cleanroom("init", str(room), *MEMBERS, "--rule", rule, "--region", "eu-west-1")
    files = [f"wrote {room}/{name}" for name in ("data/purchases.csv", "data/mailings.csv")]
    assert made.stdout.splitlines()[:4] == [*files, f"wrote {room}/room.yaml", f"wrote {room}/queries/first_query.sql"]
    assert checked(cleanroom, room).region == "eu-west-1"
    answer = cleanroom("run", str(room), "first_query")
    assert (answer.exit_code, answer.stderr) == (0, "")
    assert "bread" in answer.stdout


def test_every_page_that_a_comment_names_is_there(cleanroom: Cleanroom, tmp_path: Path) -> None:
    repository = Path(__file__).parents[3]
    pages = set()
    for rule in Rule:
        cleanroom("init", str(tmp_path / rule), *MEMBERS, "--rule", rule)
        comments = (tmp_path / rule / "room.yaml").read_text().splitlines()
        pages |= {line.split(": docs/")[1] for line in comments if ": docs/" in line}
    assert pages
    assert [page for page in pages if not (repository / "docs" / page).is_file()] == []


def test_one_table_is_queried_alone(cleanroom: Cleanroom, tmp_path: Path, data: Path) -> None:
    room = tmp_path / "reach"
    cleanroom("init", str(room), *MEMBERS, *tables(data)[:2])
    outcome = cleanroom("check", str(room))
    assert outcome.exit_code == 0
    assert "aggregation_without_join (low, advised)" in outcome.stdout


def test_parquet_says_its_types_and_json_is_guessed(cleanroom: Cleanroom, tmp_path: Path) -> None:
    values = "1::UBIGINT AS Person_ID, TIMESTAMP '2026-01-01' AS at, [1] AS many, 'x' AS kind, 1.5::FLOAT AS share"
    duckdb.sql(f"COPY (SELECT {values}) TO '{tmp_path}/events.parquet' (FORMAT parquet)")
    (tmp_path / "codes.json").write_text('[{"person_id": 7, "zip": "01234", "code": "007"}, {"late": true}]')
    files = ("--table", f"events={tmp_path}/events.parquet", "--table", f"codes={tmp_path}/codes.json")
    assert cleanroom("init", str(tmp_path / "room"), *MEMBERS, *files).exit_code == 0
    first, second = load_room(tmp_path / "room").room.memberships[0].configured_tables
    assert {name: column.type for name, column in (first.columns or {}).items()} == {
        "person_id": "decimal(20,0)",
        "at": "timestamp",
        "many": "array<int>",
        "kind": "string",
        "share": "float",
    }
    assert first.allowed_columns == ("person_id", "kind", "share")
    assert {name: column.type for name, column in (second.columns or {}).items()} == {
        "code": "string",
        "late": "boolean",
        "person_id": "string",
        "zip": "string",
    }


@pytest.mark.parametrize(
    ("header", "person"),
    [
        ("order_id,customer_id", "customer_id"),
        ("name,product_id", "product_id"),
        ("zip,amount", "amount"),
        ("zip,age", "zip"),
        ("order_id,hashed_email,email", "hashed_email"),
    ],
)
def test_what_tells_people_apart(cleanroom: Cleanroom, tmp_path: Path, header: str, person: str) -> None:
    (tmp_path / "rows.csv").write_text(f"{header}\n{','.join('123'[: header.count(',') + 1])}\n")
    files = ("--table", f"rows={tmp_path}/rows.csv", "--rule", Rule.DIFFERENTIAL_PRIVACY)
    assert cleanroom("init", str(tmp_path / "room"), *MEMBERS, *files).exit_code == 0
    rule = checked(cleanroom, tmp_path / "room").memberships[0].configured_tables[0].rule
    assert isinstance(rule, AnalysisRuleCustom)
    assert rule.differential_privacy is not None
    assert rule.differential_privacy.columns[0].name == person


def refused(outcome: Outcome) -> str:
    """Return the one sentence of a refusal."""
    assert (outcome.exit_code, outcome.stdout, outcome.stderr.count("\n")) == (2, "", 1)
    return outcome.stderr.strip()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--member A=1", "--member A: '1' is no account id, which has 12 digits"),
        ("--member A", "--member: 'A' is not NAME=ACCOUNT, such as Retailer=111111111111"),
        (
            "--member A=111111111111",
            "--member: a first room has two members; found 1; write the option twice",
        ),
        (
            "--member A=111111111111 --member a=222222222222",
            "--member: both members are 'a'; two names and two accounts are needed",
        ),
        ("A B --region eu-west-9", "--region: 'eu-west-9' is no AWS region; did you mean 'eu-west-3'?"),
        ("A B --table t=no.csv", "--table t: no.csv: there is no such file"),
        (
            "A B --table CSV",
            (
                "--table: 'CSV' is not NAME=FILE, such as orders=orders.csv; a name has letters, digits, '_', and "
                "spaces and hyphens inside"
            ),
        ),
        ("A B --table select=CSV", "--table: no table can be called 'select': SELECT is a word of SQL"),
        ("A B --table t=CSV --table T=CSV", "--table: two tables are called 't'; a room's tables have different names"),
        ("A B --table Bee:t=CSV", "--table t: there is no member 'Bee'; members: 'A', 'B'"),
        ("A B --table B:t=CSV", "--table: the first query is about a table of A; give it one"),
        (
            "A B --table t=CSV --rule list",
            (
                "--rule list: rows of what both have are listed; give the other member a table with 'customer_id' "
                "(string), as 't' has"
            ),
        ),
        (
            "A B --table t=CSV --table B:u=CSV --rule list",
            "--rule list: table 't' has no column to list beside 'customer_id'",
        ),
        (
            "A B --table t=CSV --table u=OTHER --rule differential-privacy",
            (
                "--rule differential-privacy: all tables of the first member need one column of people, such as "
                "'customer_id'; found 'customer_id', 'household_id'"
            ),
        ),
        (
            "A B --table t=EMAIL",
            (
                "table 't' tells people apart by 'email', in clear text; put a keyed hash in its place, such as "
                "'hashed_email'"
            ),
        ),
    ],
)
def test_what_is_refused(cleanroom: Cleanroom, tmp_path: Path, words: str, said: str) -> None:
    for name, column in {"CSV": "customer_id", "OTHER": "household_id", "EMAIL": "email"}.items():
        (tmp_path / f"{name}.csv").write_text(f"{column}\nx\n")
        words = words.replace(f"={name}", f"={tmp_path / name}.csv")
    words = words.replace("A B ", "--member A=111111111111 --member B=222222222222 ")
    assert refused(cleanroom("init", str(tmp_path / "room"), *words.split())) == f"cleanroom init: {said}"
    assert not (tmp_path / "room").exists()


def test_nothing_is_overwritten(cleanroom: Cleanroom, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "purchases.csv").write_text("mine")
    said = refused(cleanroom("init", str(tmp_path), *MEMBERS))
    taken = f"{tmp_path / 'data' / 'purchases.csv'} is there already"
    assert said == f"cleanroom init: {taken}; name a new folder, or your tables"
    (tmp_path / "room.json").write_text("{}")
    said = refused(cleanroom("init", str(tmp_path), *MEMBERS))
    assert said == f"cleanroom init: {tmp_path / 'room.json'} is there already; name a new folder"


def test_rows_that_cannot_be_read(cleanroom: Cleanroom, tmp_path: Path) -> None:
    cases = {
        "a.csv": ("id,x\n1\n", "line 2: found 1 field; its header has 2"),
        "b.tsv": ("id\n1\n", "'b.tsv' is there and not read: end its name in .csv"),
        "c.json": ("[1]", "its JSON must be objects"),
        "d.csv": ("", "is empty: it has not even column names"),
        "e.csv": ("at\n2026-01-01\n", "has no column of texts or numbers; found 'at'"),
    }
    for name, (text, said) in cases.items():
        (tmp_path / name).write_text(text)
        outcome = cleanroom("init", str(tmp_path / "room"), *MEMBERS, "--table", f"rows={tmp_path / name}")
        assert said in refused(outcome)


NAMES = st.one_of(
    st.sampled_from(["select", "yes", "null", "1e3", "0x1f", "no", "email", "zip", "a-b", "x y", "~", "on", "id", "Ä"]),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=8),
)
VALUES = st.sampled_from(["", "1", "-2.5", "x", "2026-01-01", "true", "007", "1e9", "'", '"', "{a: b}", "# no"])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=st.dictionaries(NAMES, VALUES, min_size=1, max_size=5), rule=st.sampled_from(Rule))
def test_whatever_the_header_says_the_room_loads_or_a_column_is_named(
    cleanroom: Cleanroom, tmp_path: Path, columns: dict[str, str], rule: Rule
) -> None:
    folder = Path(mkdtemp(dir=tmp_path))
    rows, room = folder / "rows.csv", folder / "room"
    with rows.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL).writerows([columns.keys(), columns.values()])
    files = ("--table", f"rows={rows}", "--table", f"Brand:own={rows}")
    outcome = cleanroom("init", str(room), *MEMBERS, *files, "--rule", rule)
    if outcome.exit_code:
        said = refused(outcome)
        assert any(repr(name) in said or repr(name.lower()) in said for name in columns)
        return
    checked(cleanroom, room)
