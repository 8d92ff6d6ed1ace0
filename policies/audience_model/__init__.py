"""Policies about audience models."""
