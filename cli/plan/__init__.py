"""`cleanroom plan`: the answer as text, as a document, and as pictures."""
