"""Read and write a privacy policy as the JSON text of `OPTIONS(privacy_policy = '...')`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NoReturn

from pydantic import ValidationError

from declarations.bigquery.privacy_policy import PrivacyPolicy
from declarations.naming import listed
from declarations.refusals.refusal import describe_refusal, find_refusals

_TRAILING_COMMA = re.compile(r",\s*[}\]]")


class PolicyTextError(ValueError):
    """A text that is not a valid privacy policy.

    Attributes:
        problems: What is wrong, one line each.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


def policy_to_text(policy: PrivacyPolicy) -> str:
    """Return *policy* as JSON, without what is absent."""
    return json.dumps(policy.model_dump(mode="json", exclude_none=True))


def policy_from_text(text: str) -> PrivacyPolicy:
    """Read the value of the option.

    Raises:
        PolicyTextError: The text is not JSON (single quotes and trailing commas are not), or not a valid policy.
    """
    try:
        value = json.loads(text, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except RecursionError:
        raise PolicyTextError(["the policy is not JSON: it nests too deeply"]) from None
    except ValueError as error:
        raise PolicyTextError([f"the policy is not JSON: {_why(text, error)}"]) from None
    if not isinstance(value, dict):
        raise PolicyTextError(["the policy is not a JSON object"])
    try:
        return PrivacyPolicy.model_validate_json(json.dumps(value), strict=True)
    except ValidationError as error:
        raise PolicyTextError(list(_told(error, value))) from None


def _told(error: ValidationError, value: dict[str, Any]) -> Iterator[str]:
    for refusal in find_refusals(error, PrivacyPolicy, value):
        message, allowed, suggestion = describe_refusal(refusal, PrivacyPolicy)
        path = ".".join(str(step) for step in refusal.path)
        choice = f" (allowed: {listed(allowed)})" if allowed else ""
        meant = f"; did you mean {suggestion!r}?" if suggestion else ""
        yield f"{path}: {message}{choice}{meant}" if path else f"{message}{choice}{meant}"


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    if repeated := next((name for name in names if names.count(name) > 1), None):
        raise ValueError(f"the key {repeated!r} appears twice")
    return dict(pairs)


def _refuse_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not a JSON number")


def _why(text: str, error: ValueError) -> str:
    if not isinstance(error, json.JSONDecodeError):
        return str(error)
    if text[error.pos : error.pos + 1] == "'":
        return "names and values are in single quotes; write double quotes"
    if _TRAILING_COMMA.match(text, max(0, text.rfind(",", 0, error.pos + 1))):
        return "there is a comma before a closing bracket; leave it out"
    return f"{error.msg} at character {error.pos + 1}"
