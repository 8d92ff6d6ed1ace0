"""The whole state of the endpoint: the regions with their resources, and the folder of files beside them."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from simulator.api.store import Listener, Store
from simulator.settings import Settings


class World:
    """The regions, each with its resources.

    Attributes:
        listener_of: Creates the listener for changes in a region; None for no listeners.
        writer: Writes an S3 object (account, bucket, key, content) in place of moto's backend; None for moto's backend.
        settings: Answers to open questions of the documentation; a query that depends on an unanswered one is refused.
    """

    def __init__(self) -> None:
        self._folder: Path | None = None
        self.listener_of: Callable[[str], Listener] | None = None
        self.writer: Callable[[str, str, str, bytes], None] | None = None
        self.settings = Settings()
        self._stores: dict[str, Store] = {}

    @property
    def folder(self) -> Path:
        """The folder of the ledger and of the rows of intermediate tables. Temporary unless set."""
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix="cleanroom-"))
            atexit.register(shutil.rmtree, self._folder, ignore_errors=True)
        return self._folder

    @folder.setter
    def folder(self, path: Path) -> None:
        self._folder = path

    def store(self, region: str) -> Store:
        """Return the store of a region, which all accounts and all services of this package share."""
        if region not in self._stores:
            listener = self.listener_of(region) if self.listener_of else None
            self._stores.setdefault(region, Store(region, listener))
        return self._stores[region]

    def listen(self, listener_of: Callable[[str], Listener] | None) -> None:
        """Listen to changes in every region from now on; None removes the listeners."""
        self.listener_of = listener_of
        for region, held in self._stores.items():
            held.listener = listener_of(region) if listener_of else None

    def forget(self, region: str) -> None:
        """Delete the resources of a region."""
        self._stores.pop(region, None)

    def reset(self) -> None:
        """Delete the resources of all regions."""
        self._stores.clear()


WORLD = World()
"""The state of this process; global, like moto's own backends."""
