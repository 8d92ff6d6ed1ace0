"""Declarations to AWS, through Pulumi."""
