"""Taxpayer identification and reference numbers.

Source: Macie userguide/mdis-reference-pii. Chile's and Italy's are among the national numbers.
"""

from __future__ import annotations

from simulator.api.macie2.detection.check_digits import (
    cnpj,
    cpf,
    cuit,
    date_within,
    dni,
    iso_7064_11_10,
    nit,
    tax_file_number,
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

_ORGANIZATION = Severities(Severity.MEDIUM, Severity.MEDIUM, Severity.HIGH)
"""For numbers of organizations, which are less sensitive than a person's."""

_ARGENTINE = (
    "argentina taxpayer id, clave única de identificación tributaria, cuil, c.u.i.l, cuit, c.u.i.t, "
    "número de identificación fiscal, número de contribuyente, unified labor identification code"
)
_BRAZILIAN = "cadastro de pessoa física, cadastro de pessoas físicas, cadastro nacional da pessoa jurídica, cnpj, cpf"
_COLOMBIAN = "nit, nit., nit#, n.i.t."
_MEXICAN = (
    "código del registro federal de contribuyentes, identificación de impuestos, impuesto al valor agregado, iva, "
    "iva#, i.v.a., registro federal de contribuyentes, rfc, rfc#, r.f.c."
)
_SPANISH = (
    "cif, cif número, cifnúmero#, nie, nif, número de contribuyente, número de identidad de extranjero, "
    "número de identificación fiscal, número de impuesto corporativo, personal tax number, tax id, "
    "tax identification number, tax number, tin, tin#"
)
_NIT = shape(r"\d{3}\.?\d{3}\.?\d{3}-?\d")
_EXAMPLES = {"XAXX010101000", "XEXX010101000"}


def _tax(name: str, rule: Rule, severities: Severities = HIGH) -> Identifier:
    return Identifier(name, "PERSONAL_INFORMATION", severities, (rule,))


def _cuit_of(*prefixes: str) -> Rule:
    def valid(text: str) -> bool:
        return digits_of(text).startswith(prefixes) and cuit(digits_of(text))

    return near(shape(r"\d\d-?\d{8}-?\d"), _ARGENTINE, valid)


def _nit_of(*, organization: bool) -> Rule:
    def valid(text: str) -> bool:
        number = digits_of(text)
        return (number[0] in "89") == organization and nit(number)

    return near(_NIT, _COLOMBIAN, valid)


def _rfc_of(letters: int) -> Rule:
    def valid(text: str) -> bool:
        return text.upper() not in _EXAMPLES and date_within(text, letters)

    return near(shape(rf"[A-ZÑ&]{{{letters}}}\d{{6}}[A-Z0-9]{{3}}"), _MEXICAN, valid)


TAX_IDS = (
    _tax("ARGENTINA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER", _cuit_of("20", "23", "24", "25", "26", "27")),
    _tax("ARGENTINA_ORGANIZATION_TAX_IDENTIFICATION_NUMBER", _cuit_of("30", "33", "34"), _ORGANIZATION),
    _tax(
        "AUSTRALIA_TAX_FILE_NUMBER",
        near(
            shape(r"\d{3}[ -]?\d{3}[ -]?\d{3}"), "tax file number, tfn", lambda text: tax_file_number(digits_of(text))
        ),
    ),
    _tax(
        "BRAZIL_CNPJ_NUMBER",
        near(shape(r"\d\d\.?\d{3}\.?\d{3}/?\d{4}-?\d\d"), _BRAZILIAN, lambda text: cnpj(digits_of(text))),
    ),
    _tax(
        "BRAZIL_CPF_NUMBER",
        near(shape(r"\d{3}\.?\d{3}\.?\d{3}-?\d\d"), _BRAZILIAN, lambda text: cpf(digits_of(text))),
    ),
    _tax("COLOMBIA_INDIVIDUAL_NIT_NUMBER", _nit_of(organization=False)),
    _tax("COLOMBIA_ORGANIZATION_NIT_NUMBER", _nit_of(organization=True), _ORGANIZATION),
    _tax(
        "FRANCE_TAX_IDENTIFICATION_NUMBER",
        near(
            shape(r"[0-3]\d ?\d\d ?\d{3} ?\d{3} ?\d{3}"),
            "numéro d'identification fiscal, tax id, tax identification number, tax number, tin, tin#",
            lambda text: int(digits_of(text)[:10]) % 511 == int(digits_of(text)[10:]) and int(digits_of(text)) > 0,
        ),
    ),
    _tax(
        "GERMANY_TAX_IDENTIFICATION_NUMBER",
        near(
            shape(r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}"),
            "identifikationsnummer, steuer id, steueridentifikationsnummer, steuernummer, tax id, "
            "tax identification number, tax number",
            lambda text: iso_7064_11_10(digits_of(text)),
        ),
    ),
    _tax(
        "INDIA_PERMANENT_ACCOUNT_NUMBER",
        near(shape(r"[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]"), "e-pan, pan card, pan number, permanent account number"),
    ),
    _tax("MEXICO_INDIVIDUAL_RFC_NUMBER", _rfc_of(4)),
    _tax("MEXICO_ORGANIZATION_RFC_NUMBER", _rfc_of(3), _ORGANIZATION),
    _tax("SPAIN_NIE_NUMBER", near(shape(r"[XYZ][ -]?\d{7}[ -]?[A-Z]"), _SPANISH, lambda text: dni(code_of(text)))),
    _tax(
        "SPAIN_NIF_NUMBER",
        near(shape(r"\d{8}[ -]?[A-Z]"), _SPANISH, lambda text: dni(code_of(text))),
    ),
    _tax("SPAIN_TAX_IDENTIFICATION_NUMBER", near(shape(r"[A-HJNP-SUVW][ -]?\d{7}[ -]?[0-9A-J]"), _SPANISH)),
    _tax(
        "UK_TAX_IDENTIFICATION_NUMBER",
        near(
            shape(r"\d{5} ?\d{5}"),
            "paye, tax id, tax id no., tax id number, tax identification, tax identification#, tax no., tax number, "
            "tax reference, tax#, taxid#, temporary reference number, tin, trn, unique tax reference, "
            "unique taxpayer reference, utr",
            lambda text: digits_of(text).strip("0") != "",
        ),
    ),
    _tax(
        "USA_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
        near(
            shape(r"9\d\d[ -]?(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])[ -]?\d{4}"),
            "i.t.i.n., individual taxpayer identification number, itin",
        ),
    ),
)
"""The identifiers of taxpayers."""
