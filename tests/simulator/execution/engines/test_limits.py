"""Limits come from the environment, and what cannot be read is told."""

from __future__ import annotations

import pytest

from simulator.execution.engines.limits import LOCAL_ENDPOINT, EngineLimits, limits_from
from simulator.execution.errors import WrongLimitError


def test_the_environment_replaces_what_it_names() -> None:
    assert limits_from({}, LOCAL_ENDPOINT) == LOCAL_ENDPOINT
    asked = {"CLEANROOM_QUERY_SECONDS": "1.5", "CLEANROOM_QUERY_MEMORY": "2 GiB", "CLEANROOM_QUERY_DISK": "10gb"}
    assert limits_from(asked, EngineLimits()) == EngineLimits(1.5, "2 GiB", "10gb")
    lifted = {"CLEANROOM_QUERY_SECONDS": "none", "CLEANROOM_QUERY_MEMORY": "None"}
    assert limits_from(lifted, LOCAL_ENDPOINT) == EngineLimits()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *(("CLEANROOM_QUERY_SECONDS", text) for text in ("0", "0.0", "-1", "ten", "1e3", "inf", "1" * 20)),
        *(
            ("CLEANROOM_QUERY_MEMORY", text)
            for text in ("4", "GB", "4GB; SET x", "-1GB", "80%", "0GB", "0.0 TiB", "9999999TB")
        ),
        ("CLEANROOM_QUERY_DISK", "much"),
    ],
)
def test_what_is_no_limit_is_refused(name: str, text: str) -> None:
    with pytest.raises(WrongLimitError, match=f"^{name} is '{text}'; allowed are a number .* and 'none'$"):
        limits_from({name: text}, EngineLimits())
