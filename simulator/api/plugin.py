"""A pytest plugin: `pytest -p simulator.api.plugin`.

It makes moto answer Clean Rooms requests through this package, under `mock_aws` and in moto's servers of the test
process, and provides the fixture `clean_rooms_url`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulator.api.registration import install
from simulator.api.server import local_endpoint


def pytest_configure() -> None:
    """Register with moto before any test is collected."""
    install()


@pytest.fixture
def clean_rooms_url() -> Iterator[str]:
    """The address of an empty endpoint that is stopped after the test."""
    with local_endpoint() as url:
        yield url
