"""Read the current state of a project's view."""

from __future__ import annotations

from google.cloud.exceptions import NotFound

from components.bigquery.connecting import PATIENCE, Connection
from components.bigquery.errors import BigQueryError, translating_errors
from declarations.bigquery.table_resource import NoViewError, view_state
from declarations.bigquery.view_updates import ViewState


def read_view(connection: Connection, path: str) -> ViewState | None:
    """Return the view at *path*, or None when nothing is there.

    Args:
        connection: The connection to the project.
        path: `project.dataset.view`.

    Raises:
        BigQueryError: BigQuery cannot be reached, or there is something other than a view.
    """
    with translating_errors():
        try:
            table = connection.client.get_table(path, retry=connection.retry, timeout=PATIENCE)
        except NotFound:
            return None
    try:
        return view_state(table.to_api_repr())
    except NoViewError as error:
        raise BigQueryError(f"{path} cannot be made a view of the room: {error}") from None
