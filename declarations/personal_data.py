"""The personal data that a column is declared to hold; policies define what the words mean."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import AfterValidator, Field

NO_PII: Final = "none"
"""The word for a column without personal data."""

PersonalData = Annotated[
    Annotated[str, Field(min_length=1, max_length=100)] | None,
    AfterValidator(lambda word: None if word == NO_PII else word),
]
"""What personal data a column holds, in the words of `docs/policies/README.md`; `none`, or absent: nothing."""
