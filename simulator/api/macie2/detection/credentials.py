"""Credentials: keys, tokens and headers.

Source: Macie userguide/mdis-reference-credentials.
"""

from __future__ import annotations

import re

from simulator.api.macie2.detection.identifier import HIGH, Identifier, Rule, near

_EXAMPLES = {
    "je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY",
    "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "sk_test_4eC39HqLyjWDarjtT1zdp7dc",
    "pk_test_TYooMQauvdEDq54NiTphI7jx",
}
"""Published examples, which are not reported."""

_BODY = r"(?:\\n|\s){1,4}[A-Za-z0-9+/=]{16,80}"
"""The text of a key after its first line; JSON and CSV may write the line break as two characters."""


def _secret_key(text: str) -> bool:
    kinds = (str.isupper, str.islower, str.isdigit)
    return text not in _EXAMPLES and all(any(kind(each) for each in text) for kind in kinds)


def _no_example(text: str) -> bool:
    return text not in _EXAMPLES


def _credentials(name: str, *rules: Rule) -> Identifier:
    return Identifier(name, "CREDENTIALS", HIGH, rules)


CREDENTIALS = (
    _credentials(
        "AWS_CREDENTIALS",
        near(
            re.compile(r"(?<![A-Za-z0-9/+=])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=])"),
            "aws_secret_access_key, credentials, secret access key, secret key, set-awscredential",
            _secret_key,
        ),
    ),
    _credentials(
        "GCP_API_KEY",
        near(
            re.compile(r"(?<![A-Za-z0-9_-])AIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
            "g_places_key, gcp api key, gcp key, google cloud key, google-api-key, google-cloud-apikeys, googlekey, "
            "x-goog-api-key",
        ),
    ),
    _credentials(
        "HTTP_BASIC_AUTH_HEADER",
        Rule(re.compile(r"\b(?:Proxy-)?Authorization: {0,2}Basic [A-Za-z0-9+/]{4,400}={0,2}", re.IGNORECASE)),
    ),
    _credentials(
        "JSON_WEB_TOKEN",
        Rule(
            re.compile(
                r"(?<![A-Za-z0-9_.-])eyJ[A-Za-z0-9_-]{8,400}\.eyJ[A-Za-z0-9_-]{4,2000}\.[A-Za-z0-9_-]{0,1000}",
                re.ASCII,
            )
        ),
    ),
    _credentials("OPENSSH_PRIVATE_KEY", Rule(re.compile("-----BEGIN OPENSSH PRIVATE KEY-----" + _BODY))),
    _credentials(
        "PGP_PRIVATE_KEY", Rule(re.compile(r"-----BEGIN PGP PRIVATE KEY BLOCK-----(?:\\n|\s)[\x20-\x7e]{0,80}"))
    ),
    _credentials(
        "PKCS", Rule(re.compile(r"-----BEGIN (?:RSA |EC |DSA |ENCRYPTED )?PRIVATE KEY-----" + _BODY, re.ASCII))
    ),
    _credentials(
        "PUTTY_PRIVATE_KEY",
        Rule(re.compile(r"PuTTY-User-Key-File-[23]: ?[a-z0-9-]{3,40}(?:\\n|\s){1,4}Encryption: ?[a-z0-9-]{3,20}")),
    ),
    _credentials(
        "STRIPE_CREDENTIALS",
        Rule(re.compile(r"(?<![A-Za-z0-9_])(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{16,99}"), valid=_no_example),
    ),
)
"""The identifiers of the category CREDENTIALS."""
