"""Driver's license numbers.

The reference states keywords for each country, but no format: here a number is six to eighteen letters and digits, with
at least four digits.

Source: Macie userguide/mdis-reference-pii.
"""

from __future__ import annotations

from simulator.api.macie2.detection.identifier import RISING, Identifier, digits_of, near, shape

_LEAST_DIGITS = 4
_NUMBER = shape(r"[A-Z0-9](?:[ -]?[A-Z0-9]){4,16}[A-Z0-9]")
_ENGLISH = (
    "dl#, dl:, dlno#, driver licence, driver licences, driver license, driver licenses, driver permit, drivers lic., "
    "drivers licence, driver's licence, drivers licences, driver's licences, drivers license, driver's license, "
    "drivers licenses, driver's licenses, drivers permit, driver's permit, drivers permit number, driving licence, "
    "driving license, driving permit"
)
_GERMAN = (
    "fuehrerschein, fuehrerschein-nr, fuehrerscheinnummer, fuhrerschein, führerschein, fuhrerschein-nr, "
    "führerschein-nr, fuhrerscheinnummer, führerscheinnummer"
)
_KEYWORDS = {
    "AUSTRALIA_DRIVERS_LICENSE": _ENGLISH,
    "AUSTRIA_DRIVERS_LICENSE": "führerschein, fuhrerschein, führerschein republik österreich",
    "BELGIUM_DRIVERS_LICENSE": (f"{_GERMAN}, numéro permis conduire, permis de conduire, rijbewijs, rijbewijsnummer"),
    "BULGARIA_DRIVERS_LICENSE": (
        "превозно средство, свидетелство за управление на моторно, свидетелство за управление на мпс, сумпс, "
        "шофьорска книжка"
    ),
    "CANADA_DRIVERS_LICENSE": f"{_ENGLISH}, permis de conduire",
    "CROATIA_DRIVERS_LICENSE": "vozačka dozvola",
    "CYPRUS_DRIVERS_LICENSE": "άδεια οδήγησης",
    "CZECHIA_DRIVERS_LICENSE": (
        "číslo licence, číslo licence řidiče, číslo řidičského průkazu, ovladače lic., povolení k jízdě, "
        "povolení řidiče, řidiči povolení, řidičský prúkaz, řidičský průkaz"
    ),
    "DENMARK_DRIVERS_LICENSE": "kørekort, kørekortnummer",
    "DRIVERS_LICENSE": _ENGLISH,
    "ESTONIA_DRIVERS_LICENSE": "juhi litsentsi number, juhiloa number, juhiluba, juhiluba number",
    "FINLAND_DRIVERS_LICENSE": (
        "ajokortin numero, ajokortti, förare lic., körkort, körkort nummer, kuljettaja lic., permis de conduire"
    ),
    "FRANCE_DRIVERS_LICENSE": "permis de conduire",
    "GERMANY_DRIVERS_LICENSE": _GERMAN,
    "GREECE_DRIVERS_LICENSE": "δεια οδήγησης, adeia odigisis",
    "HUNGARY_DRIVERS_LICENSE": (
        "illesztőprogramok lic, jogosítvány, jogsi, licencszám, vezető engedély, vezetői engedély"
    ),
    "INDIA_DRIVERS_LICENSE": (
        "driver licence, driver licences, driver license, driver licenses, drivers lic., drivers licence, "
        "driver's licence, drivers licences, driver's licences, drivers license, driver's license, drivers licenses, "
        "driver's licenses, driving licence, driving license"
    ),
    "IRELAND_DRIVERS_LICENSE": "ceadúnas tiomána",
    "ITALY_DRIVERS_LICENSE": "patente di guida, patente di guida numero, patente guida, patente guida numero",
    "LATVIA_DRIVERS_LICENSE": (
        "autovadītāja apliecība, licences numurs, vadītāja apliecība, vadītāja apliecības numurs, vadītāja atļauja, "
        "vadītāja licences numurs, vadītāji lic."
    ),
    "LITHUANIA_DRIVERS_LICENSE": "vairuotojo pažymėjimas",
    "LUXEMBOURG_DRIVERS_LICENSE": "fahrerlaubnis, führerschäin",
    "MALTA_DRIVERS_LICENSE": "liċenzja tas-sewqan",
    "NETHERLANDS_DRIVERS_LICENSE": "permis de conduire, rijbewijs, rijbewijsnummer",
    "POLAND_DRIVERS_LICENSE": "numer licencyjny, prawo jazdy, zezwolenie na prowadzenie",
    "PORTUGAL_DRIVERS_LICENSE": (
        "carta de condução, carteira de habilitação, carteira de motorist, carteira habilitação, carteira motorist, "
        "licença condução, licença de condução, número de licença, número licença, permissão condução, "
        "permissão de condução"
    ),
    "ROMANIA_DRIVERS_LICENSE": "numărul permisului de conducere, permis de conducere",
    "SLOVAKIA_DRIVERS_LICENSE": (
        "číslo licencie, číslo vodičského preukazu, ovládače lic., povolenia vodičov, povolenie jazdu, "
        "povolenie na jazdu, povolenie vodiča, vodičský preukaz"
    ),
    "SLOVENIA_DRIVERS_LICENSE": "vozniško dovoljenje",
    "SPAIN_DRIVERS_LICENSE": (
        "carnet conducer, el carnet de conducer, licencia conducer, licencia de manejo, número carnet conducer, "
        "número de carnet de conducer, número de permiso conducer, número de permiso de conducer, "
        "número licencia conducer, número permiso conducer, permiso conducción, permiso conducer, "
        "permiso de conducción"
    ),
    "SWEDEN_DRIVERS_LICENSE": (
        "ajokortin numero, dlno# ajokortti, drivere lic., förare lic., körkort, körkort nummer, körkortsnummer, "
        "kuljettajat lic."
    ),
    "UK_DRIVERS_LICENSE": _ENGLISH,
}
"""The keywords of each identifier."""


def _number(text: str) -> bool:
    return len(digits_of(text)) >= _LEAST_DIGITS


DRIVERS_LICENSES = tuple(
    Identifier(name, "PERSONAL_INFORMATION", RISING, (near(_NUMBER, keywords, _number),))
    for name, keywords in _KEYWORDS.items()
)
"""The identifiers of driver's licenses."""
