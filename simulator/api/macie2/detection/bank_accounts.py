"""Bank accounts: IBANs of 54 countries, BBANs of five, and account numbers of Canada and the US.

Source: Macie userguide/mdis-reference-financial; the lengths of IBANs are those of the ISO 13616 registry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from simulator.api.macie2.detection.check_digits import mod_97
from simulator.api.macie2.detection.identifier import HIGH, Identifier, Rule, code_of, near, shape

_IBAN = re.compile(
    r"(?<![^\W_])[A-Z]{2}\d\d"
    r"(?:[A-Z0-9]{11,30}|[ -][A-Z0-9]{4}(?:[ -][A-Z0-9]{4}){1,6}(?:[ -][A-Z0-9]{1,3})?)(?![^\W_])",
    re.ASCII,
)

_COUNTRIES: dict[str, tuple[str, int]] = {
    "ALBANIA": ("AL", 28),
    "ANDORRA": ("AD", 24),
    "BOSNIA_AND_HERZEGOVINA": ("BA", 20),
    "BRAZIL": ("BR", 29),
    "BULGARIA": ("BG", 22),
    "COSTA_RICA": ("CR", 22),
    "CROATIA": ("HR", 21),
    "CYPRUS": ("CY", 28),
    "CZECH_REPUBLIC": ("CZ", 24),
    "DENMARK": ("DK", 18),
    "DOMINICAN_REPUBLIC": ("DO", 28),
    "EGYPT": ("EG", 29),
    "ESTONIA": ("EE", 20),
    "FAROE_ISLANDS": ("FO", 18),
    "FINLAND": ("FI", 18),
    "FRANCE": ("FR", 27),
    "GEORGIA": ("GE", 22),
    "GERMANY": ("DE", 22),
    "GREECE": ("GR", 27),
    "GREENLAND": ("GL", 18),
    "HUNGARY": ("HU", 28),
    "ICELAND": ("IS", 26),
    "IRELAND": ("IE", 22),
    "ITALY": ("IT", 27),
    "JORDAN": ("JO", 30),
    "KOSOVO": ("XK", 20),
    "LIECHTENSTEIN": ("LI", 21),
    "LITHUANIA": ("LT", 20),
    "MALTA": ("MT", 31),
    "MAURITANIA": ("MR", 27),
    "MAURITIUS": ("MU", 30),
    "MONACO": ("MC", 27),
    "MONTENEGRO": ("ME", 22),
    "NETHERLANDS": ("NL", 18),
    "NORTH_MACEDONIA": ("MK", 19),
    "POLAND": ("PL", 28),
    "PORTUGAL": ("PT", 25),
    "SAN_MARINO": ("SM", 27),
    "SENEGAL": ("SN", 28),
    "SERBIA": ("RS", 22),
    "SLOVAKIA": ("SK", 24),
    "SLOVENIA": ("SI", 19),
    "SPAIN": ("ES", 24),
    "SWEDEN": ("SE", 24),
    "SWITZERLAND": ("CH", 21),
    "TIMOR_LESTE": ("TL", 23),
    "TUNISIA": ("TN", 24),
    "TURKIYE": ("TR", 26),
    "UK": ("GB", 22),
    "UKRAINE": ("UA", 29),
    "UNITED_ARAB_EMIRATES": ("AE", 23),
    "VIRGIN_ISLANDS": ("VG", 24),
}
"""The country of each identifier: its two letters, and the length of its IBANs."""

_ACCOUNT_WORDS = (
    "account code, account number, accountno#, accountnumber#, bban, customer account id, customer account number, "
    "customer bank account id, iban"
)
_SEP = "[ -]?"
_BBANS = {
    "FRANCE": near(
        shape(rf"\d{{5}}{_SEP}\d{{5}}{_SEP}[A-Z0-9]{{11}}{_SEP}\d\d"),
        f"{_ACCOUNT_WORDS}, code bancaire, compte bancaire, numéro de compte",
    ),
    "GERMANY": near(
        shape(rf"[1-8]\d{{7}}{_SEP}\d{{10}}"),
        f"{_ACCOUNT_WORDS}, bankleitzahl, geheimzahl, kartennummer, kontonummer, kreditkartennummer, sepa",
    ),
    "ITALY": near(
        shape(rf"[A-Z]{_SEP}\d{{5}}{_SEP}\d{{5}}{_SEP}[A-Z0-9]{{12}}"),
        f"{_ACCOUNT_WORDS}, codice bancario, conto bancario, numero di conto",
    ),
    "SPAIN": near(
        shape(rf"\d{{4}}{_SEP}\d{{4}}{_SEP}\d\d{_SEP}\d{{10}}"),
        f"{_ACCOUNT_WORDS}, código cuenta, código cuenta bancaria, cuenta cliente id, número cuenta bancaria cliente, "
        "número cuenta cliente",
    ),
    "UK": near(
        shape(rf"[A-Z]{{4}}{_SEP}\d{{4}}{_SEP}\d{{4}}{_SEP}\d{{4}}{_SEP}\d\d|\d\d-\d\d-\d\d \d{{8}}"),
        f"{_ACCOUNT_WORDS}, sepa",
    ),
}
"""Domestic numbers, which need a keyword. In the UK, also a sort code with an account number."""


def _is_iban(letters: str, length: int) -> Callable[[str], bool]:
    def valid(text: str) -> bool:
        code = code_of(text)
        return code.startswith(letters) and len(code) == length and mod_97(code)

    return valid


def _accounts() -> Iterator[Identifier]:
    for country, (letters, length) in _COUNTRIES.items():
        rules = [Rule(_IBAN, valid=_is_iban(letters, length))]
        if country in _BBANS:
            rules.append(_BBANS[country])
        yield Identifier(f"{country}_BANK_ACCOUNT_NUMBER", "FINANCIAL_INFORMATION", HIGH, tuple(rules))


BANK_ACCOUNTS = (
    Identifier(
        "BANK_ACCOUNT_NUMBER",
        "FINANCIAL_INFORMATION",
        HIGH,
        (
            near(
                shape(r"\d{9,17}"),
                "bank account, bank acct, checking account, checking acct, deposit account, deposit acct, "
                "savings account, savings acct, chequing account, chequing acct",
            ),
        ),
    ),
    *_accounts(),
)
"""The identifiers of bank accounts."""
