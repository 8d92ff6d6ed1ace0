"""The policy pack that Pulumi runs before and after a deployment."""
