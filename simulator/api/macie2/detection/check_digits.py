"""The check digits of card, account and national numbers: each function takes the number without separators.

Most reject numbers that consist of zeros, which are common placeholders.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import cycle

_VERHOEFF_D = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
_VERHOEFF_P = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)
_DNI_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
_FISCAL_ODD = dict(
    zip(
        "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ",
        (
            *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21),
            *(1, 0, 5, 7, 9, 13, 15, 17, 19, 21),
            *(2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23),
        ),
        strict=True,
    )
)


def luhn(number: str) -> bool:
    """Cards, Canadian SINs and others: ISO/IEC 7812-1, annex B."""
    total = 0
    for index, digit in enumerate(reversed(number)):
        doubled = int(digit) * (1 + index % 2)
        total += doubled - 9 if doubled > 9 else doubled  # noqa: PLR2004 - the sum of the two digits
    return total % 10 == 0 and total > 0


def mod_97(code: str) -> bool:
    """IBANs: ISO 13616, ISO/IEC 7064 MOD 97-10."""
    return int("".join(str(int(each, 36)) for each in code[4:] + code[:4])) % 97 == 1


def verhoeff(number: str) -> bool:
    """Aadhaar numbers."""
    check = "0"
    for index, digit in enumerate(reversed(number)):
        check = _VERHOEFF_D[int(check)][int(_VERHOEFF_P[index % 8][int(digit)])]
    return check == "0" and len(set(number)) > 1


def weighted(number: str, weights: Iterable[int]) -> int:
    """Return the sum of the digits times their weights."""
    return sum(int(digit) * weight for digit, weight in zip(number, weights, strict=False))


def nhs(number: str) -> bool:
    """UK NHS numbers: modulus 11 over nine digits."""
    check = 11 - weighted(number[:9], range(10, 1, -1)) % 11
    return check % 11 == int(number[9]) and check != 10 and any(number.strip("0"))  # noqa: PLR2004 - 10 is no digit


def tax_file_number(number: str) -> bool:
    """Australian TFNs of nine digits."""
    return weighted(number, (1, 4, 3, 7, 5, 8, 6, 9, 10)) % 11 == 0 and _not_zero(number)


def cpf(number: str) -> bool:
    """Brazilian CPFs: two digits modulo 11."""
    first = weighted(number, range(10, 1, -1)) * 10 % 11 % 10
    second = weighted(number, range(11, 1, -1)) * 10 % 11 % 10
    return number[9:] == f"{first}{second}" and len(set(number)) > 1


def cnpj(number: str) -> bool:
    """Brazilian CNPJs: two digits modulo 11."""
    first = weighted(number[:12], (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    second = weighted(number[:13], (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) % 11
    wanted = "".join(str(11 - rest if rest > 1 else 0) for rest in (first, second))
    return number[12:] == wanted and len(set(number)) > 1


def cuit(number: str) -> bool:
    """Argentine CUITs and CUILs of eleven digits."""
    check = 11 - weighted(number[:10], (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)) % 11
    return {11: 0, 10: 9}.get(check, check) == int(number[10]) and _not_zero(number)


def rut(code: str) -> bool:
    """Chilean RUTs: digits and a check digit or K."""
    rest = 11 - weighted(code[-2::-1], cycle(range(2, 8))) % 11
    return {11: "0", 10: "K"}.get(rest, str(rest)) == code[-1] and _not_zero(code[:-1])


def nit(number: str) -> bool:
    """Colombian NITs of nine digits and a check digit."""
    rest = weighted(number[-2::-1], (3, 7, 13, 17, 19, 23, 29, 37, 41, 43)) % 11
    return (rest if rest < 2 else 11 - rest) == int(number[-1]) and _not_zero(number)  # noqa: PLR2004 - DIAN's rule


def dni(code: str) -> bool:
    """Spanish DNIs and NIEs: a letter modulo 23."""
    number = code[:-1].translate(str.maketrans("XYZ", "012"))
    return number.isdigit() and _DNI_LETTERS[int(number) % 23] == code[-1] and int(number) not in (0, 99_999_999)


def spanish_social_security(number: str) -> bool:
    """Spanish social security numbers of twelve digits: modulo 97."""
    return int(number[:10]) % 97 == int(number[10:]) and 1 <= int(number[:2]) <= 66  # noqa: PLR2004 - provinces, abroad


def nir(code: str) -> bool:
    """French INSEE numbers with their key: 97 minus the rest; Corsica is 2A and 2B."""
    number = code[:13].replace("2A", "19").replace("2B", "18")
    return number.isdigit() and 97 - int(number) % 97 == int(code[13:])


def iso_7064_11_10(number: str) -> bool:
    """German tax numbers: ISO/IEC 7064 MOD 11,10; of the first ten digits one appears twice or three times."""
    product = 10
    for digit in number[:-1]:
        product = (int(digit) + product) % 10 or 10
        product = product * 2 % 11
    repeated = [number[:10].count(digit) for digit in set(number[:10])]
    return (11 - product) % 10 == int(number[-1]) and max(repeated) in (2, 3) and number[0] != "0"


def weights_731(code: str) -> bool:
    """German identity cards and passports: weights 7, 3, 1; the last character is the check digit."""
    return sum(int(each, 36) * w for each, w in zip(code[:-1], cycle((7, 3, 1)), strict=False)) % 10 == int(code[-1])


def codice_fiscale(code: str) -> bool:
    """Italian fiscal codes of sixteen characters."""
    odd = sum(_FISCAL_ODD[each] for each in code[:15:2])
    even = sum(int(each) if each.isdigit() else ord(each) - ord("A") for each in code[1:15:2])
    return chr((odd + even) % 26 + ord("A")) == code[15]


def npi(number: str) -> bool:
    """US National Provider Identifiers: Luhn with the prefix 80840."""
    return luhn("80840" + number)


def dea(code: str) -> bool:
    """US DEA numbers: two letters and seven digits."""
    number = code[2:]
    total = weighted(number[0:6:2], (1, 1, 1)) + 2 * weighted(number[1:6:2], (1, 1, 1))
    return total % 10 == int(number[6]) and _not_zero(number)


def social_security(number: str) -> bool:
    """US SSNs: no area 000, 666 or 9xx, no group 00, no serial 0000."""
    area, group, serial = number[:3], number[3:5], number[5:]
    return area not in {"000", "666"} and area[0] != "9" and group != "00" and serial != "0000"


def date_within(code: str, start: int) -> bool:
    """Return whether the six digits from *start* on are a date, YYMMDD, as in Mexican codes."""
    text = code[start : start + 6]
    try:
        date(2000 + int(text[:2]), int(text[2:4]), int(text[4:6]))
    except ValueError:
        return False
    return True


def _not_zero(number: str) -> bool:
    return number.strip("0") != ""
