"""The configuration cases of the corpus are judged right, and what is not known is not judged."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.config_cases import judge_config
from tests.yaml_text import from_yaml

CASES = Path(__file__).parent.parent / "cases"
CORPUS: list[dict[str, Any]] = from_yaml((CASES / "corpus" / "aws-rules.yaml").read_text(encoding="utf-8"))[
    "config_cases"
]
OWN: dict[str, Any] = from_yaml((CASES / "declarations" / "config_cases.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", CORPUS, ids=[case["id"] for case in CORPUS])
def test_corpus(case: dict[str, Any]) -> None:
    verdict, reason = judge_config(case)
    assert verdict == case["verdict"], reason


@pytest.mark.parametrize("name", OWN)
def test_own(name: str) -> None:
    case = OWN[name]
    assert judge_config(case) == (name.split("_", maxsplit=1)[0], case.get("reason", ""))


@pytest.mark.parametrize(
    "declaration",
    [
        {"colour": "red"},
        {"change_request": {"submitted_by": "a member"}},
        {"intermediate_table": True, "status": "CREATED"},
    ],
)
def test_unknown_forms_are_not_judged(declaration: dict[str, Any]) -> None:
    with pytest.raises(LookupError, match="no form for a declaration of "):
        judge_config({"declaration": declaration})
