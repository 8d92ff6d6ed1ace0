"""Personal health information: insurance, providers, drugs, devices.

Source: Macie userguide/mdis-reference-phi.
"""

from __future__ import annotations

import re

from simulator.api.macie2.detection.check_digits import dea, luhn, nhs, npi
from simulator.api.macie2.detection.identifier import (
    HIGH,
    RISING,
    Identifier,
    Rule,
    Severities,
    code_of,
    digits_of,
    near,
    shape,
)

_FINNISH = (
    "ehic, ehic#, finlandehicnumber#, hälsokort, health card, health card number, health insurance card, "
    "health insurance number, sairaanhoitokortin, sairausvakuutuskortti, sairausvakuutusnumero, "
    "sjukförsäkring nummer, sjukförsäkringskort, suomi ehic-numero, terveyskortti"
)
_EUROPEAN = (
    "assicurazione sanitaria numero, carta assicurazione numero, carte d'assurance maladie, "
    "carte européenne d'assurance maladie, ceam, gesundheitskarte, insurance card number, krankenversicherungskarte, "
    "krankenversicherungsnummer, medical account number, numero conto medico, numéro d'assurance maladie, "
    "numéro de carte d'assurance, numéro de compte medical, número de cuenta médica, número de seguro de salud, "
    "número de tarjeta de seguro, tarjeta de salud, tessera sanitaria assicurazione numero, versicherungsnummer"
)
_BENEFICIARY = (
    r"[1-9][AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y][AC-HJKMNP-RT-Y0-9]\d-?[AC-HJKMNP-RT-Y]{2}\d\d"
)
_DEVICE = re.compile(
    r"\(01\)\d{14}(?:\(1[0157]\)[A-Z0-9]{1,20}){0,4}|\+[A-Z][A-Z0-9]{6,24}/[A-Z0-9$+]{4,40}|=/[A-Z0-9]{10,20}=,\d{6}",
    re.IGNORECASE | re.ASCII,
)


def _health(name: str, rule: Rule, severities: Severities = HIGH) -> Identifier:
    return Identifier(name, "PERSONAL_INFORMATION", severities, (rule,))


def _card(text: str) -> bool:
    return luhn(digits_of(text))


HEALTH = (
    _health(
        "US_DRUG_ENFORCEMENT_AGENCY_NUMBER",
        near(shape(r"[A-HJ-MPRSTUX][A-Z9]\d{7}"), "dea number, dea registration", lambda text: dea(text.upper())),
    ),
    _health(
        "USA_HEALTH_INSURANCE_CLAIM_NUMBER",
        near(
            shape(r"\d{3}-?\d\d-?\d{4}-?[A-Z][A-Z0-9]?"),
            "health insurance claim number, hic no, hic no., hic number, hic#, hicn, hicn#., hicno#",
        ),
    ),
    _health(
        "CANADA_HEALTH_NUMBER",
        near(
            shape(r"\d{4}[ -]?\d{3}[ -]?\d{3}"),
            "canada healthcare number, msp number, personal healthcare number, phn, soins de santé",
        ),
    ),
    _health(
        "EUROPEAN_HEALTH_INSURANCE_CARD_NUMBER",
        near(shape(r"80\d{3}[ -]?\d{5}[ -]?\d{5}[ -]?\d{5}"), f"{_FINNISH}, {_EUROPEAN}", _card),
    ),
    _health(
        "FINLAND_EUROPEAN_HEALTH_INSURANCE_NUMBER",
        near(
            shape(r"80246[ -]?\d{5}[ -]?\d{5}[ -]?\d{5}"),
            f"{_FINNISH}, finland health insurance card, finska sjukförsäkringskort, suomen sairausvakuutuskortti",
        ),
    ),
    _health(
        "FRANCE_HEALTH_INSURANCE_NUMBER",
        near(shape(r"\d{21}"), "carte d'assuré social, carte vitale, insurance card"),
    ),
    _health(
        "UK_NHS_NUMBER",
        near(shape(r"\d{3}[ -]?\d{3}[ -]?\d{4}"), "national health service, nhs", lambda text: nhs(digits_of(text))),
    ),
    _health("USA_MEDICARE_BENEFICIARY_IDENTIFIER", near(shape(_BENEFICIARY), "mbi, medicare beneficiary")),
    _health(
        "USA_HEALTHCARE_PROCEDURE_CODE",
        near(
            shape(r"[A-V]\d{4}|\d{4}[0-9FMTU]"),
            "current procedural terminology, hcpcs, healthcare common procedure coding system",
        ),
    ),
    _health(
        "USA_NATIONAL_DRUG_CODE",
        near(
            shape(r"\d{4}-\d{4}-\d\d|\d{5}-(?:\d{3}-\d\d|\d{4}-\d{1,2})|\d{5}-\d{4}-\d\d"),
            "national drug code, ndc",
        ),
    ),
    _health(
        "USA_NATIONAL_PROVIDER_IDENTIFIER",
        near(shape(r"[12]\d{9}"), "hipaa, n.p.i, national provider, npi", npi),
    ),
    _health(
        "MEDICAL_DEVICE_UDI",
        near(
            _DEVICE,
            "blood, blood bag, dev id, device id, device identifier, gs1, hibcc, iccbba, med, udi, unique device id, "
            "unique device identifier",
            lambda text: len(code_of(text)) > 9,  # noqa: PLR2004 - no issuing agency's format is shorter
        ),
        RISING,
    ),
)
"""The identifiers of personal health information."""
