"""The API calls that pull a room: read-only and paginated."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError


class Service:
    """Read-only access to the API for one membership.

    Attributes:
        client: A boto3 client of `cleanrooms` with credentials of the member.
        membership_id: The membership that is pulled.
    """

    def __init__(self, client: Any, membership_id: str) -> None:  # noqa: ANN401 - boto3's clients have no types
        self.client = client
        self.membership_id = membership_id

    def get(self, operation: str, **asked: str) -> dict[str, Any]:
        """Return the resource in the response of a Get* operation.

        Raises:
            botocore.exceptions.ClientError: The service refuses.
        """
        answer = getattr(self.client, operation)(**asked)
        return next(value for key, value in answer.items() if key != "ResponseMetadata")

    def find(self, operation: str, **asked: str) -> dict[str, Any] | None:
        """Return the resource in the response of a Get* operation, or None if it does not exist."""
        try:
            return self.get(operation, **asked)
        except ClientError as error:
            if error.response["Error"]["Code"] == "ResourceNotFoundException":
                return None
            raise

    def all(self, operation: str, **asked: str) -> Iterator[dict[str, Any]]:
        """Yield the summaries of a List* operation, all pages."""
        for page in self.client.get_paginator(operation).paginate(**asked):
            for key, value in page.items():
                if isinstance(value, list) and key != "ResponseMetadata":
                    yield from value

    def own(self, resource: str) -> Iterator[dict[str, Any]]:
        """Yield every resource of a kind in the membership, with all its details.

        Args:
            resource: The resource as the operations spell it, such as `analysis_template`.
        """
        for summary in self.all(f"list_{resource}s", membershipIdentifier=self.membership_id):
            identifier = {f"{_camel(resource)}Identifier": summary["id"]}
            yield self.get(f"get_{resource}", membershipIdentifier=self.membership_id, **identifier)

    def tags(self, arn: str) -> dict[str, str] | None:
        """Return the tags of a resource; None when it has none."""
        return self.client.list_tags_for_resource(resourceArn=arn)["tags"] or None


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
