"""Policies about rooms."""
