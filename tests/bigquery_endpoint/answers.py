"""How the endpoint answers, and how it refuses: BigQuery's JSON."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault of the endpoint
    """A request or a job that is refused.

    Attributes:
        status: The HTTP status.
        reason: BigQuery's word for why, such as `notFound`.
        message: Its sentence.
    """

    def __init__(self, status: int, reason: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.reason = reason
        self.message = message

    def body(self) -> dict[str, Any]:
        """Return the answer to a request that is refused."""
        line = {"message": self.message, "domain": "global", "reason": self.reason}
        return {"error": {"code": self.status, "message": self.message, "errors": [line]}}


def job(body: dict[str, Any], refusal: Refusal | None = None) -> dict[str, Any]:
    """Return the job resource of a finished job; *refusal* says why it failed."""
    error = {"reason": refusal.reason, "message": refusal.message} if refusal else None
    failed = {"errorResult": error, "errors": [error]} if error else {}
    dry_run = bool(body["configuration"].get("dryRun"))
    statistics = {"query": {"statementType": "CREATE_VIEW", "totalBytesProcessed": "0"}}
    return {**body, "kind": "bigquery#job", "status": {"state": "DONE", **failed}, "statistics": statistics} | (
        {} if dry_run else {"id": f"{body['jobReference']['projectId']}:{body['jobReference']['jobId']}"}
    )


def query_results(body: dict[str, Any]) -> dict[str, Any]:
    """Return what getQueryResults says of a statement that gives no rows."""
    return {"kind": "bigquery#getQueryResultsResponse", "jobReference": body["jobReference"], "jobComplete": True} | {
        "totalRows": "0",
        "schema": {"fields": []},
        "rows": [],
    }
