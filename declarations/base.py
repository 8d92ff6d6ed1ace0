"""The vocabulary that all declarations share: the model base and the string types of the AWS API."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel


class Declaration(BaseModel):
    """A frozen part of a room, named as the AWS API names it.

    Fields are snake_case in Python and YAML; their aliases are the API's camelCase, so `to_request` is exactly what
    boto3 sends and `from_response` reads exactly what boto3 returns.

    Attributes:
        room_only: Fields that the API's request does not have (names in snake_case); `to_request` leaves them out.
        service_only: Members of the API's response that the service makes up (names in camelCase: ids, ARNs, times);
            `from_response` leaves them out.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )

    room_only: ClassVar[frozenset[str]] = frozenset()
    service_only: ClassVar[frozenset[str]] = frozenset()

    def to_request(self) -> dict[str, Any]:
        """Return the members of the boto3 request that this declaration states, camelCase, without absent ones."""
        request: dict[str, Any] = {}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name not in self.room_only and value is not None:
                request[field.alias or name] = _plain(value)
        return request

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> Self:
        """Read the part of a boto3 response that declares this resource.

        Args:
            response: The resource object of a Create*, Get* or Update* response, camelCase as boto3 returns it.

        Raises:
            pydantic.ValidationError: A member is unknown here, or a value is outside what the service model allows.
        """
        return cls.model_validate({key: value for key, value in response.items() if key not in cls.service_only})


def _plain(value: Any) -> Any:  # noqa: ANN401 - any JSON-like value goes in and out
    if isinstance(value, Declaration):
        return value.to_request()
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    return value


def matching(pattern: str) -> AfterValidator:
    r"""Require a whole string to match *pattern*, for patterns (lookahead, `\p{..}`) that Pydantic's engine lacks.

    Args:
        pattern: A Python regular expression that runs in linear time on any input.
    """
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if compiled.fullmatch(value) is None:
            message = f"{value!r} does not match the pattern {pattern}"
            raise ValueError(message)
        return value

    return AfterValidator(check)


_NAME = r"^[a-z0-9_](([a-z0-9_ ]+-)*([a-z0-9_ ]+))?$"
_TEXT = r"[\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF\t]*"

AccountId = Annotated[str, Field(min_length=12, max_length=12, pattern=r"^[0-9]+$")]
"""A 12-digit AWS account id. Quote it in YAML, where `012345678901` would be a number."""

ColumnName = Annotated[str, Field(max_length=128, pattern=_NAME)]
"""A column of a table: lower case, digits, `_`, inner spaces and hyphens. Source: API ColumnName."""

AnalysisRuleColumnName = Annotated[str, Field(min_length=1, max_length=127, pattern=_NAME)]
"""A column named by an analysis rule. Source: API AnalysisRuleColumnName."""

TableAlias = Annotated[str, Field(max_length=128, pattern=r"^[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?$")]
"""The name of an association, which is the table's name in SQL. Source: API TableAlias."""

DisplayName = Annotated[str, Field(min_length=1, max_length=100), matching(r"(?!\s*$)" + _TEXT)]
"""A name shown to people; not blank. Source: API DisplayName."""

RoleArn = Annotated[str, Field(min_length=32, max_length=512, pattern=r"^arn:aws:iam::[\w]+:role/[\w+=./@-]+$")]
"""The ARN of an IAM role. Source: API RoleArn."""

Tags = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=128)], Annotated[str, Field(max_length=256)]],
    Field(max_length=200),
]
"""Up to 200 tags. Source: API TagMap."""
