"""BigQuery's REST endpoint over HTTP, as far as `cleanroom apply bigquery` asks it.

tables.get, jobs.insert (query jobs about views), jobs.get and getQueryResults; everything else is refused.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit

from tests.bigquery_endpoint.answers import Refusal, job, query_results
from tests.bigquery_endpoint.project import Project
from tests.bigquery_endpoint.requests import checked_job

_PATH = re.compile(
    r"/bigquery/v2/projects/(?P<project>[^/]+)"
    r"(/datasets/(?P<dataset>[^/]+)/tables/(?P<table>[^/]+)|/(?P<kind>jobs|queries)(/(?P<job>[^/]+))?)"
)


class _Endpoint:
    def __init__(self, project: Project) -> None:
        self.project = project
        self.jobs: dict[str, dict[str, Any]] = {}

    def answer(self, method: str, path: str, body: bytes) -> dict[str, Any]:
        match = _PATH.fullmatch(urlsplit(path).path)
        if match is None:
            raise Refusal(404, "notFound", f"{method} {path} is no request that this endpoint knows")
        part = {name: unquote(value) for name, value in match.groupdict().items() if value}
        if method == "GET" and "table" in part:
            return self.project.resource(f"{part['project']}.{part['dataset']}.{part['table']}")
        if method == "POST" and part.get("kind") == "jobs" and "job" not in part:
            return self.insert(part["project"], json.loads(body))
        if method == "GET" and part.get("job") in self.jobs:
            found = self.jobs[part["job"]]
            return found if part["kind"] == "jobs" else query_results(found)
        raise Refusal(404, "notFound", f"{method} {path} is no request that this endpoint knows")

    def insert(self, project: str, body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
        checked_job(body, project)
        configuration = body["configuration"]
        dry_run = configuration.get("dryRun", False)
        try:
            self.project.run(configuration["query"]["query"], dry_run=dry_run)
            answer = job(body)
        except Refusal as refusal:
            if dry_run:
                raise
            answer = job(body, refusal)
        self.jobs[body["jobReference"]["jobId"]] = answer
        return answer


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as http.server has it
        """Say nothing of a client that went away, as one does on Ctrl-C."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def bigquery_endpoint(project: Project) -> Iterator[str]:
    """Serve *project* and yield the address."""
    endpoint = _Endpoint(project)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            try:
                status, answer = 200, endpoint.answer(self.command, self.path, body)
            except Refusal as refusal:
                status, answer = refusal.status, refusal.body()
            data = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = answer  # noqa: N815 - the names that http.server calls

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
