"""Custom data identifiers: never changed, and kept after deletion, because findings refer to them.

Source: API CreateCustomDataIdentifier and its kin; userguide/cdis-options.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from simulator.api.calls import Answer, Call, new_id
from simulator.api.errors import invalid
from simulator.api.macie2.detection.custom import DEFAULT_DISTANCE, CustomIdentifier, find_custom
from simulator.api.macie2.detection.identifier import Severity
from simulator.api.macie2.detection.linear_regex import InvalidRegexError, SlowRegexError, check_regex
from simulator.api.macie2.detection.passage import Passage, Place
from simulator.api.macie2.detection.scanning import ScannedPassage
from simulator.api.macie2.owned import arn, check_length, check_quota, check_tags, fingerprint, own, repeated
from simulator.api.macie2.session import check_enabled
from simulator.api.store import Record
from simulator.api.tagging import show_with_tags

KIND = "macie_custom_data_identifier"
"""The kind under which custom data identifiers are kept."""

_MEMBERS = ("name", "description", "regex", "keywords", "ignoreWords", "maximumMatchDistance", "severityLevels")
_KEYWORD = range(3, 91)
_IGNORED = range(4, 91)
_DISTANCE = range(1, 301)
_LEVELS = ("LOW", "MEDIUM", "HIGH")


def create_custom_data_identifier(call: Call) -> Answer:
    """Create a custom data identifier; its regular expression must compile."""
    check_enabled(call)
    if (before := repeated(call, KIND)) is not None:
        return {"customDataIdentifierId": before.id}
    check_length("name", "macie_identifier_name", call.asked["name"])
    check_length("description", "macie_identifier_description", call.asked.get("description"))
    check_tags(call.asked.get("tags", {}))
    if not call.asked["name"]:
        raise invalid("name: a custom data identifier needs a name; found ''")
    _check_criteria(call.asked)
    _check_levels(call.asked.get("severityLevels", []))
    check_quota("macie_custom_identifiers", len(call.store.of(KIND, account=call.account)) + 1)
    made = new_id()
    body = {
        "id": made,
        "arn": arn(call, "custom-data-identifier", made),
        "createdAt": call.now,
        "deleted": False,
        "maximumMatchDistance": DEFAULT_DISTANCE,
        **call.chosen(*_MEMBERS),
    }
    hidden = {"token": call.asked.get("clientToken"), "request": fingerprint(call.asked)}
    call.store.put(Record(KIND, made, call.account, body, tags=call.asked.get("tags", {}), hidden=hidden))
    return {"customDataIdentifierId": made}


def get_custom_data_identifier(call: Call) -> Answer:
    """Show a custom data identifier, even a deleted one."""
    check_enabled(call)
    return show_with_tags(own(call, KIND, call.asked["id"]))


def list_custom_data_identifiers(call: Call) -> Answer:
    """List the custom data identifiers that are not deleted."""
    check_enabled(call)
    return {"items": [each.body for each in call.store.of(KIND, account=call.account) if not each.body["deleted"]]}


def batch_get_custom_data_identifiers(call: Call) -> Answer:
    """Show several custom data identifiers, and list the unknown ids."""
    check_enabled(call)
    held = {each.id: each.body for each in call.store.of(KIND, account=call.account)}
    ids = call.asked.get("ids", [])
    return {
        "customDataIdentifiers": [held[each] for each in ids if each in held],
        "notFoundIdentifierIds": [each for each in ids if each not in held],
    }


def delete_custom_data_identifier(call: Call) -> Answer:
    """Mark a custom data identifier as deleted; no new job can use it."""
    check_enabled(call)
    call.store.put(own(call, KIND, call.asked["id"]).showing(deleted=True))
    return {}


def test_custom_data_identifier(call: Call) -> Answer:
    """Count the matches of criteria in a sample text."""
    check_enabled(call)
    _check_criteria(call.asked)
    check_length("sampleText", "macie_sample_text", call.asked["sampleText"])
    passage = Passage((call.asked["sampleText"],), "", _nowhere)
    try:
        return {"matchCount": len(find_custom(ScannedPassage(passage), custom_identifier(call.asked)))}
    except SlowRegexError as error:
        raise invalid(f"regex: {call.asked['regex']!r}: {error}") from None


def custom_identifier(stated: Mapping[str, Any]) -> CustomIdentifier:
    """Return a custom data identifier in the form that `detection` uses."""
    levels = [(each["occurrencesThreshold"], each["severity"]) for each in stated.get("severityLevels", ())]
    return CustomIdentifier(
        id=stated.get("id", ""),
        arn=stated.get("arn", ""),
        name=stated.get("name", ""),
        regex=stated["regex"],
        keywords=tuple(stated.get("keywords", ())),
        distance=stated.get("maximumMatchDistance", DEFAULT_DISTANCE),
        ignored=tuple(stated.get("ignoreWords", ())),
        thresholds=tuple((least, Severity(severity.capitalize())) for least, severity in sorted(levels)),
    )


def _check_criteria(stated: Mapping[str, Any]) -> None:
    check_length("regex", "macie_regex", stated["regex"])
    if not stated["regex"]:
        raise invalid("regex: a custom data identifier needs an expression; found ''")
    check_length("keywords", "macie_keywords", stated.get("keywords"))
    check_length("ignoreWords", "macie_ignore_words", stated.get("ignoreWords"))
    try:
        check_regex(stated["regex"])
    except InvalidRegexError as error:
        raise invalid(f"regex: {stated['regex']!r} does not compile: {error}") from None
    for member, allowed in (("keywords", _KEYWORD), ("ignoreWords", _IGNORED)):
        for word in stated.get(member, ()):
            if len(word) not in allowed:
                raise invalid(f"{member}: a word has {allowed[0]} to {allowed[-1]} characters; found {word!r}")
    distance = stated.get("maximumMatchDistance", DEFAULT_DISTANCE)
    if distance not in _DISTANCE:
        raise invalid(f"maximumMatchDistance is {_DISTANCE[0]} to {_DISTANCE[-1]}; found {distance}")


def _check_levels(levels: list[Mapping[str, Any]]) -> None:
    named = sorted(levels, key=lambda each: _LEVELS.index(each["severity"]))
    thresholds = [each["occurrencesThreshold"] for each in named]
    if len({each["severity"] for each in levels}) < len(levels):
        raise invalid("severityLevels: each severity may be named once")
    if any(each < 1 for each in thresholds) or sorted(set(thresholds)) != thresholds:
        raise invalid(f"severityLevels: thresholds are at least 1 and ascend from LOW to HIGH; found {thresholds}")


def _nowhere(_unit: int, _start: int, _end: int) -> Place:
    return Place("lineRanges", "", {})
