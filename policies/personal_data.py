"""The words by which columns declare what personal data they hold, and what each word means for policies.

A column's `pii` is free text; these words are understood. A word with the prefix `hashed_` or `encrypted_` says that
the value is a keyed or salted digest: a pseudonym, no longer the value itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from declarations.configured_table import Column, ConfiguredTable


class Identification(StrEnum):
    """How a value leads to a person."""

    DIRECT = "direct"
    """By itself: it can be looked up or written to."""
    PSEUDONYM = "pseudonym"
    """It stands for one person throughout the table, and means nothing outside it."""
    QUASI = "quasi"
    """Together with others: rare combinations single people out."""


_DIRECT: Final = frozenset(
    [
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
    ]
)
_PSEUDONYMS: Final = frozenset(
    [
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
    ]
)
_QUASI: Final = frozenset(
    [
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
        "diagnosis",
    ]
)
_DISGUISED: Final = ("hashed_", "encrypted_", "tokenized_", "tokenised_")


def identification(pii: str | None) -> Identification | None:
    """Return how a column with this `pii` leads to a person; None when it declares no personal data.

    A word that is not understood counts as direct: whoever wrote it said that it is personal.
    """
    if pii is None:
        return None
    word = "_".join(pii.strip().lower().replace("-", " ").split())
    if word.startswith(_DISGUISED) or word in _PSEUDONYMS:
        return Identification.PSEUDONYM
    return Identification.QUASI if word in _QUASI else Identification.DIRECT


def columns_by(table: ConfiguredTable, *wanted: Identification) -> Mapping[str, Column]:
    """Return the declared columns of *table* that lead to a person in one of the *wanted* ways."""
    return {name: column for name, column in (table.columns or {}).items() if identification(column.pii) in wanted}
