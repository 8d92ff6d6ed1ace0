"""The picture on the page about plans is what the command draws."""

from __future__ import annotations

import pytest

from docs.plan_picture import PICTURE, picture


def test_the_picture_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    drawn = picture()
    assert '"mode": "aws"' in capsys.readouterr().out
    assert PICTURE.read_text(encoding="utf-8") == drawn, "run: make generate"
