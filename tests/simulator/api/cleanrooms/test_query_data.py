"""Rows as people keep them in S3: formats, separators, nested types, partitions, and objects that do not fit."""

from __future__ import annotations

import gzip
import io
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.parquet
import pytest

from tests.simulator.api.accounts import RETAILER, Accounts
from tests.simulator.api.rooms import ANY_QUERY, Room, make_room

BUCKET = f"data-{RETAILER}"
HIVE = "org.apache.hadoop.hive"
LAZY = f"{HIVE}.serde2.lazy.LazySimpleSerDe"
OPEN_CSV = f"{HIVE}.serde2.OpenCSVSerde"
PARQUET = f"{HIVE}.ql.io.parquet.serde.ParquetHiveSerDe"
JSON = "org.openx.data.jsonserde.JsonSerDe"
PAIR = {"id": "string", "n": "int"}
ALL = "SELECT id, n FROM rows ORDER BY id, n"
COUNT = "SELECT COUNT(*) AS n FROM rows"


class Kept(NamedTuple):
    """A table as Glue describes it, and its objects."""

    serde: str
    objects: dict[str, bytes]
    columns: dict[str, str] = PAIR
    parameters: Mapping[str, str] = MappingProxyType({})
    keys: Mapping[str, str] = MappingProxyType({})
    location: str = f"s3://{BUCKET}/rows/"


def parquet(**columns: Any) -> bytes:
    held = io.BytesIO()
    pyarrow.parquet.write_table(pa.table(columns), held)
    return held.getvalue()


def room_with(accounts: Accounts, kept: Kept) -> Room:
    """Return a room whose one table, `rows`, is kept like that."""
    room = make_room(accounts)
    room.add_table(RETAILER, "rows", {**kept.columns, **kept.keys}, ANY_QUERY)
    described: dict[str, Any] = {
        "Name": "rows",
        "PartitionKeys": [{"Name": name, "Type": kind} for name, kind in kept.keys.items()],
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": kind} for name, kind in kept.columns.items()],
            "Location": kept.location,
            "SerdeInfo": {"SerializationLibrary": kept.serde, "Parameters": dict(kept.parameters)},
        },
    }
    accounts.client(RETAILER, "glue").update_table(DatabaseName="lake", TableInput=described)
    for key, body in kept.objects.items():
        accounts.client(RETAILER, "s3").put_object(Bucket=BUCKET, Key=key, Body=body)
    return room


NESTED = Kept(
    PARQUET,
    {
        "rows/1.parquet": parquet(
            id=["a", "b", "c"],
            who=[{"age": 7, "name": "q"}, {"age": 8, "name": None}, None],
            tags=[["x", "y"], [], None],
            counts=pa.array([[("k", 1)], [], None], pa.map_(pa.string(), pa.int32())),
        )
    },
    {"id": "string", "who": "struct<age:int,name:string>", "tags": "array<string>", "counts": "map<string,int>"},
)
YEARS = {
    "rows/year=2025/m=01/1.parquet": parquet(id=["a"], n=[1]),
    "rows/year=2026/m=01/1.parquet": parquet(id=["b", "c"], n=[2, 3]),
}
CASES = {
    "comma": (Kept(OPEN_CSV, {"rows/1.csv": b'"a, b","1"\n"say ""hi""",\n'}), ALL, ['"a, b",1', '"say ""hi""",']),
    "tab": (
        Kept(LAZY, {"rows/1": b"a\t1\n\\N\t2\nc\t\\N\n"}, parameters={"field.delim": "\t"}),
        ALL,
        [",2", "a,1", "c,"],
    ),
    "quotes that are text": (
        Kept(LAZY, {"rows/1": b'"a",1\n'}, parameters={"field.delim": ","}),
        "SELECT id, length(id) AS length FROM rows",
        ['"""a""",3'],
    ),
    "byte 1": (Kept(LAZY, {"rows/1": b"a\x011\n"}, parameters={"serialization.format": "1"}), ALL, ["a,1"]),
    "byte 1 unsaid": (Kept(LAZY, {"rows/1": b"a\x011\n"}), ALL, ["a,1"]),
    "own null": (
        Kept(LAZY, {"rows/1": b"a|-\n"}, parameters={"field.delim": "|", "serialization.null.format": "-"}),
        ALL,
        ["a,"],
    ),
    "no null of others": (Kept(OPEN_CSV, {"rows/1.csv": b"\\N,1\n"}), ALL, ["\\N,1"]),
    "gzip": (
        Kept(OPEN_CSV, {"rows/1.csv.gz": gzip.compress(b"a,1\n"), "rows/2.csv.gz": gzip.compress(b"b,2\n")}),
        ALL,
        ["a,1", "b,2"],
    ),
    "nothing": (Kept(PARQUET, {}), COUNT, ["0"]),
    "an empty object": (Kept(OPEN_CSV, {"rows/1.csv": b"", "rows/_SUCCESS": b"x", "rows/.crc": b"x"}), COUNT, ["0"]),
    "no rows": (Kept(PARQUET, {"rows/1.parquet": parquet(id=pa.array([], pa.string()), n=[])}), COUNT, ["0"]),
    "nulls in json": (
        Kept(JSON, {"rows/1.json": b'{"id": "a", "n": null}\n{"id": "b"}\n', "rows/2.json": b'{"n": 3, "id": "c"}\n'}),
        ALL,
        ["a,", "b,", "c,3"],
    ),
    "keys in capitals": (Kept(JSON, {"rows/1.json": b'{"ID": "a", "N": 1}\n'}), ALL, ["a,1"]),
    "a column that came later": (
        Kept(PARQUET, {"rows/1.parquet": parquet(id=["a"]), "rows/2.parquet": parquet(id=["b"], n=[5])}),
        ALL,
        ["a,", "b,5"],
    ),
    "types of their own": (
        Kept(
            PARQUET,
            {
                "rows/1.parquet": parquet(id=["a"], n=[9007199254740993]),
                "rows/2.parquet": parquet(id=["b"], n=pa.array([None], pa.float64())),
            },
            {"id": "string", "n": "bigint"},
        ),
        ALL,
        ["a,9007199254740993", "b,"],
    ),
    "partitions with types of their own": (
        Kept(
            PARQUET,
            {
                "rows/year=2025/1.parquet": parquet(id=["a"], n=[9007199254740993]),
                "rows/year=2026/1.parquet": parquet(id=["b"], n=[0.5]),
            },
            {"id": "string", "n": "string"},
            keys={"year": "int"},
        ),
        ALL,
        ["a,9007199254740993", "b,0.5"],
    ),
    "a column that no object has": (Kept(PARQUET, {"rows/1.parquet": parquet(id=["a"])}), ALL, ["a,"]),
    "a key that no object has": (Kept(JSON, {"rows/1.json": b'{"id": "a"}\n'}), ALL, ["a,"]),
    "one of two partition keys in an object": (
        Kept(
            JSON,
            {
                "rows/year=2025/m=01/1.json": b'{"id": "a", "n": 1}\n',
                "rows/year=2025/m=01/2.json": b'{"id": "b", "n": 2, "year": 1999}\n',
            },
            keys={"year": "int", "m": "string"},
        ),
        "SELECT id, n, year, m FROM rows ORDER BY id",
        ["a,1,2025,01", "b,2,2025,01"],
    ),
    "formats by the names of objects": (
        Kept("", {"rows/1.csv": b"a,1\n", "rows/2.json": b'{"id": "b", "n": 2}\n'}),
        ALL,
        ["a,1", "b,2"],
    ),
    "a column that nobody asks for": (
        Kept(PARQUET, {"rows/1.parquet": parquet(id=["a"])}),
        "SELECT id FROM rows",
        ["a"],
    ),
    "s3a": (Kept(OPEN_CSV, {"rows/1.csv": b"a,1\n"}, location=f"s3a://{BUCKET}/rows"), ALL, ["a,1"]),
    "partitions": (
        Kept(PARQUET, YEARS, keys={"year": "int", "m": "string"}),
        "SELECT year, m, SUM(n) AS n FROM rows WHERE year > 2025 GROUP BY year, m",
        ["2026,01,5"],
    ),
    "fields": (NESTED, "SELECT id, who.age, rows.who.name FROM rows ORDER BY id", ["a,7,q", "b,8,", "c,,"]),
    "fields in a condition": (NESTED, "SELECT id FROM rows WHERE who.age = 8", ["b"]),
    "fields of a group": (
        NESTED,
        "SELECT who.age AS age, COUNT(DISTINCT who.name) AS names FROM rows GROUP BY who.age ORDER BY age",
        [",0", "7,1", "8,0"],
    ),
    "elements": (
        NESTED,
        "SELECT id, size(tags) AS size, tags[0] AS first, counts['k'] AS k FROM rows WHERE id < 'c' ORDER BY id",
        ["a,2,x,1", "b,0,,"],
    ),
    "exploded": (NESTED, "SELECT id, tag FROM rows LATERAL VIEW explode(tags) t AS tag", ["a,x", "a,y"]),
}


@pytest.mark.parametrize(("kept", "sql", "expected"), CASES.values(), ids=CASES)
def test_rows_are_read(kept: Kept, sql: str, expected: list[str], accounts: Accounts) -> None:
    room = room_with(accounts, kept)
    done = room.finished(room.ask(sql)["id"])
    assert done["status"] == "SUCCESS", done
    assert room.rows(done) == expected


SUM = "SELECT SUM(n) AS n FROM rows"
UNFIT = {
    "another type": (Kept(OPEN_CSV, {"rows/1.csv": b"a,secret\n"}), SUM, "declared 'int', but 1 row holds something"),
    "keys that differ in case": (
        Kept(JSON, {"rows/1.json": b'{"id": "a", "n": 1}\n', "rows/2.json": b'{"ID": "b", "N": 2}\n'}),
        SUM,
        "spell one key in two ways ('ID', 'id')",
    ),
    "another format": (Kept(PARQUET, {"rows/1.csv": b"a,1\n"}), SUM, "is not a whole Parquet file"),
    "another format in partitions": (
        Kept(PARQUET, {"rows/year=2025/1.csv": b"a,1\n"}, keys={"year": "int"}),
        SUM,
        "is not a whole Parquet file",
    ),
    "compressed, and not named so": (Kept(OPEN_CSV, {"rows/1": gzip.compress(b"a,1\n")}), SUM, "not UTF-8"),
    "a format that is not read": (Kept(f"{HIVE}.ql.io.orc.OrcSerde", {"rows/1": b"x"}), SUM, "ORC and Avro"),
    "no place": (Kept(OPEN_CSV, {}, location="lake/rows"), SUM, "must be s3://bucket/prefix/; found 'lake/rows'"),
}


@pytest.mark.parametrize(("kept", "sql", "logged"), UNFIT.values(), ids=UNFIT)
def test_rows_that_do_not_fit(
    kept: Kept, sql: str, logged: str, accounts: Accounts, caplog: pytest.LogCaptureFixture
) -> None:
    """The member who asks is told that they do not fit; who runs the endpoint, why."""
    room = room_with(accounts, kept)
    done = room.finished(room.ask(sql)["id"])
    assert (done["status"], done["error"]["code"]) == ("FAILED", "INVALID_RESOURCE")
    assert done["error"]["message"] == "the rows of table 'rows' do not fit its definition in the Glue Data Catalog"
    assert logged in caplog.text


def test_a_large_result(accounts: Accounts) -> None:
    """Two hundred thousand rows arrive, each once."""
    kept = Kept(PARQUET, {"rows/1.parquet": parquet(id=[f"user-{each}" for each in range(200_000)], n=range(200_000))})
    room = room_with(accounts, kept)
    done = room.finished(room.ask("SELECT id, n FROM rows")["id"])
    assert done["status"] == "SUCCESS", done
    rows = room.rows(done)
    assert len(rows) == len(set(rows)) == 200_000
    assert "user-199999,199999" in rows
