"""The family is complete: every policy has its file, its cases, its page and its source, and is registered once."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from docs.policy_pages import FOLDER as PAGES
from docs.policy_pages import pages
from policies.policy import Configuration, Policy
from policies.registry import POLICIES
from tests.policies.cases import FOLDER as CASES

ROOT = Path(__file__).parents[2]
SUBJECTS = (
    "collaboration",
    "membership",
    "configured_table",
    "association",
    "analysis_template",
    "privacy_budget",
    "intermediate_table",
    "audience_model",
    "id_mapping",
    "data_source",
    "macie",
    "room",
    "view",
)
"""The folders of `policies/` that hold policies, in the order in which they are shown."""
NAMES = [policy.name for policy in POLICIES]

every_policy = pytest.mark.parametrize("policy", POLICIES, ids=NAMES)


def test_every_file_is_registered_once_in_order() -> None:
    files = [f"policies.{folder}.{path.stem}" for folder in SUBJECTS for path in _files(folder)]
    assert [policy.judge.__module__ for policy in POLICIES] == files
    assert len(set(NAMES)) == len(NAMES)


def _files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / "policies" / folder).glob("*.py") if path.stem != "__init__")


@every_policy
def test_file_function_and_cases_have_one_name(policy: Policy) -> None:
    assert policy.judge.__module__.rpartition(".")[2] == policy.name
    assert (CASES / f"{policy.name}.yml").is_file()


@every_policy
def test_page_is_written_with_care(policy: Policy) -> None:
    page = policy.page
    assert re.fullmatch(r"https://[^\s<>]+[^\s<>.]", page.source)
    assert page.why.endswith(".")
    assert not page.title.endswith(".")
    assert len(page.title) <= 100


@pytest.mark.parametrize("configuration", [policy.configuration for policy in POLICIES if policy.configuration])
def test_numbers_have_defaults_and_meanings(configuration: type[Configuration]) -> None:
    assert issubclass(configuration, Configuration)
    assert configuration() == configuration.model_validate({})
    assert configuration.model_fields
    assert all(field.description for field in configuration.model_fields.values())


def test_pages_are_current() -> None:
    found = {path.name: path.read_text(encoding="utf-8") for path in PAGES.iterdir()}
    assert found == dict(pages()), "run: make generate"
