"""Ask AWS for a command that only reads, and say in one sentence why it did not answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from cli.console.ending import fail, not_installed
from cli.console.writing import write_or_fail

if TYPE_CHECKING:
    from boto3 import Session


class Asking:
    """One command's way to AWS.

    Args:
        command: The words after `cleanroom` that messages begin with.
        unfit: What a declaration cannot take over, such as "the collaboration holds something that a room cannot
            declare".
    """

    def __init__(self, command: str, unfit: str) -> None:
        self._command = command
        self._unfit = unfit

    def client(self, session: Session, service: str, endpoint_url: str | None) -> Any:  # noqa: ANN401 - boto3's client
        """Return a client of *service*; for use within `answers`.

        Raises:
            typer.Exit: The endpoint is not a valid URL.
        """
        try:
            return session.client(service, endpoint_url=endpoint_url)
        except ValueError as error:  # botocore's word for it
            self.fail(f"--endpoint-url: {error}; write an address such as 'http://127.0.0.1:5000'")

    def session(self, region: str | None, profile: str | None) -> Session:
        """Return a session of the profile, or of the default chain; for use within `answers`."""
        import boto3

        return boto3.Session(profile_name=profile, region_name=region)

    @contextmanager
    def answers(self) -> Iterator[None]:
        """Turn what AWS, its library or a declaration says against it into one sentence and exit code 2.

        Raises:
            typer.Exit: There is no answer.
        """
        try:
            from botocore.exceptions import BotoCoreError, ClientError
        except ModuleNotFoundError:
            self.fail(not_installed("boto3", "deploy"))
        from pydantic import ValidationError

        try:
            yield
        except ClientError as error:
            self.fail(f"AWS refused {error.operation_name}: {error.response['Error'].get('Message') or error}")
        except BotoCoreError as error:
            self.fail(f"AWS cannot be asked: {str(error).rstrip('.')}; see --profile and --region")
        except ValidationError as error:
            first = error.errors()[0]
            self.fail(f"{self._unfit}: {'.'.join(map(str, first['loc']))}: {first['msg']}")

    def write(self, path: Path, text: str) -> None:
        """Write a file and the folders above it.

        Raises:
            typer.Exit: It cannot be written.
        """
        write_or_fail(path, text, f"cleanroom {self._command}")

    def fail(self, message: str) -> NoReturn:
        """Say why and end with exit code 2.

        Raises:
            typer.Exit: Always.
        """
        fail(f"cleanroom {self._command}: {message}")
