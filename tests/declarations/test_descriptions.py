"""Descriptions of fields are read from the source of their class."""

from __future__ import annotations

from pydantic import create_model

from declarations.clean_room import CleanRoom, RoomCollaboration
from declarations.collaboration import Collaboration
from declarations.descriptions import description_of


def test_text_below_a_field_describes_it() -> None:
    assert description_of(CleanRoom, "region") == "The AWS region of the collaboration."


def test_inherited_fields_are_described_where_they_are_declared() -> None:
    assert description_of(RoomCollaboration, "name") == description_of(Collaboration, "name")
    assert description_of(RoomCollaboration, "name")


def test_what_has_no_text_has_no_description() -> None:
    assert description_of(CleanRoom, "colour") is None
    made = create_model("Made", __module__="nowhere", size=(int, 1))
    assert description_of(made, "size") is None
