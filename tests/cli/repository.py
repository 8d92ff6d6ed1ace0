"""A repository of rooms, as large as wanted, for tests of `cleanroom check`; `benchmarks/` measures a large one."""

from __future__ import annotations

from pathlib import Path

_ROOM = """\
region: us-east-1
collaboration:
  name: room-{number}
  description: Measures what room {number} is for
  creator_account_id: "111111111111"
  creator_display_name: Retailer
  creator_member_abilities: []
  members:
    - account_id: "222222222222"
      display_name: Brand
      member_abilities: [CAN_QUERY, CAN_RECEIVE_RESULTS]
  query_log_status: ENABLED
memberships:
  - account_id: "222222222222"
    query_log_status: ENABLED
  - account_id: "111111111111"
    query_log_status: ENABLED
    configured_tables:
"""
_TABLE = """\
      - name: t{table}
        table_reference: {{glue: {{database_name: lake{number}, table_name: t{table}}}}}
        columns: {{customer: {{type: string, pii: hashed_customer_id}}, week: int, store: int, amount: "decimal(10,2)"}}
        allowed_columns: [customer, week, store, amount]
        analysis_method: DIRECT_QUERY
        analysis_rule:
          aggregation:
            aggregate_columns:
              - {{column_names: [customer], function: COUNT_DISTINCT}}
              - {{column_names: [amount], function: SUM}}
            join_columns: [customer]
            allowed_join_operators: [AND]
            dimension_columns: [week, store]
            scalar_functions: []
            output_constraints:
              - {{column_name: customer, minimum: 100, type: COUNT_DISTINCT}}
"""
_ASSOCIATION = """\
      - name: t{table}
        role_arn: arn:aws:iam::111111111111:role/clean-rooms
        analysis_rule: {{aggregation: {{allowed_result_receivers: ["222222222222"]}}}}
"""
_QUERY = """\
SELECT a.week, COUNT(DISTINCT a.customer) AS customers, SUM(b.amount) AS amount
FROM t{table} a JOIN t{other} b ON a.customer = b.customer
WHERE a.store > {store}
GROUP BY a.week
"""


def write_repository(folder: Path, rooms: int, tables: int, queries: int) -> None:
    """Write rooms that are allowed everything they ask.

    Args:
        folder: Where; one folder a room.
        rooms: How many.
        tables: Tables a room, at least 2.
        queries: Queries a room.
    """
    for number in range(rooms):
        text = _ROOM.format(number=number)
        text += "".join(_TABLE.format(table=table, number=number) for table in range(tables))
        text += "    configured_table_associations:\n"
        text += "".join(_ASSOCIATION.format(table=table) for table in range(tables))
        room = folder / f"room_{number:02}"
        (room / "queries").mkdir(parents=True)
        (room / "room.yaml").write_text(text, encoding="utf-8")
        for query in range(queries):
            table = query % tables
            sql = _QUERY.format(table=table, other=(table + 1) % tables, store=query)
            (room / "queries" / f"q{query:02}.sql").write_text(sql, encoding="utf-8")
