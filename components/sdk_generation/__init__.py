"""What is generated from the descriptors and the service model: the typed SDK, the package schema, the pages."""
