"""What the words of `pii` mean."""

from __future__ import annotations

import pytest

from policies.personal_data import Identification, identification, is_disguised, is_identifying_name


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("email", Identification.DIRECT),
        ("E-Mail Address", Identification.DIRECT),
        ("inside leg", Identification.DIRECT),  # not understood: whoever wrote it said that it is personal
        ("hashed_email", Identification.PSEUDONYM),
        ("Encrypted Passport", Identification.PSEUDONYM),
        ("customer id", Identification.PSEUDONYM),
        ("ZIP-Code", Identification.QUASI),
        (" gender ", Identification.QUASI),
    ],
)
def test_words_are_understood_however_they_are_written(word: str, meaning: Identification) -> None:
    assert identification(word) is meaning


def test_digests_are_told_from_values() -> None:
    assert is_disguised("Hashed-Email")
    assert not is_disguised("email_hashed_or_not")


@pytest.mark.parametrize("name", ["email", "Email", "hashed_email", "tokenised_phone", "user_id", "ip_address"])
def test_names_that_surely_identify(name: str) -> None:
    assert is_identifying_name(name)


@pytest.mark.parametrize(
    "name", ["name", "address", "product_name", "account_id", "hashed_name", "email_opened", "city"]
)
def test_names_that_may_be_anything(name: str) -> None:
    assert not is_identifying_name(name)
