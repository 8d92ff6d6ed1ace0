"""The local endpoint of the example: `cleanroom serve` in the background, with the data of the rooms."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_SECONDS: Final = 120
"""Timeout of its start in seconds, for a busy machine; usually it is ready within a few seconds."""


class EndpointError(Exception):
    """The endpoint does not start, or does not stop."""


@dataclass(frozen=True)
class Endpoint:
    """An endpoint in a process of its own.

    Attributes:
        url: Its address.
        folder: Where its state, its log and the number of its process are kept.
    """

    url: str
    folder: Path

    def start(self, example: Path) -> str:
        """Start it, unless an endpoint already answers there; return a sentence that says which.

        Args:
            example: The folder of the example with its rooms and `data`.

        Raises:
            EndpointError: It does not start.
        """
        if self.answers():
            return f"using the endpoint at {self.url}"
        self.folder.mkdir(parents=True, exist_ok=True)
        rooms = [word for room in ("measurement", "reach") for word in ("--room", str(example / room))]
        port = str(urlsplit(self.url).port)
        words = ["serve", "--port", port, "--state", str(self.folder / "endpoint.state"), "--quiet"]
        program = str(Path(sys.executable).parent / "cleanroom")
        with self._log.open("w", encoding="utf-8") as log:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [program, *words, *rooms, "--data", str(example / "data"), "--without-rooms"],
                stdout=log,
                stderr=log,
                start_new_session=True,  # it outlives the command that started it
            )
        self._pid.write_text(str(process.pid), encoding="utf-8")
        self._wait(process)
        return f"started the endpoint at {self.url} (log: {self._log})"

    def answers(self) -> bool:
        """Return whether an endpoint answers at the address."""
        try:
            with urllib.request.urlopen(f"{self.url}/_health", timeout=5) as answer:  # noqa: S310 - http on loopback
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's OK
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Stop it if it was started here.

        Raises:
            EndpointError: It does not stop.
        """
        if not self._pid.exists():
            return
        number = int(self._pid.read_text(encoding="utf-8"))
        if not self.answers():
            return  # the number may belong to another process by now
        os.kill(number, signal.SIGTERM)
        end = time.monotonic() + _SECONDS
        while _runs(number):  # longer than it answers: it still closes its state
            if time.monotonic() > end:
                raise EndpointError(f"the endpoint (process {number}) does not stop: see {self._log}")
            time.sleep(0.1)

    def write_profiles(self, accounts: Mapping[str, str]) -> Path:
        """Write an AWS configuration file by which any client speaks to the endpoint as a member; return its path.

        Args:
            accounts: The account of each profile.
        """
        file = self.folder / "aws-config"
        parts = ["[profile endpoint]\naws_access_key_id = test\naws_secret_access_key = test\n"]
        parts += [
            f"[profile {name}]\nrole_arn = arn:aws:iam::{account}:role/{name}\nsource_profile = endpoint\n"
            for name, account in accounts.items()
        ]
        common = f"region = us-east-1\nendpoint_url = {self.url}\n"
        file.write_text("\n".join(part + common for part in parts), encoding="utf-8")
        return file

    @property
    def _log(self) -> Path:
        return self.folder / "endpoint.log"

    @property
    def _pid(self) -> Path:
        return self.folder / "endpoint.pid"

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        end = time.monotonic() + _SECONDS
        while "serving on" not in self._log.read_text(encoding="utf-8"):
            if process.poll() is not None or time.monotonic() > end:
                raise EndpointError(f"the endpoint does not start:\n{self._log.read_text(encoding='utf-8')}")
            time.sleep(0.1)


def _runs(number: int) -> bool:
    try:
        if os.waitpid(number, os.WNOHANG) != (0, 0):
            return False  # our own child, which has ended
    except ChildProcessError:
        pass
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    return True
