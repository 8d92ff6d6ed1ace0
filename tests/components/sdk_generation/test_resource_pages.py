"""The pages tell how each property changes, also where only a part of it replaces."""

from __future__ import annotations

from components.resources.collaboration import COLLABORATION
from components.resources.membership import MEMBERSHIP
from components.resources.privacy_budget_template import PRIVACY_BUDGET_TEMPLATE
from components.sdk_generation.resource_pages import resource_page


def test_a_part_that_replaces_is_named_beside_its_property() -> None:
    page = resource_page(PRIVACY_BUDGET_TEMPLATE)
    assert "| in place, but that of `parameters.access_budget.resource_arn` replaces |" in page
    assert "| asks the members, but that of `members[*].display_name` replaces |" in resource_page(COLLABORATION)


def test_guarded_types_say_how_to_be_locked() -> None:
    assert "`opts=pulumi.ResourceOptions(protect=True)`" in resource_page(MEMBERSHIP)


def test_parts_of_what_is_stated_are_told_once() -> None:
    sentence = "- Where `payment_configuration` is stated, each `is_responsible` that is absent in it means False."
    assert sentence in resource_page(MEMBERSHIP)
