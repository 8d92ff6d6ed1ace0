"""The building blocks of managed data identifiers: identifiers, rules, severities, and bounded patterns.

Source: Macie userguide/managed-data-identifiers-keywords, userguide/findings-severity.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Category = Literal["CREDENTIALS", "FINANCIAL_INFORMATION", "PERSONAL_INFORMATION"]
"""The categories of managed data identifiers. Source: API SensitiveDataItemCategory."""


class Severity(StrEnum):
    """How severe a finding is. Source: API SeverityDescription."""

    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"

    @property
    def score(self) -> int:
        """The severity as the API's number, 1 to 3."""
        return tuple(Severity).index(self) + 1


MANY = 100
"""Minimum number of occurrences for the severity of many."""


@dataclass(frozen=True, slots=True)
class Severities:
    """The severity by the number of occurrences in an object.

    Attributes:
        one: For a single occurrence.
        some: For 2 to 99 occurrences.
        many: For 100 or more.
    """

    one: Severity
    some: Severity
    many: Severity

    def of(self, count: int) -> Severity:
        """Return the severity of *count* occurrences, one or more."""
        if count >= MANY:
            return self.many
        return self.some if count > 1 else self.one


HIGH = Severities(Severity.HIGH, Severity.HIGH, Severity.HIGH)
"""For data that is severe even once: credentials, accounts, national ids."""
RISING = Severities(Severity.LOW, Severity.MEDIUM, Severity.HIGH)
"""For data that is severe in numbers: names, addresses, telephone numbers."""


class Nearness(StrEnum):
    """The role of keywords near a match."""

    NEEDED = "needed"
    """A keyword must be near the match, in the column's name, or in the path to the value."""
    FORBIDDEN = "forbidden"
    """No keyword may be there: another identifier covers such matches."""
    IRRELEVANT = "irrelevant"
    """Keywords do not matter."""


def anything(_text: str) -> bool:
    """Accept every match, for patterns that need no further validation."""
    return True


@dataclass(frozen=True, slots=True)
class Rule:
    """One way in which an identifier recognises data.

    Attributes:
        pattern: The pattern of the data; identifiers that share a pattern are searched together.
        keywords: Words near the data, in lower case, with spaces.
        nearness: The role of the keywords.
        valid: Whether a match is valid, by check digits or reserved examples.
    """

    pattern: re.Pattern[str]
    keywords: tuple[str, ...] = ()
    nearness: Nearness = Nearness.IRRELEVANT
    valid: Callable[[str], bool] = anything


@dataclass(frozen=True, slots=True)
class Identifier:
    """A managed data identifier.

    Attributes:
        id: Its id in the API.
        category: The category of the data.
        severities: The severity of its occurrences.
        rules: The rules of detection; any of them suffices.
        most: Maximum number of occurrences counted in an object; None for no limit.
    """

    id: str
    category: Category
    severities: Severities
    rules: tuple[Rule, ...]
    most: int | None = None


def near(pattern: re.Pattern[str], keywords: str, valid: Callable[[str], bool] = anything) -> Rule:
    """Return a rule whose matches need one of *keywords*, which are separated by commas."""
    return Rule(pattern, words(keywords), Nearness.NEEDED, valid)


def words(text: str) -> tuple[str, ...]:
    """Return the keywords in a comma-separated text."""
    return tuple(word.strip() for word in text.split(","))


def shape(pattern: str) -> re.Pattern[str]:
    r"""Compile a pattern of a number or code that stands alone.

    It must not touch a letter or digit, nor be part of a longer number with dots, dashes or slashes.
    `\d` is ASCII.

    Args:
        pattern: A bounded regular expression; capitals only, because case does not matter.
    """
    return re.compile(rf"(?<![^\W_])(?<!\d[-./,])(?:{pattern})(?![^\W_])(?![-./]\d)", re.ASCII | re.IGNORECASE)


def digits_of(text: str) -> str:
    """Return the digits of *text*."""
    return "".join(each for each in text if each in "0123456789")


def code_of(text: str) -> str:
    """Return *text* in upper case without spaces, dots, dashes and slashes."""
    return re.sub(r"[\s./-]", "", text).upper()
