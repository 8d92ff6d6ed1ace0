"""What is judged knows its member; what belongs to the room has none."""

from __future__ import annotations

import pytest

from declarations.base import UnknownValueError
from policies.subjects import COLLABORATIONS, CONFIGURED_TABLES
from tests.policies.cases import PolicyCase, estate

JUDGED = estate(PolicyCase(), analysed=False)


def test_a_table_knows_its_member() -> None:
    [first, *_] = CONFIGURED_TABLES.find(JUDGED.rooms[0], JUDGED)
    assert first.member is first.membership
    assert first.owner == "111111111111"


def test_what_belongs_to_the_room_has_no_member() -> None:
    [one] = COLLABORATIONS.find(JUDGED.rooms[0], JUDGED)
    with pytest.raises(UnknownValueError, match="'membership' of this RoomCollaboration is not known yet"):
        _ = one.owner
