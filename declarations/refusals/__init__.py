"""Refusals of a model as a person needs them: where in the document, what was found, what is allowed."""
