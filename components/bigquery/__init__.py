"""Read the views of a BigQuery project and bring them in line with a room, for `cleanroom apply bigquery`.

with connect("clean-room-demo") as connection:
    update = view_update(view, read_view(connection, view.name))
    try_statement(connection, update.statement)
    run_statement(connection, update.statement)
"""

from components.bigquery.connecting import Connection, connect
from components.bigquery.errors import BigQueryError
from components.bigquery.reading import read_view
from components.bigquery.statements import run_statement, try_statement

__all__ = ["BigQueryError", "Connection", "connect", "read_view", "run_statement", "try_statement"]
