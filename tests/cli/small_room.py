"""The smallest room that answers a query."""

from __future__ import annotations

from pathlib import Path

_ROOM = """\
region: us-east-1
collaboration:
  name: small
  creator_account_id: "111111111111"
  creator_display_name: Retailer
  creator_member_abilities: []
  members:
    - {account_id: "222222222222", display_name: Brand, member_abilities: [CAN_QUERY, CAN_RECEIVE_RESULTS]}
  query_log_status: ENABLED
memberships:
  - account_id: "111111111111"
    query_log_status: ENABLED
    configured_tables:
      - name: transactions
        table_reference: {glue: {database_name: lake, table_name: transactions}}
        columns: {household_id: string, week: int}
        allowed_columns: [household_id, week]
        analysis_method: DIRECT_QUERY
        analysis_rule:
          aggregation:
            aggregate_columns: [{column_names: [household_id], function: COUNT_DISTINCT}]
            join_columns: []
            dimension_columns: [week]
            scalar_functions: []
            output_constraints: [{column_name: household_id, minimum: 2, type: COUNT_DISTINCT}]
    configured_table_associations:
      - name: transactions
        role_arn: arn:aws:iam::111111111111:role/clean-rooms
        analysis_rule: {aggregation: {allowed_result_receivers: ["222222222222"]}}
  - account_id: "222222222222"
    query_log_status: ENABLED
"""


def write_room(folder: Path) -> tuple[Path, Path]:
    """Write the room and its rows; return the folders of both."""
    room, data = folder / "room", folder / "data"
    room.mkdir()
    data.mkdir()
    (room / "room.yaml").write_text(_ROOM)
    (data / "transactions.csv").write_text("week,household_id\n1,a\n1,b\n2,c\n")
    return room, data
