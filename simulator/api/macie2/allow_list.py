"""Allow lists: text that is not reported, given as words in an S3 object or as a regular expression.

Source: API CreateAllowList and its kin; userguide/allow-lists-options.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from declarations.quotas import QUOTAS
from simulator.api.calls import Answer, Call
from simulator.api.errors import conflict, invalid
from simulator.api.macie2.detection.linear_regex import InvalidRegexError, check_regex, full_matches
from simulator.api.macie2.inventory import content_of, find_bucket
from simulator.api.macie2.job_states import ENDED, JOB
from simulator.api.macie2.owned import arn, check_quota, check_tags, fingerprint, own, repeated, short_id
from simulator.api.macie2.session import check_enabled
from simulator.api.store import Record, Store
from simulator.api.tagging import show_with_tags

KIND = "macie_allow_list"
"""The kind under which allow lists are kept."""

_WORDS = "s3WordsList"


def create_allow_list(call: Call) -> Answer:
    """Create an allow list; the S3 object of a list of words must exist."""
    check_enabled(call)
    if (before := repeated(call, KIND)) is not None:
        return before.body
    criteria = call.asked["criteria"]
    _check_criteria(call, criteria)
    check_tags(call.asked.get("tags", {}))
    own_lists = call.store.of(KIND, account=call.account)
    alike = [each for each in own_lists if (_WORDS in each.body["criteria"]) == (_WORDS in criteria)]
    check_quota("macie_allow_lists", len(own_lists) + 1)
    check_quota("macie_allow_lists_of_a_kind", len(alike) + 1)
    made = short_id()
    body = {
        "id": made,
        "arn": arn(call, "allow-list", made),
        "createdAt": call.now,
        "updatedAt": call.now,
        **call.chosen("name", "description", "criteria"),
    }
    hidden = {"token": call.asked["clientToken"], "request": fingerprint(call.asked)}
    return call.store.put(Record(KIND, made, call.account, body, tags=call.asked.get("tags", {}), hidden=hidden)).body


def get_allow_list(call: Call) -> Answer:
    """Show an allow list, and whether it can be used at the moment."""
    check_enabled(call)
    found = own(call, KIND, call.asked["id"])
    return {**show_with_tags(found), "status": {"code": _status(found)}}


def list_allow_lists(call: Call) -> Answer:
    """List the allow lists."""
    check_enabled(call)
    return {"allowLists": [each.body for each in call.store.of(KIND, account=call.account)]}


def update_allow_list(call: Call) -> Answer:
    """Change an allow list; words stay words, and an expression an expression."""
    check_enabled(call)
    found = own(call, KIND, call.asked["id"])
    if set(found.body["criteria"]) != set(call.asked["criteria"]):
        raise invalid("criteria: a list of words cannot become an expression, nor the other way round")
    _check_criteria(call, call.asked["criteria"])
    changes = {"description": None} | call.chosen("name", "description", "criteria")
    return call.store.put(found.showing(**changes, updatedAt=call.now)).body


def delete_allow_list(call: Call) -> Answer:
    """Delete an allow list; if unfinished jobs use it, only with ignoreJobChecks."""
    check_enabled(call)
    found = own(call, KIND, call.asked["id"])
    if call.asked.get("ignoreJobChecks", "false").lower() != "true":
        for job in call.store.of(JOB, account=call.account):
            if job.body["jobStatus"] not in ENDED and found.id in job.body.get("allowListIds", ()):
                # The operation's model has no ConflictException; the endpoint returns the most similar error.
                raise conflict(f"job {job.id} uses allow list {found.id}", "INVALID_STATE")
    call.store.remove(found)
    return {}


def ignored_by(store: Store, ids: Iterable[str]) -> Callable[[list[str]], list[bool]] | None:
    """Return a function that tells for each text whether an allow list contains it; None without allow lists.

    Lists that cannot be read are skipped.
    """
    held = [found for each in ids if (found := store.get(KIND, each)) is not None and _status(found) == "OK"]
    if not held:
        return None
    words = {word.casefold() for each in held if _WORDS in each.body["criteria"] for word in _words(each)}
    expressions = [each.body["criteria"]["regex"] for each in held if "regex" in each.body["criteria"]]

    def ignored(texts: list[str]) -> list[bool]:
        found = [text.casefold() in words for text in texts]
        for expression in expressions:
            found = [before or now for before, now in zip(found, full_matches(expression, texts), strict=True)]
        return found

    return ignored


def _check_criteria(call: Call, criteria: Mapping[str, Any]) -> None:
    if len(criteria) != 1:
        raise invalid(f"criteria: exactly one of regex, {_WORDS} must be present; found {len(criteria)}")
    if "regex" in criteria:
        try:
            check_regex(criteria["regex"])
        except InvalidRegexError as error:
            raise invalid(f"criteria.regex: {criteria['regex']!r} does not compile: {error}") from None
        return
    status = _place_status(criteria[_WORDS], call.account)
    if status != "OK":
        place = f"s3://{criteria[_WORDS]['bucketName']}/{criteria[_WORDS]['objectKey']}"
        raise invalid(f"criteria.{_WORDS}: {place} cannot be used: {status}")


def _status(held: Record) -> str:
    criteria = held.body["criteria"]
    return "OK" if "regex" in criteria else _place_status(criteria[_WORDS], held.account)


def _place_status(place: Mapping[str, str], account: str) -> str:
    """Return the AllowListStatusCode of a list of words."""
    bucket = find_bucket(place["bucketName"])
    if bucket is None:
        return "S3_OBJECT_NOT_FOUND"
    if bucket.account != account or not bucket.readable:
        return "S3_OBJECT_ACCESS_DENIED"
    content = content_of(bucket, place["objectKey"])
    if content is None:
        return "S3_OBJECT_NOT_FOUND"
    if not content.strip():
        return "S3_OBJECT_EMPTY"
    too_long = len(content) > QUOTAS["macie_list_bytes"].limit
    return "S3_OBJECT_OVERSIZE" if too_long or len(_lines(content)) > QUOTAS["macie_list_entries"].limit else "OK"


def _words(held: Record) -> list[str]:
    place = held.body["criteria"][_WORDS]
    bucket = find_bucket(place["bucketName"])
    content = content_of(bucket, place["objectKey"]) if bucket is not None else None
    return _lines(content or b"")


def _lines(content: bytes) -> list[str]:
    return [line.strip() for line in content.decode("utf-8", "replace").splitlines() if line.strip()]
