"""All managed data identifiers, and the selection of those that a job uses.

Source: Macie userguide/mdis-reference-quick, userguide/discovery-jobs-mdis-recommended; API CreateClassificationJob.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.api.macie2.detection.bank_accounts import BANK_ACCOUNTS
from simulator.api.macie2.detection.cards import CARDS
from simulator.api.macie2.detection.contact import CONTACT
from simulator.api.macie2.detection.credentials import CREDENTIALS
from simulator.api.macie2.detection.drivers_licenses import DRIVERS_LICENSES
from simulator.api.macie2.detection.health import HEALTH
from simulator.api.macie2.detection.identifier import Identifier, words
from simulator.api.macie2.detection.national_ids import NATIONAL_IDS
from simulator.api.macie2.detection.passports import PASSPORTS
from simulator.api.macie2.detection.tax_ids import TAX_IDS

MANAGED: tuple[Identifier, ...] = (
    *CREDENTIALS,
    *CARDS,
    *BANK_ACCOUNTS,
    *HEALTH,
    *CONTACT,
    *NATIONAL_IDS,
    *TAX_IDS,
    *PASSPORTS,
    *DRIVERS_LICENSES,
)
"""Every managed data identifier."""

RECOMMENDED = frozenset(
    words(
        "AWS_CREDENTIALS, HTTP_BASIC_AUTH_HEADER, OPENSSH_PRIVATE_KEY, PGP_PRIVATE_KEY, PKCS, PUTTY_PRIVATE_KEY, "
        "CREDIT_CARD_MAGNETIC_STRIPE, CREDIT_CARD_NUMBER, CANADA_DRIVERS_LICENSE, DRIVERS_LICENSE, "
        "UK_DRIVERS_LICENSE, UK_ELECTORAL_ROLL_NUMBER, FRANCE_NATIONAL_IDENTIFICATION_NUMBER, "
        "GERMANY_NATIONAL_IDENTIFICATION_NUMBER, ITALY_NATIONAL_IDENTIFICATION_NUMBER, SPAIN_DNI_NUMBER, "
        "UK_NATIONAL_INSURANCE_NUMBER, CANADA_PASSPORT_NUMBER, FRANCE_PASSPORT_NUMBER, GERMANY_PASSPORT_NUMBER, "
        "ITALY_PASSPORT_NUMBER, SPAIN_PASSPORT_NUMBER, UK_PASSPORT_NUMBER, USA_PASSPORT_NUMBER, "
        "CANADA_SOCIAL_INSURANCE_NUMBER, SPAIN_SOCIAL_SECURITY_NUMBER, USA_SOCIAL_SECURITY_NUMBER, "
        "AUSTRALIA_TAX_FILE_NUMBER, BRAZIL_CPF_NUMBER, FRANCE_TAX_IDENTIFICATION_NUMBER, "
        "GERMANY_TAX_IDENTIFICATION_NUMBER, SPAIN_NIE_NUMBER, SPAIN_NIF_NUMBER, SPAIN_TAX_IDENTIFICATION_NUMBER, "
        "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER"
    )
)
"""The ids that a job uses by default: no names, addresses, telephone numbers or accounts."""

_BY_ID = {identifier.id: identifier for identifier in MANAGED}


def unknown_ids(ids: Iterable[str]) -> list[str]:
    """Return the *ids* that are not managed data identifiers."""
    return [each for each in ids if each not in _BY_ID]


def selected(selector: str | None, ids: Iterable[str]) -> tuple[Identifier, ...]:
    """Return the identifiers of a job.

    Args:
        selector: A ManagedDataIdentifierSelector; None is RECOMMENDED.
        ids: The ids that INCLUDE and EXCLUDE name.
    """
    named = frozenset(ids)
    if selector == "NONE":
        return ()
    if selector == "INCLUDE":
        return tuple(each for each in MANAGED if each.id in named)
    if selector in {"ALL", "EXCLUDE"}:
        return tuple(each for each in MANAGED if each.id not in named)
    return tuple(each for each in MANAGED if each.id in RECOMMENDED)
