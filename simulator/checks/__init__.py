"""One check, one file: a pure function from a query in its context to findings."""
