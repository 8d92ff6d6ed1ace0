"""The vocabulary that all declarations share: the model base and the string types of the AWS API."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sized
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails, PydanticCustomError, core_schema

from declarations.naming import listed


class Problem(NamedTuple):
    """Something that a declaration's shape allows and the service does not.

    Attributes:
        path: Where it is, from the declaration that reports it: field names and list indexes.
        message: What was found and what is allowed, one sentence.
        found: The unknown name, if the problem is about one.
        known: All names that would be valid in its place.
    """

    path: tuple[str | int, ...]
    message: str
    found: str | None = None
    known: tuple[str, ...] = ()


def unknown_name(path: tuple[str | int, ...], message: str, found: str, kind: str, known: Iterable[str]) -> Problem:
    """Return the problem of a name that refers to nothing; its reporter may suggest one of the *known* names.

    Args:
        path: Where the name is; see `Problem.path`.
        message: What is wrong with it, such as `'x' is not a column of the table`.
        found: The name.
        kind: What the known names are, such as `columns`.
        known: The valid names; the message shows the first of them.
    """
    names = tuple(known)
    return Problem(path, f"{message} ({kind}: {listed(names)})", found, names)


MADE_BY_THE_SERVICE = frozenset({"id", "arn", "createTime", "updateTime"})
"""Members of every resource in the API's responses that the service generates."""

MADE_IN_A_MEMBERSHIP = MADE_BY_THE_SERVICE | {
    "membershipId",
    "membershipArn",
    "collaborationId",
    "collaborationArn",
}
"""The same for resources that belong to a membership."""


class UnknownValueError(Exception):
    """A value was read that is not known yet, such as the id of a resource that is not deployed yet.

    Attributes:
        member: The member of the declaration, in snake_case.
    """

    def __init__(self, declaration: str, member: str) -> None:
        self.member = member
        super().__init__(f"{member!r} of this {declaration} is not known yet")


CAMEL_CASE_PATHS = "camel_case_paths"
"""Key of the validation context that makes the paths of problems camelCase, for requests of the API."""


class Declaration(BaseModel):
    """A frozen part of a room, named as the AWS API names it.

    Fields are snake_case in Python and YAML; their aliases are the API's camelCase, so `to_request` is exactly what
    boto3 sends and `from_response` reads exactly what boto3 returns.

    Attributes:
        room_only: Fields that the API's request does not have (names in snake_case); `to_request` leaves them out.
        service_only: Members of the API's response that the service generates (names in camelCase: ids, ARNs, times);
            `from_response` leaves them out.
        response_names: Members that the response names differently, response name to request name, in camelCase.
        identifiers: Members of the request that exist only after deployment (names in snake_case). They are keyword
            arguments of `to_request`, not fields.
        references: Fields that may hold `template:NAME` or `table:NAME` instead of an ARN.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
    )

    room_only: ClassVar[frozenset[str]] = frozenset()
    service_only: ClassVar[frozenset[str]] = frozenset()
    response_names: ClassVar[Mapping[str, str]] = {}
    identifiers: ClassVar[tuple[str, ...]] = ()
    references: ClassVar[frozenset[str]] = frozenset()

    if not TYPE_CHECKING:  # pragma: no branch; a type checker would take every attribute for one that exists

        def __getattr__(self, name: str) -> object:
            """Raise UnknownValueError for a field that `partly_known` left out; called only for absent attributes."""
            if name in type(self).model_fields:
                raise UnknownValueError(type(self).__name__, name)
            return super().__getattr__(name)

    def problems(self) -> Iterator[Problem]:
        """Yield what types and ranges cannot express; subclasses override it. All problems form one ValidationError."""
        yield from ()

    @model_validator(mode="after")
    def _without_problems(self, info: ValidationInfo) -> Self:
        if problems := list(self.problems()):
            # Raised as a ValidationError, so that each problem keeps its own path in the error of the whole document.
            camel_case = bool(info.context and info.context.get(CAMEL_CASE_PATHS))
            errors = [self._line_error(problem, camel_case=camel_case) for problem in problems]
            raise ValidationError.from_exception_data(type(self).__name__, errors)
        return self

    def _line_error(self, problem: Problem, *, camel_case: bool) -> InitErrorDetails:
        found: Any = self
        path: list[str | int] = []
        for step in problem.path:
            if isinstance(found, Declaration):
                path.append((camel_case and type(found).model_fields[str(step)].alias) or step)
                found = getattr(found, str(step))
            else:
                path.append(step)
                found = found[step]
        context = {"message": problem.message, "found": problem.found, "known": problem.known}
        error = PydanticCustomError("inconsistent", "{message}", context)
        return InitErrorDetails(type=error, loc=tuple(path), input=found)

    def held_references(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield every `template:NAME` and `table:NAME` that the declaration holds, each with its path."""
        for name in type(self).model_fields:
            for path, value in _leaves(getattr(self, name)):
                if isinstance(value, Declaration):
                    yield from (((name, *path, *inner), reference) for inner, reference in value.held_references())
                elif name in self.references and _is_reference(value):
                    yield (name, *path), value

    def to_request(self, arns: Mapping[str, str] | None = None, **identifiers: str) -> dict[str, Any]:
        """Return the members of the boto3 request that this declaration states, camelCase, without absent ones.

        Args:
            arns: The ARN of each reference (`template:NAME`, `table:NAME`) that the declaration holds.
            **identifiers: Members that exist only after deployment, by their names in `identifiers`.

        Raises:
            TypeError: A keyword is not one of `identifiers`.
            LookupError: A reference has no ARN in *arns*.
        """
        if unknown := sorted(set(identifiers) - set(self.identifiers)):
            allowed = ", ".join(self.identifiers) or "no identifiers"
            message = f"{type(self).__name__} takes {allowed}; found {unknown[0]}"
            raise TypeError(message)
        request: dict[str, Any] = {to_camel(name): value for name, value in identifiers.items()}
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if name in self.references:
                value = _resolved(value, arns or {})
            if name not in self.room_only and value is not None:
                request[field.alias or name] = _plain(value, arns)
        return request

    @classmethod
    def from_response(cls, response: Mapping[str, Any]) -> Self:
        """Read the part of a boto3 response that declares this resource.

        Args:
            response: The resource object of a Create*, Get* or Update* response, camelCase as boto3 returns it.

        Raises:
            pydantic.ValidationError: A member is unknown here, or a value is outside what the service model allows.
        """
        names = cls.response_names
        return cls.model_validate(
            {names.get(key, key): value for key, value in response.items() if key not in cls.service_only}
        )


class Choice(Declaration):
    """A union of the API: exactly one of its members is present."""

    def problems(self) -> Iterator[Problem]:
        """Require exactly one member."""
        present = [name for name in type(self).model_fields if getattr(self, name) is not None]
        if len(present) != 1:
            allowed = ", ".join(type(self).model_fields[name].alias or name for name in type(self).model_fields)
            yield Problem((), f"exactly one of {allowed} must be present; found {', '.join(present) or 'none'}")

    @property
    def kind(self) -> str:
        """The name of the member that is present."""
        return next(name for name in type(self).model_fields if getattr(self, name) is not None)

    @property
    def chosen(self) -> Any:  # noqa: ANN401 - each union has members of other types
        """The member that is present."""
        return getattr(self, self.kind)


def _plain(value: Any, arns: Mapping[str, str] | None) -> Any:  # noqa: ANN401 - any JSON-like value goes in and out
    if isinstance(value, Declaration):
        return value.to_request(arns)
    if isinstance(value, Mapping):
        return {key: _plain(item, arns) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item, arns) for item in value]
    return value.value if isinstance(value, StrEnum) else value


def _leaves(value: Any) -> Iterator[tuple[tuple[int, ...], Any]]:  # noqa: ANN401 - any field's value
    if isinstance(value, tuple):
        for index, item in enumerate(value):
            yield (index,), item
    else:
        yield (), value


def _is_reference(value: object) -> bool:
    return isinstance(value, str) and value.startswith(("template:", "table:"))


def _resolved(value: Any, arns: Mapping[str, str]) -> Any:  # noqa: ANN401 - a string, a tuple of strings, or nothing
    if isinstance(value, tuple):
        return tuple(_resolved(item, arns) for item in value)
    if not _is_reference(value):
        return value
    if value not in arns:
        message = f"{value!r} has no ARN yet; known: {', '.join(arns) or 'none'}"
        raise LookupError(message)
    return arns[value]


@dataclass(frozen=True, slots=True)
class matching:  # noqa: N801 - reads as an adverb inside Annotated, as pydantic's and annotated_types' own do
    r"""Require a whole string to match a pattern that Pydantic's engine lacks (lookahead).

    Attributes:
        pattern: A Python regular expression, without anchors, that runs in linear time; `\d`, `\w`, `\s` are ASCII.
        words: What the error message says after a string that does not match; "" shows the pattern.
    """

    pattern: str
    words: str = ""

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the pattern after the string's own schema."""
        compiled = re.compile(self.pattern, re.ASCII)
        told = {"pattern": self.pattern, "words": self.words}

        def check(value: str) -> str:
            if compiled.fullmatch(value) is None:
                raise PydanticCustomError("string_pattern_mismatch", "String should match pattern '{pattern}'", told)
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Show the pattern in the JSON Schema, anchored as JSON Schema needs it."""
        return {**handler(schema), "pattern": f"^{self.pattern}$"}


@dataclass(frozen=True, slots=True)
class sized:  # noqa: N801 - as matching
    """Require a number of items; reported only when every single item is valid.

    Attributes:
        minimum: Fewest items.
        maximum: Most items, inclusive; None for no limit.
    """

    minimum: int
    maximum: int | None = None

    def __get_pydantic_core_schema__(self, source: type[Any], handler: GetCoreSchemaHandler) -> CoreSchema:
        """Check the number after the items' own schema."""

        def check(value: Sized) -> Sized:
            if len(value) < self.minimum:
                needed = f"at least {self.minimum} {'item is' if self.minimum == 1 else 'items are'} needed"
                raise PydanticCustomError("too_short", "{message}", {"message": f"{needed}; found {len(value)}"})
            if self.maximum is not None and len(value) > self.maximum:
                allowed = f"at most {self.maximum} {'item is' if self.maximum == 1 else 'items are'} allowed"
                raise PydanticCustomError("too_long", "{message}", {"message": f"{allowed}; found {len(value)}"})
            return value

        return core_schema.no_info_after_validator_function(check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """Show the numbers in the JSON Schema."""
        shown = handler(schema)
        kind = "Properties" if shown.get("type") == "object" else "Items"
        limits = {f"min{kind}": self.minimum or None, f"max{kind}": self.maximum}
        return shown | {name: limit for name, limit in limits.items() if limit is not None}


CHARACTER = r"[^\u0000-\u0008\u000A-\u001F\uD800-\uDFFF\uFFFE\uFFFF]"
"""What the API's names may hold: no control character but the tab, no lone surrogate."""
CHARACTER_OR_BREAK = r"[^\u0000-\u0008\u000B\u000C\u000E-\u001F\uD800-\uDFFF\uFFFE\uFFFF]"
"""What the API's descriptions may hold: the same, and line breaks."""
_NAME = r"[a-z0-9_](([a-z0-9_ ]+-)*([a-z0-9_ ]+))?"
_ALIAS = r"[a-zA-Z0-9_](([a-zA-Z0-9_ ]+-)*([a-zA-Z0-9_ ]+))?"
_LABEL = r"[a-z0-9]([a-z0-9\-]*[a-z0-9])?"


def _of_digits(value: object) -> object:
    """Reject text without digits before its length is checked: a name, not a short account id."""
    if isinstance(value, str) and not any(character.isdigit() for character in value):
        raise PydanticCustomError("string_pattern_mismatch", "an account id has 12 digits", {"pattern": r"^[0-9]+$"})
    return value


AccountId = Annotated[str, Field(min_length=12, max_length=12, pattern=r"^[0-9]+$"), BeforeValidator(_of_digits)]
"""A 12-digit AWS account id. Quote it in YAML, where `012345678901` would be a number."""

ColumnName = Annotated[str, Field(max_length=128, pattern=rf"^{_NAME}$")]
"""A column of a table: lower case, digits, `_`, inner spaces and hyphens. Source: API ColumnName."""

AnalysisRuleColumnName = Annotated[str, Field(min_length=1, max_length=127, pattern=rf"^{_NAME}$")]
"""A column named by an analysis rule. Source: API AnalysisRuleColumnName."""

TableAlias = Annotated[str, Field(max_length=128, pattern=rf"^{_ALIAS}$")]
"""The name of an association, which is the table's name in SQL. Source: API TableAlias, ResourceAlias."""

ColumnType = Annotated[str, Field(max_length=255), matching(rf"{CHARACTER}*")]
"""A column's type, as Glue, Spark or Snowflake writes it. Source: API ColumnTypeString."""

DisplayName = Annotated[str, Field(min_length=1, max_length=100), matching(rf"(?!\s*$){CHARACTER}*")]
"""A name shown to people; not blank. Source: API DisplayName, GenericResourceName."""

Description = Annotated[str, Field(max_length=255), matching(rf"{CHARACTER_OR_BREAK}*")]
"""What people should know about a resource. Source: API ResourceDescription, TableDescription."""

RoleArn = Annotated[
    str, Field(min_length=32, max_length=512, pattern=r"^arn:aws:iam::[a-zA-Z0-9_]+:role/[a-zA-Z0-9_+=./@-]+$")
]
"""The ARN of an IAM role. Source: API RoleArn."""

KmsKeyArn = Annotated[
    str,
    Field(
        min_length=20,
        max_length=2048,
        pattern=r"^arn:aws:kms:[a-zA-Z0-9_]{2}-[a-zA-Z0-9_]{4,9}-[0-9]:[0-9]{12}:key/[a-zA-Z0-9-]+$",
    ),
]
"""The ARN of a customer-managed KMS key. Source: API KMSKeyArn."""

BucketName = Annotated[
    str, Field(min_length=3, max_length=63), matching(rf"(?!([0-9]+\.)+[0-9]+$){_LABEL}(\.{_LABEL})*")
]
"""The name of an S3 bucket. Source: API ProtectedQueryS3OutputConfigurationBucketString, S3LocationBucketString."""

IDENTIFIER_PATTERN = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
"""What an identifier made by a service looks like. Source: API UUID, MembershipIdentifier and their kin."""

TEMPLATE_REFERENCE = rf"template:{_ALIAS}"
"""`template:NAME`: an analysis template that the same room declares, whose ARN exists only after deployment."""

TABLE_REFERENCE = rf"table:{_ALIAS}"
"""`table:NAME`: an association or intermediate table of the same membership, whose ARN exists only after deployment."""

LogStatus = Literal["ENABLED", "DISABLED"]
"""Whether logs are written. Source: API CollaborationQueryLogStatus and its kin."""

Flag = Annotated[bool, Field(strict=True)]
"""A real boolean: text such as "yes" is not converted."""

Tags = Annotated[
    dict[Annotated[str, Field(min_length=1, max_length=128)], Annotated[str, Field(max_length=256)]],
    sized(0, 200),
]
"""Up to 200 tags. Source: API TagMap."""
