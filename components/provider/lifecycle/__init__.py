"""What the engine asks of a resource, one module a verb, for every resource type alike."""
