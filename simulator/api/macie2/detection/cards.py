"""Payment cards: numbers, expiration dates, verification codes, magnetic stripes.

Source: Macie userguide/mdis-reference-financial.
"""

from __future__ import annotations

import re

from simulator.api.macie2.detection.check_digits import luhn
from simulator.api.macie2.detection.identifier import (
    HIGH,
    RISING,
    Identifier,
    Nearness,
    Rule,
    Severities,
    Severity,
    digits_of,
    near,
    shape,
    words,
)

_CARD = shape(r"\d(?:[ -]?\d){12,18}")
_MONTH = r"(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]{0,6}"
_EXPIRATION = shape(rf"(?:0?[1-9]|1[0-2]) ?[/-] ?(?:20)?\d\d|{_MONTH}[ /-]{{1,2}}(?:20)?\d\d|\d\d[ /-]{_MONTH}")
_STRIPE = re.compile(r"%B\d{13,19}\^[A-Z0-9 /.'-]{2,26}\^\d{7}|;\d{13,19}=\d{7,20}")

_KEYWORDS = words(
    "account number, american express, amex, bank card, c card, card, cc #, ccn, check card, cred card, credit, "
    "credit card, credit cards, credit no, credit num, dankort, debit, debit card, debit no, debit num, diners club, "
    "discover, electron, japanese card bureau, jcb, mastercard, mc, pan, payment account number, payment card number, "
    "pcn, pmnt #, pmnt card, pmnt no, pmnt number, union pay, visa"
)
_ISSUERS = re.compile(
    r"3[47]\d{13}|5019\d{12}|3(?:0[0-5]|[689]\d)\d{11,16}|6(?:011|22\d|4[4-9]\d|5\d\d)\d{12,15}|2131\d{11}|1800\d{11}|"
    r"35\d{14,17}|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|62\d{14,17}|81\d{14,17}|"
    r"4\d{12}(?:\d{3}(?:\d{3})?)?"
)
"""Prefix and length of American Express, Dankort, Diners Club, Discover, JCB, Mastercard, UnionPay, Visa, Electron."""
_EXAMPLES = frozenset(
    words(
        "122000000000003, 2222405343248877, 2222990905257051, 2223007648726984, 2223577120017656, 30569309025904, "
        "34343434343434, 3528000700000000, 3530111333300000, 3566002020360505, 36148900647913, 36700102000000, "
        "371449635398431, 378282246310005, 378734493671000, 38520000023237, 4012888888881881, 4111111111111111, "
        "4222222222222, 4444333322221111, 4462030000000000, 4484070000000000, 4911830000000, 4917300800000000, "
        "4917610000000000, 4917610000000000003, 5019717010103742, 5105105105105100, 5111010030175156, "
        "5185540810000019, 5200828282828210, 5204230080000017, 5204740009900014, 5420923878724339, "
        "5454545454545454, 5455330760000018, 5506900490000436, 5506900490000444, 5506900510000234, "
        "5506920809243667, 5506922400634930, 5506927427317625, 5553042241984105, 5555553753048194, "
        "5555555555554444, 5610591081018250, 6011000990139424, 6011000400000000, 6011111111111117, "
        "630490017740292441, 630495060000000000, 6331101999990016, 6759649826438453, 6799990100000000019, "
        "76009244561"
    )
)
"""Numbers that issuers reserve for tests, which are not reported."""


def _card(text: str) -> bool:
    number = digits_of(text)
    return _ISSUERS.fullmatch(number) is not None and luhn(number) and number not in _EXAMPLES


def _stripe(text: str) -> bool:
    return luhn(re.findall(r"\d+", text)[0])


def _financial(name: str, rule: Rule, severities: Severities = HIGH) -> Identifier:
    return Identifier(name, "FINANCIAL_INFORMATION", severities, (rule,))


CARDS = (
    _financial("CREDIT_CARD_NUMBER", Rule(_CARD, _KEYWORDS, Nearness.NEEDED, _card)),
    _financial("CREDIT_CARD_NUMBER_(NO_KEYWORD)", Rule(_CARD, _KEYWORDS, Nearness.FORBIDDEN, _card)),
    _financial("CREDIT_CARD_EXPIRATION", near(_EXPIRATION, "exp d, exp m, exp y, expiration, expiry"), RISING),
    _financial(
        "CREDIT_CARD_MAGNETIC_STRIPE", near(_STRIPE, "card data, iso7813, mag, magstripe, stripe, swipe", _stripe)
    ),
    _financial(
        "CREDIT_CARD_SECURITY_CODE",
        near(
            shape(r"\d{3,4}"),
            "card id, card identification code, card identification number, card security code, card validation code, "
            "card validation number, card verification data, card verification value, cvc, cvc2, cvv, cvv2, "
            "elo verification code",
        ),
        Severities(Severity.MEDIUM, Severity.HIGH, Severity.HIGH),
    ),
)
"""The identifiers of payment cards."""
