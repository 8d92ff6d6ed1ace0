"""Errors of boto3 as one sentence each: which resource, what was refused, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from grpc import StatusCode

from components.provider.errors import ExistsError, MissingError, ProviderError, Subject
from components.resources.service_model import service_model

EXPIRED: Final = frozenset({"ExpiredToken", "ExpiredTokenException", "RequestExpired", "TokenRefreshRequired"})
"""Error codes of credentials that were good once."""

UNKNOWN_CREDENTIALS: Final = frozenset(
    {
        "InvalidClientTokenId",
        "UnrecognizedClientException",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "AuthFailure",
    }
)
"""Error codes of credentials that AWS does not know."""

DENIED: Final = frozenset({"AccessDeniedException", "AccessDenied", "UnauthorizedOperation", "ForbiddenException"})
THROTTLED: Final = frozenset(
    {"ThrottlingException", "Throttling", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"}
)
MISSING: Final = frozenset({"ResourceNotFoundException", "NoSuchEntity", "NotFoundException"})


class Failure(NamedTuple):
    """An error answer of a service.

    Attributes:
        code: The name of its shape.
        message: The service's words.
        reason: The `reason` that some shapes have; "" otherwise.
        members: All members of the answer.
    """

    code: str
    message: str
    reason: str
    members: Mapping[str, Any]

    @property
    def of_the_service(self) -> bool:
        """Whether the service itself has failed, so that nobody knows what it has done."""
        status = self.members.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return self.code not in THROTTLED and (status >= HTTPStatus.INTERNAL_SERVER_ERROR or "Internal" in self.code)


def is_creation(operation: str) -> bool:
    """Tell whether calling an operation twice may make two resources."""
    return operation.startswith("Create")


def failure_of(error: Exception) -> Failure | None:
    """Return the error answer that *error* carries; None when no service has answered."""
    response = getattr(error, "response", None)
    if not isinstance(response, Mapping):
        return None
    said = response.get("Error", {})
    message = str(said.get("Message") or response.get("message") or "").strip()
    return Failure(str(said.get("Code", "Unknown")), message, str(response.get("reason", "")), response)


def explained(error: Exception, subject: Subject, operation: str, service: str = "cleanrooms") -> ProviderError:
    """Return *error* as the provider's own.

    Args:
        error: What boto3 raised.
        subject: The resource that was worked on.
        operation: The API operation that was called, unless the error names another one.
        service: botocore's name of the service.
    """
    operation = getattr(error, "operation_name", operation)
    failure = failure_of(error)
    if failure is None:
        return _explained_locally(error, subject, operation)
    said = f": {failure.message}" if failure.message else ""
    if failure.code in EXPIRED | UNKNOWN_CREDENTIALS | DENIED:
        return _not_permitted(failure.code, subject, f"{service_model(service).signing_name}:{operation}", said)
    if failure.code in THROTTLED or failure.code == "ServiceQuotaExceededException":
        return _too_much(failure, subject, operation, said)
    if failure.code in MISSING:
        return MissingError(f"{subject}: {operation} found no such resource{said}")
    if failure.code == "ConflictException":
        return _conflict(failure, subject, operation, said)
    return _failed(failure, subject, operation, said)


def _not_permitted(code: str, subject: Subject, action: str, said: str) -> ProviderError:
    if code in EXPIRED:
        why = "the AWS credentials have expired; renew them (`aws sso login`, or a new session token) and run again"
        return ProviderError(f"{subject}: {why}", StatusCode.UNAUTHENTICATED)
    if code in UNKNOWN_CREDENTIALS:
        why = f"AWS does not accept the credentials ({code}){said}; check profile and keys"
        return ProviderError(f"{subject}: {why}", StatusCode.UNAUTHENTICATED)
    why = f"{action.partition(':')[2]} was denied{said}; allow {action!r} to the identity in use"
    return ProviderError(f"{subject}: {why}, or choose another profile or assumeRole", StatusCode.PERMISSION_DENIED)


def _too_much(failure: Failure, subject: Subject, operation: str, said: str) -> ProviderError:
    if failure.code in THROTTLED:
        why = f"{operation} was throttled, also after many attempts{said}; run again with a smaller `--parallel`"
    else:
        quota = failure.members.get("quotaName")
        named = f" {quota!r}" if quota else ""
        why = f"{operation} exceeds the service quota{named}{said}; delete what is not used or ask AWS to raise it"
    return ProviderError(f"{subject}: {why}", StatusCode.RESOURCE_EXHAUSTED)


def _failed(failure: Failure, subject: Subject, operation: str, said: str) -> ProviderError:
    if failure.code == "ValidationException":
        fields = failure.members.get("fieldList") or ()
        listed = "; ".join(f"{each.get('name')}: {each.get('message')}" for each in fields if isinstance(each, Mapping))
        why = f" ({listed})" if listed and listed not in said else ""
        return ProviderError(f"{subject}: {operation} was refused{said}{why}", StatusCode.INVALID_ARGUMENT)
    if failure.of_the_service:
        then = _MAY_BE_MADE if is_creation(operation) else "run again"
        return ProviderError(f"{subject}: AWS failed in {operation}{said}; {then}", StatusCode.UNAVAILABLE)
    return ProviderError(f"{subject}: {operation} failed with {failure.code}{said}")


def _conflict(failure: Failure, subject: Subject, operation: str, said: str) -> ProviderError:
    if failure.reason == "ALREADY_EXISTS":
        # What the service names is what is in the way: the resource itself, its parent, or what it limits.
        held = failure.members.get("resourceId")
        kind = failure.members.get("resourceType")
        which = f" (in the way is {f'{kind} ' if kind else ''}{held!r})" if held else ""
        other = kind and str(kind).replace("_", "").lower() != subject.type.lower()
        return ExistsError(f"{subject}: it exists already{which}{said}", "" if other else str(held or ""))
    if failure.reason == "SUBRESOURCES_EXIST":
        return ProviderError(
            f"{subject}: {operation} is not possible while other resources depend on it{said}; delete them first",
            StatusCode.FAILED_PRECONDITION,
        )
    return ProviderError(
        f"{subject}: {operation} conflicts with the state of the resource{said}; refresh and run again",
        StatusCode.ABORTED,
    )


_MAY_BE_MADE: Final = (
    "it may have been made all the same: look for it, and adopt it with `pulumi import` if it is there"
)


def _explained_locally(error: Exception, subject: Subject, operation: str) -> ProviderError:
    from botocore import exceptions  # late: it takes as long as all the rest of the start
    from botocore.parsers import ResponseParserError

    if isinstance(error, exceptions.NoCredentialsError | exceptions.PartialCredentialsError):
        return ProviderError(
            f"{subject}: no AWS credentials were found; set a profile, keys in the environment or assumeRole",
            StatusCode.UNAUTHENTICATED,
        )
    expired = (exceptions.SSOError, exceptions.TokenRetrievalError, exceptions.CredentialRetrievalError)
    if isinstance(error, expired):
        return ProviderError(
            f"{subject}: the AWS credentials could not be renewed: {error}; sign in again (`aws sso login`)",
            StatusCode.UNAUTHENTICATED,
        )
    if isinstance(error, exceptions.NoRegionError):
        return ProviderError(
            f"{subject}: no AWS region is set; set 'cleanrooms:region' or AWS_REGION", StatusCode.INVALID_ARGUMENT
        )
    if isinstance(error, exceptions.HTTPClientError | exceptions.ConnectionError | ResponseParserError):
        sent = not isinstance(error, exceptions.ConnectionError)
        then = _MAY_BE_MADE if sent and is_creation(operation) else "check network, region and endpoint"
        return ProviderError(f"{subject}: {operation} got no answer: {error}; {then}", StatusCode.UNAVAILABLE)
    if isinstance(error, exceptions.ParamValidationError):
        return ProviderError(f"{subject}: {operation} was not sent: {error}", StatusCode.INVALID_ARGUMENT)
    return ProviderError(f"{subject}: {operation} failed: {error}")
