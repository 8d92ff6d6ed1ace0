"""The words with which columns declare the personal data they hold, and what each word means for policies.

A column's `pii` is free text; policies know these words. The prefix `hashed_` or `encrypted_` says that the value is a
keyed or salted digest: a pseudonym, no longer the value itself.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from declarations.naming import did_you_mean


class Identification(StrEnum):
    """How a value identifies a person."""

    DIRECT = "direct"
    """By itself: the person can be looked up or contacted with it."""
    PSEUDONYM = "pseudonym"
    """It stands for one person throughout the table, and means nothing outside it."""
    QUASI = "quasi"
    """Together with others: rare combinations single people out."""


_DIRECT: Final = (
    "name",
    "first_name",
    "last_name",
    "full_name",
    "email",
    "email_address",
    "phone",
    "phone_number",
    "address",
    "street_address",
    "ssn",
    "national_id",
    "passport",
    "passport_number",
    "driving_licence",
    "drivers_license",
    "tax_id",
    "credit_card",
    "credit_card_number",
    "iban",
    "bank_account",
    "bank_account_number",
    "health_id",
    "medical_record_number",
    "ip_address",
    "username",
    "vehicle_registration",
    "licence_plate",
)
_PSEUDONYMS: Final = (
    "customer_id",
    "user_id",
    "household_id",
    "person_id",
    "patient_id",
    "member_id",
    "account_id",
    "loyalty_id",
    "device_id",
    "cookie_id",
    "maid",
    "advertising_id",
    "idfa",
    "gaid",
    "session_id",
    "visitor_id",
    "ramp_id",
    "unified_id",
    "pseudonym",
)
_QUASI: Final = (
    "date_of_birth",
    "birth_date",
    "birth_year",
    "age",
    "gender",
    "sex",
    "zip",
    "zip_code",
    "postal_code",
    "postcode",
    "city",
    "location",
    "latitude",
    "longitude",
    "geolocation",
    "occupation",
    "job_title",
    "ethnicity",
    "race",
    "religion",
    "nationality",
    "marital_status",
    "income",
    "education",
    "home_ownership",
    "health",
    "diagnosis",
)
VOCABULARY: Final = {
    Identification.DIRECT: _DIRECT,
    Identification.PSEUDONYM: _PSEUDONYMS,
    Identification.QUASI: _QUASI,
}
"""The words that are understood, without prefixes."""
_KNOWN: Final = frozenset(word for words in VOCABULARY.values() for word in words)
_AMBIGUOUS: Final = frozenset({"name", "address", "account_id", "session_id", "tax_id", "member_id", "pseudonym"})
"""Words that are also the names of columns about products, shops and companies."""
DISGUISES: Final = ("hashed_", "encrypted_", "tokenized_", "tokenised_")
"""Prefixes that say that a value is a digest or ciphertext of what the word names."""


def identification(pii: str) -> Identification:
    """Return how a column with this `pii` identifies a person.

    An unknown word counts as a direct identifier: its author declared the column personal.
    """
    word = _word(pii)
    if is_disguised(pii) or word in _PSEUDONYMS:
        return Identification.PSEUDONYM
    return Identification.QUASI if word in _QUASI else Identification.DIRECT


def is_disguised(pii: str) -> bool:
    """Return whether a column with this `pii` holds digests or ciphertext instead of the values."""
    return _word(pii).startswith(DISGUISES)


def is_identifying_name(column: str) -> bool:
    """Return whether a column of this name almost certainly identifies people.

    Ambiguous words that often name other things (name, address, account, session) do not count.
    """
    plain = _plain(column)
    return plain in _KNOWN and plain not in _QUASI and plain not in _AMBIGUOUS


def not_understood(pii: str) -> str | None:
    """Return how policies treat an unknown `pii` word; None if the word is known or has a digest prefix."""
    word = _word(pii)
    if word in _KNOWN or is_disguised(pii):
        return None
    near = did_you_mean(word, sorted(_KNOWN))
    return f"{pii!r}, not a word that policies know: it counts as an identifier in clear text{near}"


def _plain(text: str) -> str:
    word = _word(text)
    return next((word.removeprefix(prefix) for prefix in DISGUISES if word.startswith(prefix)), word)


def _word(text: str) -> str:
    return "_".join(text.strip().lower().replace("-", " ").split())
