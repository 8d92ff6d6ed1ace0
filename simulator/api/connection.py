"""A client's connection: one request and its answer, closed in such a way that the client can read the answer."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from moto.moto_server.werkzeug_app import MotoRequestHandler

_LONGEST_SILENCE = 5.0
"""Seconds without a byte after which the connection to a client that was answered is dropped."""

_LONGEST_END = 30.0
"""Maximum seconds for which a client may keep sending after its answer."""

_PIECE = 65_536


class Connection(MotoRequestHandler):
    """moto's connection handler without werkzeug's own log.

    Some requests are answered before they are read completely, such as one with a body that is too large. The system
    resets a connection that is closed with unread bytes, and the client would see the reset instead of its answer.
    """

    def log(self, _type: str, _message: str, *_args: object) -> None:
        """Log nothing: the application does the logging."""

    def finish(self) -> None:
        """Close the sending side, then read and discard until the client closes its side, too."""
        super().finish()
        end = time.monotonic() + _LONGEST_END
        with suppress(OSError):  # the client is gone, or idle
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LONGEST_SILENCE)
            while self.connection.recv(_PIECE) and time.monotonic() < end:
                pass
