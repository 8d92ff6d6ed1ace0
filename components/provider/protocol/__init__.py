"""The provider protocol: the process, its gRPC service, and values on the wire."""
