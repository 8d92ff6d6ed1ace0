"""Detection of sensitive data and its location in objects: pure functions of text, without S3 and state.

`managed` holds the managed data identifiers, `custom` those of users; `reading` splits an object into passages of text;
`scanning` finds the data of identifiers in them; `locating` counts and locates occurrences.
Every pattern is bounded: no unlimited repetition is nested in another, so that the time is linear in the text.
"""
