"""Reading declarations from the resources of a Pulumi stack, as far as they are known."""
