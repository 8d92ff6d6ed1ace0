"""Contact and personal data: names, addresses, telephone numbers, dates of birth, places, cookies.

The service recognises names and addresses by machine learning. Here, a full name is two or more capitalised words in a
column of names, or after a common given name; an address has a street or a region beside place and postal code.

Source: Macie userguide/mdis-reference-pii. EMAIL_ADDRESS is an addition of this endpoint: the service has no managed
data identifier for e-mail addresses.
"""

from __future__ import annotations

import re

from simulator.api.macie2.detection.given_names import GIVEN_NAMES
from simulator.api.macie2.detection.identifier import (
    RISING,
    Identifier,
    Rule,
    Severities,
    Severity,
    digits_of,
    near,
    shape,
)

ADDED = ("EMAIL_ADDRESS",)
"""The identifiers that the service does not have."""

_MOST_NAMES = 1000
"""Maximum number of full names, and of addresses, counted in an object. Source: userguide/macie-quotas."""

_WORD = r"[A-ZÀ-ÖØ-Þ][a-zà-öø-ÿ'\u2019-]{1,24}"
_SURNAMES = rf"(?: [A-Z]\.?)?(?: (?:de|del|dos|van|von|der|den|da|la|di|le)){{0,2}}(?: {_WORD}){{1,3}}(?!\w)"
_NAME = re.compile(rf"(?<!\w){_WORD}{_SURNAMES}")
_NAME_COLUMNS = (
    "full name, customer name, cardholder name, cardholder, contact name, person name, patient name, employee name, "
    "member name, guest name, account holder, legal name, nombre completo, nom complet, vollständiger name, "
    "nome completo"
)

_PLACE = rf"{_WORD}(?:[ -]{_WORD}){{0,3}}"
_STATES = (
    "A[LKZR]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]"
)
_STREET_EU = (
    r"(?:[A-ZÄÖÜ][a-zäöüß]{2,24}(?:straße|strasse|str\.|weg|platz|allee|gasse) \d{1,4}[a-z]?"
    r"|\d{1,4}(?: bis)?,? (?:rue|avenue|boulevard|place|chemin) [\wàâçéèêëîïôûù' -]{2,40}"
    r"|(?:Via|Viale|Piazza|Corso|Calle|Avenida|Plaza|Paseo) [\wàèéìíòóùúñ' -]{2,40},? \d{1,4})"
)
_ADDRESS = re.compile(
    rf"(?<!\w)(?:{_PLACE}, ?(?:{_STATES}),? \d{{5}}(?:-\d{{4}})?"
    rf"|{_PLACE},? (?:ON|QC|BC|AB|MB|SK|NS|NB|NL|PE|NT|YT|NU),? [A-Z]\d[A-Z] ?\d[A-Z]\d"
    rf"|{_PLACE},? (?:NSW|VIC|QLD|WA|SA|TAS|ACT|NT),? \d{{4}}"
    rf"|{_PLACE},? [A-Z]{{1,2}}\d[A-Z\d]? \d[A-Z]{{2}}"
    rf"|{_STREET_EU},? \d{{5}} {_PLACE})(?!\w)"
)

_PHONE_WORDS = "cell, contact, fax, fax number, mobile, phone, phone number, tel, telephone, telephone number"
_BRAZILIAN_WORDS = f"{_PHONE_WORDS}, cel, celular, fone, móvel, número residencial, telefone"
_GAP = "[ .-]?"
_NORTH_AMERICAN = rf"\(?[2-9]\d\d\)?{_GAP}[2-9]\d\d{_GAP}\d{{4}}"
_MONTHS = (
    "JAN(?:UARY)?|FEB(?:RUARY)?|MAR(?:CH)?|APR(?:IL)?|MAY|JUNE?|JULY?|AUG(?:UST)?|SEP(?:T(?:EMBER)?)?|OCT(?:OBER)?|"
    "NOV(?:EMBER)?|DEC(?:EMBER)?"
)
_DATE = re.compile(
    r"(?<![\w./-])(?:(?:19|20)\d\d[ /.-]?(?:0?[1-9]|1[0-2])[ /.-]?(?:0?[1-9]|[12]\d|3[01])"
    r"|(?:0?[1-9]|[12]\d|3[01])[ /.-](?:0?[1-9]|[12]\d|3[01])[ /.-](?:(?:19|20)\d\d|\d\d)"
    rf"|(?:0?[1-9]|[12]\d|3[01])(?:ST|ND|RD|TH)?[ /-](?:{_MONTHS})[ ,/-]{{1,2}}(?:(?:19|20)\d\d|\d\d)"
    rf"|(?:{_MONTHS})[ /-](?:0?[1-9]|[12]\d|3[01])(?:ST|ND|RD|TH)?[ ,/-]{{1,2}}(?:19|20)\d\d)(?![\w/]|[.-]\d)",
    re.IGNORECASE | re.ASCII,
)
_EMAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9_%+-][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.){1,8}[A-Za-z]{2,24}"
    r"(?![A-Za-z0-9_-])",
    re.ASCII,
)


def _given_names() -> str:
    """Return the pattern of given names, grouped by first letter, which is faster than a plain list."""
    by_letter: dict[str, list[str]] = {}
    for name in sorted(GIVEN_NAMES, key=lambda each: (-len(each), each)):
        by_letter.setdefault(name[0].upper(), []).append(name[1:])
    return "|".join(f"{letter}(?:{'|'.join(rests)})" for letter, rests in sorted(by_letter.items()))


def _international(prefix: str, national: str) -> re.Pattern[str]:
    """Return the pattern of a number with its country code, grouped in any way."""
    return re.compile(
        rf"(?<![\w+.-])(?:\+|00){_GAP}{prefix}{_GAP}(?:\(0\){_GAP})?(?:{national})(?!\w|[.-]\d)", re.ASCII
    )


def _telephone(name: str, prefix: str, national: str, domestic: str, keywords: str = _PHONE_WORDS) -> Identifier:
    rules = (Rule(_international(prefix, national), valid=_enough), near(_alone(domestic), keywords, _enough))
    return Identifier(name, "PERSONAL_INFORMATION", RISING, rules)


def _alone(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w+])(?<!\d[-./])(?:{pattern})(?!\w)(?![-./]\d)", re.ASCII)


def _enough(text: str) -> bool:
    return len(set(digits_of(text)[-7:])) > 1


def _digits(least: int, most: int) -> str:
    return rf"[1-9](?:[ ./-]?\d){{{least - 1},{most - 1}}}"


def _personal(name: str, *rules: Rule, severities: Severities = RISING, most: int | None = None) -> Identifier:
    return Identifier(name, "PERSONAL_INFORMATION", severities, rules, most)


CONTACT = (
    _personal("DATE_OF_BIRTH", near(_DATE, "bday, b-day, birth date, birthday, birthdate, date of birth, dob")),
    _personal("EMAIL_ADDRESS", Rule(_EMAIL)),
    _personal(
        "NAME",
        Rule(re.compile(rf"(?<!\w)(?:{_given_names()})(?:-{_WORD})?{_SURNAMES}")),
        near(_NAME, _NAME_COLUMNS),
        most=_MOST_NAMES,
    ),
    _personal("ADDRESS", Rule(_ADDRESS), most=_MOST_NAMES),
    _personal(
        "BRAZIL_CEP_CODE",
        near(shape(r"\d{5}-?\d{3}"), "cep, código de endereçamento postal, código postal"),
    ),
    _personal(
        "LATITUDE_LONGITUDE",
        near(
            re.compile(
                r"(?<![\w.-])-?(?:[1-8]?\d|90)\.\d{3,12} ?[,; ] ?-?(?:1[0-7]\d|\d{1,2}|180)\.\d{3,12}(?![\w.])",
                re.ASCII,
            ),
            "coordinate, coordinates, lat long, latitude longitude, position",
        ),
        severities=Severities(Severity.LOW, Severity.MEDIUM, Severity.MEDIUM),
    ),
    _personal(
        "HTTP_COOKIE",
        Rule(re.compile(r"\b(?:Set-)?Cookie: ?[A-Za-z0-9_.-]{1,80}=[^\s\x00;,]{1,400}", re.IGNORECASE)),
    ),
    _telephone("PHONE_NUMBER", "1", _NORTH_AMERICAN, rf"(?:1{_GAP})?{_NORTH_AMERICAN}"),
    _telephone(
        "BRAZIL_PHONE_NUMBER",
        "55",
        rf"\(?[1-9]\d\)?{_GAP}9?\d{{4}}{_GAP}\d{{4}}",
        rf"\(?0?[1-9]\d\)?{_GAP}9?\d{{4}}{_GAP}\d{{4}}",
        _BRAZILIAN_WORDS,
    ),
    _telephone("FRANCE_PHONE_NUMBER", "33", rf"[1-9](?:{_GAP}\d\d){{4}}", rf"0[1-9](?:{_GAP}\d\d){{4}}"),
    _telephone(
        "GERMANY_PHONE_NUMBER", "49", _digits(7, 11), r"\(?0[1-9]\d{1,4}\)?[ /-]{1,2}\d(?:[ -]?\d){3,8}|01[567]\d{8,9}"
    ),
    _telephone(
        "ITALY_PHONE_NUMBER",
        "39",
        r"[03](?:[ ./-]?\d){7,10}",
        r"0\d{1,3}[ ./-]?\d{5,8}|3\d\d[ ./-]?\d{3}[ ./-]?\d{3,4}",
    ),
    _telephone(
        "SPAIN_PHONE_NUMBER",
        "34",
        rf"[6-9]\d\d(?:{_GAP}\d{{3}}){{2}}|[6-9]\d\d(?:{_GAP}\d\d){{3}}",
        r"[6-9]\d\d(?:[ .-]?\d{3}){2}|[6-9]\d\d(?:[ .-]?\d\d){3}",
    ),
    _telephone("UK_PHONE_NUMBER", "44", _digits(9, 10), r"\(?0[1-9](?:[ )-]{0,2}\d){8,9}"),
    _personal(
        "VEHICLE_IDENTIFICATION_NUMBER",
        near(
            shape(r"(?=[A-Z0-9]{0,16}\d)(?=[A-Z0-9]{0,16}[A-Z])[A-HJ-NPR-Z0-9]{17}"),
            "fahrgestellnummer, niv, numarul de identificare, numarul seriei de sasiu, numer vin, "
            "número de identificação do veículo, número de identificación de automóviles, "
            "numéro d'identification du véhicule, vehicle identification number, vin, vin numeris",
        ),
        severities=Severities(Severity.LOW, Severity.LOW, Severity.MEDIUM),
    ),
)
"""The identifiers of contact and personal data."""
