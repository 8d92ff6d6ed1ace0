"""National identification, social security, residence and electoral numbers.

Source: Macie userguide/mdis-reference-pii.
"""

from __future__ import annotations

from simulator.api.macie2.detection.check_digits import (
    codice_fiscale,
    date_within,
    dni,
    luhn,
    nir,
    rut,
    social_security,
    spanish_social_security,
    verhoeff,
    weights_731,
)
from simulator.api.macie2.detection.identifier import (
    HIGH,
    Identifier,
    Rule,
    Severities,
    Severity,
    code_of,
    digits_of,
    near,
    shape,
)

_CHILEAN = (
    "identidad número, nacional identidad, national unique role, nationaluniqueroleid#, número identificación, "
    "rol único nacional, rol único tributario, run, run#, r.u.n., rut, rut#, r.u.t., unique national number, "
    "unique national role, unique tax registry, unique tax role, unique tributary number, unique tributary role"
)
_ITALIAN = (
    "codice fiscal, codice fiscale, dati anagrafici, ehic, health card, health insurance card, p. iva, "
    "partita i.v.a., personal data, tax code, tessera sanitaria"
)
_FISCAL = r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]"


def _national(name: str, rule: Rule, severities: Severities = HIGH) -> Identifier:
    return Identifier(name, "PERSONAL_INFORMATION", severities, (rule,))


def _argentine(text: str) -> bool:
    return digits_of(text) != "99999999" and digits_of(text).strip("0") != ""


def _mexican(text: str) -> bool:
    return date_within(text, 4)


NATIONAL_IDS = (
    _national(
        "ARGENTINA_DNI_NUMBER",
        near(shape(r"\d{1,2}\.\d{3}\.\d{3}|\d{7,8}"), "dni, dni#, d.n.i., documento nacional de identidad", _argentine),
    ),
    _national("BRAZIL_RG_NUMBER", near(shape(r"\d{1,2}\.?\d{3}\.?\d{3}-?[0-9X]"), "registro geral, rg")),
    _national(
        "CHILE_RUT_NUMBER",
        near(shape(r"\d{1,2}\.?\d{3}\.?\d{3}-?[0-9K]"), _CHILEAN, lambda text: rut(code_of(text))),
    ),
    _national(
        "COLOMBIA_CITIZENSHIP_CARD_NUMBER",
        near(
            shape(r"\d{1,3}(?:\.\d{3}){2,3}|\d{6,10}"),
            "cédula de ciudadanía, documento de identificación",
            lambda text: digits_of(text).strip("0") != "",
        ),
    ),
    _national(
        "FRANCE_NATIONAL_IDENTIFICATION_NUMBER",
        near(
            shape(r"[1-478] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d"),
            "assurance sociale, carte nationale d'identité, cni, code sécurité sociale, "
            "french social security number, fssn#, insee, insurance number, national id number, nationalid#, "
            "numéro d'assurance, sécurité sociale, sécurité sociale non., sécurité sociale numéro, social, "
            "social security, social security number, socialsecuritynumber, ss#, ssn, ssn#",
            lambda text: nir(code_of(text)),
        ),
    ),
    _national(
        "GERMANY_NATIONAL_IDENTIFICATION_NUMBER",
        near(
            shape(r"[CFGHJKLMNPRTVWXYZ0-9]{9}\d"),
            "ausweisnummer, id number, identification number, identity number, insurance number, personal id, "
            "personalausweis",
            lambda text: weights_731(text.upper()),
        ),
    ),
    _national(
        "INDIA_AADHAAR_NUMBER",
        near(
            shape(r"[2-9]\d{3}[ -]?\d{4}[ -]?\d{4}"),
            "aadhaar, aadhar, adhaar, uidai",
            lambda text: verhoeff(digits_of(text)),
        ),
    ),
    _national(
        "ITALY_NATIONAL_IDENTIFICATION_NUMBER",
        near(shape(_FISCAL), _ITALIAN, lambda text: codice_fiscale(text.upper())),
    ),
    _national(
        "MEXICO_CURP_NUMBER",
        near(
            shape(r"[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z0-9]\d"),
            "clave personal identidad, clave única, clave única de registro de población, clavepersonalidentidad, "
            "curp, registration code, registry code, personal identidad clave, population code",
            _mexican,
        ),
    ),
    _national(
        "SPAIN_DNI_NUMBER",
        near(
            shape(r"\d{8}[ -]?[A-Z]|\d{1,2}\.\d{3}\.\d{3}[ -]?[A-Z]"),
            "dni, dni#, dninúmero#, documento nacional de identidad, identidad único, identidadúnico#, "
            "insurance number, national identification number, national identity, nationalid#, nationalidno#, "
            "número nacional identidad, personal identification number, personal identity no, unique identity number, "
            "uniqueid#",
            lambda text: dni(code_of(text)),
        ),
    ),
    _national(
        "UK_NATIONAL_INSURANCE_NUMBER",
        near(
            shape(r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]"),
            "insurance no., insurance number, insurance#, national insurance number, nationalinsurance#, "
            "nationalinsurancenumber, nin, nino",
        ),
    ),
    _national(
        "UK_ELECTORAL_ROLL_NUMBER",
        near(
            shape(r"[A-Z]{2,3}-?\d{1,4}"),
            "electoral #, electoral number, electoral roll #, electoral roll no., electoral roll number, "
            "electoralrollno",
        ),
    ),
    _national(
        "CANADA_NATIONAL_IDENTIFICATION_NUMBER",
        near(
            shape(r"[A-Z]{2}\d{7,10}|\d{4}-\d{4}"),
            "carte résident permanent, numéro carte résident permanent, numéro résident permanent, "
            "permanent resident card, permanent resident card number, permanent resident no, permanent resident no., "
            "permanent resident number, pr no, pr no., pr non, pr number, résident permanent no., "
            "résident permanent non",
        ),
    ),
    _national(
        "CANADA_SOCIAL_INSURANCE_NUMBER",
        near(
            shape(r"[1-79]\d\d[ -]?\d{3}[ -]?\d{3}"),
            "canadian id, numéro d'assurance sociale, sin, social insurance number",
            lambda text: luhn(digits_of(text)),
        ),
    ),
    _national(
        "SPAIN_SOCIAL_SECURITY_NUMBER",
        near(
            shape(r"\d\d[ /-]?\d{8}[ /-]?\d\d"),
            "número de la seguridad social, social security no., social security number, socialsecurityno#, ssn, ssn#",
            lambda text: spanish_social_security(digits_of(text)),
        ),
    ),
    _national(
        "USA_SOCIAL_SECURITY_NUMBER",
        near(
            shape(r"\d{3}-\d\d-\d{4}|\d{3} \d\d \d{4}|\d{9}"),
            "social security, ss#, ssn",
            lambda text: social_security(digits_of(text)),
        ),
    ),
    _national(
        "ARGENTINA_TARJETA_SUBE",
        near(
            shape(r"6061[ -]?\d{4}[ -]?\d{4}[ -]?\d{4}"),
            "sistema único de boleto electrónico, sube",
            lambda text: luhn(digits_of(text)),
        ),
        Severities(Severity.MEDIUM, Severity.MEDIUM, Severity.HIGH),
    ),
)
"""The identifiers of national numbers."""
