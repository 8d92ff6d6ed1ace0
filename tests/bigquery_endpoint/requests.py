"""What a request may hold: anything else is refused, so that no option of ours is silently without effect."""

from __future__ import annotations

from typing import Any

from tests.bigquery_endpoint.answers import Refusal

JOB = {
    "jobReference": {"projectId": str, "jobId": str},
    "configuration": {
        "dryRun": bool,
        "labels": dict,
        "query": {"query": str, "useLegacySql": bool, "useQueryCache": bool},
    },
}
"""The members of jobs.insert, with the types of their values."""


def checked(value: Any, shape: Any = JOB, path: str = "body") -> None:  # noqa: ANN401 - any JSON
    """Check *value* against *shape*.

    Raises:
        Refusal: A member is not known, or has another type.
    """
    if not isinstance(shape, dict):
        if not isinstance(value, shape):
            raise Refusal(400, "invalid", f"{path} must be {shape.__name__}; found {value!r}")
        return
    if not isinstance(value, dict):
        raise Refusal(400, "invalid", f"{path} must be an object; found {value!r}")
    for name, member in value.items():
        if name not in shape:
            raise Refusal(400, "invalid", f'Unknown name "{name}" at {path}')
        checked(member, shape[name], f"{path}.{name}")


def checked_job(body: Any, project: str) -> None:  # noqa: ANN401 - any JSON
    """Check the body of jobs.insert to *project*.

    Raises:
        Refusal: It is no query job of that project in GoogleSQL.
    """
    checked(body)
    query = body.get("configuration", {}).get("query", {})
    if not query.get("query"):
        raise Refusal(400, "required", "Required parameter is missing: query")
    if query.get("useLegacySql", True):
        raise Refusal(400, "invalid", "Statements about views with policies need GoogleSQL")
    reference = body.get("jobReference", {})
    if reference.get("projectId") != project or not reference.get("jobId"):
        raise Refusal(400, "invalid", f"jobReference does not name a job of {project}")
