"""What sensitive data looks like, and where it stands in an object: pure functions of text, no S3 and no state.

`managed` holds the managed data identifiers, `custom` those that a user wrote; `reading` turns an object into passages
of text; `scanning` finds the identifiers' data in them; `locating` counts what was found and says where.

Every pattern is bounded: no repetition without a limit inside another, so that time grows with the text and not faster.
"""
