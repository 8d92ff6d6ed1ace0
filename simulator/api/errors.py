"""The errors of the services, with the members of their models.

Source: the error shapes of the botocore `cleanrooms` service model; its siblings use the same names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple


class FieldProblem(NamedTuple):
    """The problem with one member of a request.

    Attributes:
        name: Path of the member: member names and list indexes, separated by dots.
        message: What was found and what is allowed.
    """

    name: str
    message: str


class ApiError(Exception):
    """An error response.

    Args:
        code: The name of the error's shape.
        message: What is wrong, in words.
        **members: The other members of the shape.
    """

    def __init__(self, code: str, message: str, **members: Any) -> None:  # noqa: ANN401 - members of any shape
        self.code = code
        self.message = message
        self.members = {name: value for name, value in members.items() if value is not None}
        super().__init__(f"{code}: {message}")


def invalid(message: str, reason: str = "INVALID_CONFIGURATION", fields: Iterable[FieldProblem] = ()) -> ApiError:
    """Return the error for a request that violates the service's rules.

    Args:
        message: What is wrong.
        reason: A ValidationExceptionReason.
        fields: The members concerned.
    """
    listed = [{"name": each.name, "message": each.message} for each in fields]
    return ApiError("ValidationException", message, reason=reason, fieldList=listed or None)


def invalid_fields(problems: list[FieldProblem]) -> ApiError:
    """Return the error for members that do not match their shapes."""
    count = f"{len(problems)} validation error{'s' if len(problems) > 1 else ''} detected"
    message = "; ".join(f"Value at '{each.name}' failed to satisfy constraint: {each.message}" for each in problems[:5])
    return invalid(f"{count}: {message}", "FIELD_VALIDATION_FAILED", problems)


def invalid_field(name: str, message: str) -> ApiError:
    """Return the error for one member that does not match its shape."""
    return invalid_fields([FieldProblem(name, message)])


def denied(message: str) -> ApiError:
    """Return the error for a caller without permission."""
    return ApiError("AccessDeniedException", message, reason="INSUFFICIENT_PERMISSIONS")


def not_found(message: str, resource_id: str, resource_type: str) -> ApiError:
    """Return the error for a resource that does not exist, or that the caller may not see.

    Args:
        message: What was looked for.
        resource_id: Its id as requested.
        resource_type: A ResourceType; the model has only four, so a child's type is that of its nearest parent.
    """
    return ApiError("ResourceNotFoundException", message, resourceId=resource_id, resourceType=resource_type)


def conflict(message: str, reason: str, resource_id: str | None = None, resource_type: str | None = None) -> ApiError:
    """Return the error for a change that the current state does not allow.

    Args:
        message: What prevents it.
        reason: ALREADY_EXISTS, SUBRESOURCES_EXIST or INVALID_STATE.
        resource_id: The resource that prevents it.
        resource_type: Its ResourceType, if the model has it.
    """
    return ApiError("ConflictException", message, reason=reason, resourceId=resource_id, resourceType=resource_type)


def over_quota(message: str, name: str, value: float) -> ApiError:
    """Return the error for exceeding a quota."""
    return ApiError("ServiceQuotaExceededException", message, quotaName=name, quotaValue=value)
