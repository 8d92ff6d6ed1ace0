"""What a company decides: levels, numbers, own packs, waivers; every mistake is told with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from declarations.loading import LoadingError
from policies.configuration import Configured, configure, files_of, find_settings, settings_to_judge_by
from policies.policy import Level
from policies.registry import POLICIES

OWN = '''"""A company's own policy."""

from policies.policy import Policy, Severity, Violation
from policies.subjects import COLLABORATIONS


def shouted_name(placed):
    """A name in capitals.

    Why: it is loud
    Avoid: REACH
    Prefer: reach
    Source: manners
    """
    if placed.declaration.name.isupper():
        yield Violation(("name",), "is loud")


POLICY = Policy(shouted_name, COLLABORATIONS, Severity.LOW)
'''
REGISTRY = "from {pack}.shouted_name import POLICY\n\nPOLICIES = (POLICY,)\n"


def _configured(folder: Path, text: str) -> Configured:
    file = folder / "policies.yaml"
    file.write_text(text)
    return configure(file, POLICIES)


def _pack(folder: Path, name: str, registry: str = REGISTRY) -> None:
    (folder / name).mkdir()
    (folder / name / "shouted_name.py").write_text(OWN)
    (folder / name / "registry.py").write_text(registry.format(pack=name))


def _message(folder: Path, text: str) -> str:
    with pytest.raises(LoadingError) as refused:
        _configured(folder, text)
    return refused.value.problems[0].text


def test_without_a_file_the_baseline_applies() -> None:
    configured = configure(None, POLICIES)
    assert configured.policies == POLICIES
    assert [one.policy for one in configured.chosen] == [one for one in POLICIES if one.level is not Level.DISABLED]
    assert (configured.waivers, configured.evidence) == ((), None)


def test_levels_and_numbers(tmp_path: Path) -> None:
    text = "policies: {low_minimum: {level: advisory, configuration: {minimum: 7}}, unlogged_jobs: {level: disabled}}"
    chosen = {one.policy.name: one for one in _configured(tmp_path, text).chosen}
    assert "unlogged_jobs" not in chosen
    assert chosen["low_minimum"].level is Level.ADVISORY
    assert "7" in repr(chosen["low_minimum"].configuration)


def test_an_own_pack_comes_after_the_baseline_or_alone(tmp_path: Path) -> None:
    _pack(tmp_path, "company_one")
    assert _configured(tmp_path, "packs: [company_one]").policies[-1].name == "shouted_name"
    alone = _configured(tmp_path, "{baseline: false, packs: [company_one]}")
    assert [policy.name for policy in alone.policies] == ["shouted_name"]


def test_waivers_and_evidence_beside_it_or_named(tmp_path: Path) -> None:
    waiver = "waivers: [{policy: p, target: t, reason: r, owner: o, expires: 2027-01-01}]"
    (tmp_path / "waivers.yaml").write_text(waiver)
    (tmp_path / "evidence.json").write_text("{}")
    configured = _configured(tmp_path, "baseline: true")
    assert [one.policy for one in configured.waivers] == ["p"]
    assert configured.evidence == tmp_path / "evidence.json"
    named = _configured(tmp_path, "evidence: other.json")
    assert named.evidence == tmp_path / "other.json"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("policies: {low_minimun: {level: advisory}}", "there is no policy 'low_minimun'; did you mean 'low_minimum'?"),
        ("policies: {unlogged_queries: {configuration: {a: 1}}}", "'unlogged_queries' has nothing to configure"),
        (
            "policies: {low_minimum: {configuration: {minimun: 1}}}",
            "'low_minimum' has no number or name 'minimun' to configure; did you mean 'minimum'? allowed: 'minimum'",
        ),
        (
            "policies: {low_minimum: {configuration: {minimum: x}}}",
            "Input should be a valid integer, unable to parse string as an integer",
        ),
        ("packs: [nowhere]", "the pack 'nowhere' has no 'registry.py'"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, message: str) -> None:
    assert _message(tmp_path, text) == message


def test_a_mistake_in_a_configuration_has_its_line(tmp_path: Path) -> None:
    with pytest.raises(LoadingError) as refused:
        _configured(tmp_path, "policies:\n  low_minimum:\n    configuration:\n      minimun: 1\n  low: {}\n")
    assert [problem.line for problem in refused.value.problems] == [4, 5]


PAGELESS = """\
from policies.policy import Policy, Severity
from policies.subjects import VIEWS

def odd(placed):
    "Something odd."

POLICIES = (Policy(odd, VIEWS, Severity.LOW),)
"""


@pytest.mark.parametrize(
    ("name", "registry", "message"),
    [
        ("pack_a", "POLICIES = [1]", "the pack 'pack_a' defines no tuple of policies named POLICIES"),
        ("pack_b", "POLICIES = (1,)", "the pack 'pack_b' defines no tuple of policies named POLICIES"),
        ("pack_c", "1 / 0", "the pack cannot be imported: ZeroDivisionError: division by zero"),
        ("pack_d", PAGELESS, "the docstring of 'odd' has no 'Why' part (needed: Why, Avoid, Prefer, Source)"),
    ],
)
def test_mistakes_of_packs(tmp_path: Path, name: str, registry: str, message: str) -> None:
    _pack(tmp_path, name, registry)
    assert _message(tmp_path, f"packs: [{name}]") == message


def test_the_nearest_file_above_counts_but_none_above_the_repository(tmp_path: Path) -> None:
    room = tmp_path / "repository" / "rooms" / "reach"
    room.mkdir(parents=True)
    (tmp_path / "policies.yaml").touch()
    (tmp_path / "repository" / ".git").touch()
    assert find_settings(room) is None
    (tmp_path / "repository" / "policies.yaml").touch()
    assert find_settings(room) == (tmp_path / "repository" / "policies.yaml").resolve()
    assert find_settings(Path("/")) is None


def test_waivers_that_no_settings_read_are_refused(tmp_path: Path) -> None:
    room = tmp_path / "rooms" / "reach"
    room.mkdir(parents=True)
    (tmp_path / ".git").touch()
    assert settings_to_judge_by(room) is None
    (room / "waivers.yaml").write_text("waivers: []")
    unread = "nothing reads these waivers: there is no policies.yaml beside them; "
    with pytest.raises(LoadingError) as alone:
        settings_to_judge_by(room)
    assert alone.value.problems[0].message == f"{unread}make one, with 'policies: {{}}' in it"
    settings = tmp_path / "policies.yaml"
    settings.write_text("policies: {}")
    with pytest.raises(LoadingError) as below:
        settings_to_judge_by(room)
    assert below.value.problems[0].message == f"{unread}name them in {str(settings.resolve())!r}"
    settings.write_text("waivers: rooms/reach/waivers.yaml")
    assert settings_to_judge_by(room) == settings.resolve()
    (room / "policies.yaml").write_text("policies: {}")
    assert settings_to_judge_by(room) == (room / "policies.yaml").resolve()


def test_files_of_is_every_file_that_decides(tmp_path: Path) -> None:
    file = tmp_path / "policies.yaml"
    file.write_text("baseline: true")
    assert list(files_of(file)) == [file]
    for name in ("waivers.yaml", "evidence.json"):
        (tmp_path / name).write_text("{}")
    names = [path.name for path in files_of(file)]
    assert names == ["policies.yaml", "waivers.yaml", "evidence.json"]
