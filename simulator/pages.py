"""Base URLs of the documentation of AWS Clean Rooms and BigQuery, which findings cite."""

USER_GUIDE = "https://docs.aws.amazon.com/clean-rooms/latest/userguide"
SQL_REFERENCE = "https://docs.aws.amazon.com/clean-rooms/latest/sql-reference"
API_REFERENCE = "https://docs.aws.amazon.com/clean-rooms/latest/apireference"

BIGQUERY_GUIDE = "https://docs.cloud.google.com/bigquery/docs"
GOOGLE_SQL = f"{BIGQUERY_GUIDE}/reference/standard-sql"
