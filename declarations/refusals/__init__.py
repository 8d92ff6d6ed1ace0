"""Pydantic's validation errors for people: where in the document, what was found, what is allowed."""
