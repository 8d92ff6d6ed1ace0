"""Policies about memberships."""
