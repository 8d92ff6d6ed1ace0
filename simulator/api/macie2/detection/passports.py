"""Passport numbers.

Source: Macie userguide/mdis-reference-pii.
"""

from __future__ import annotations

from simulator.api.macie2.detection.identifier import Identifier, Severities, Severity, near, shape

_FORMATS = {
    "CANADA": (
        r"[A-Z]{2}\d{6}|[A-Z]\d{6}[A-Z]{2}",
        "passeport, passeport#, passport, passport#, passportno, passportno#",
    ),
    "FRANCE": (
        r"\d\d[A-Z]{2}\d{5}",
        "numéro de passeport, passeport, passeport #, passeport n °, passeport non",
    ),
    "GERMANY": (
        r"[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8}\d?",
        (
            "ausstellungsdatum, ausstellungsort, geburtsdatum, passport, passports, reisepass, reisepass-nr, "
            "reisepassnummer"
        ),
    ),
    "ITALY": (
        r"[A-Z]{2}\d{7}",
        (
            "italian passport number, numéro passeport, numéro passeport italien, passaporto, passaporto italiana, "
            "passaporto numero, passport number, repubblica italiana passaporto"
        ),
    ),
    "SPAIN": (
        r"[A-Z]{2,3}\d{6}",
        (
            "españa pasaporte, libreta pasaporte, número pasaporte, pasaporte, passport, passport book, passport no, "
            "passport number, spain passport"
        ),
    ),
    "UK": (
        r"\d{9}",
        (
            "passeport #, passeport n °, passeport non, passeportn °, passport #, passport no, passport number, "
            "passport#, passportid"
        ),
    ),
    "USA": (r"[A-Z]\d{8}|\d{9}", "passport, travel document"),
}
"""The format and the keywords of each country's numbers."""

PASSPORTS = tuple(
    Identifier(
        f"{country}_PASSPORT_NUMBER",
        "PERSONAL_INFORMATION",
        Severities(Severity.MEDIUM, Severity.HIGH, Severity.HIGH),
        (near(shape(pattern), keywords),),
    )
    for country, (pattern, keywords) in _FORMATS.items()
)
"""The identifiers of passports."""
