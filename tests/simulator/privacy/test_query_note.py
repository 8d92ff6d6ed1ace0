"""What a ledger keeps of a query."""

from __future__ import annotations

from simulator.privacy.query_note import query_note


def test_a_note_names_and_recognises_a_query_but_does_not_quote_it() -> None:
    sql = "SELECT COUNT(*) AS c FROM visits WHERE name = 'Ann'"
    assert query_note(sql, "visits_of_one") == "visits_of_one, SQL c9e4adb816bb4b0f"
    assert query_note(sql).startswith("unnamed query, SQL ")
    assert query_note(sql) == query_note(sql)
    assert query_note(sql) != query_note(sql.replace("Ann", "Bob"))
