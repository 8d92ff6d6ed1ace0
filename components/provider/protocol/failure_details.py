"""The message in which gRPC carries details of a failure, `google.rpc.Status`, whoever has brought it.

Pulumi's SDK and Google's client libraries each bring a copy, and the second to be imported is refused. So none is
imported before it is needed, and one that is there is taken.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Final

from google.protobuf import descriptor_pool, message_factory

KEY: Final = "grpc-status-details-bin"
"""The trailing metadata that holds it."""


@cache
def status_message() -> Any:  # noqa: ANN401 - a generated class, of one of two packages
    """Return the class of the message."""
    try:
        known = descriptor_pool.Default().FindMessageTypeByName("google.rpc.Status")
    except KeyError:
        from pulumi.runtime.proto.status_pb2 import Status

        return Status
    return message_factory.GetMessageClass(known)
