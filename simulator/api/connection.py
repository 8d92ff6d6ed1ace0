"""One connection of a client: one request, its answer, closed so that the client can still read the answer."""

from __future__ import annotations

import socket
import time
from contextlib import suppress

from moto.moto_server.werkzeug_app import MotoRequestHandler

_LONGEST_SILENCE = 5.0
"""Seconds without a byte after which a client that was answered is given up."""

_LONGEST_END = 30.0
"""Seconds after its answer for which a client may go on sending."""

_PIECE = 65_536


class Connection(MotoRequestHandler):
    """moto's handler of a connection without werkzeug's own log.

    Some requests are answered before they are read to their end, such as one with a body that is too large. The system
    resets a connection that is closed on unread bytes, and the client would see that in place of its answer.
    """

    def log(self, _type: str, _message: str, *_args: object) -> None:
        """Say nothing: the application logs."""

    def finish(self) -> None:
        """Tell the client that nothing more comes, and drop what it still sends until it has ended, too."""
        super().finish()
        end = time.monotonic() + _LONGEST_END
        with suppress(OSError):  # the client has gone, or is silent
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(_LONGEST_SILENCE)
            while self.connection.recv(_PIECE) and time.monotonic() < end:
                pass
