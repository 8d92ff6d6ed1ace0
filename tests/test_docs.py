"""The documentation holds: commands run, links lead somewhere, its room loads, its generated parts are current."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.console.exit_codes import ExitCode
from cli.main import main as cleanroom
from docs.generate import DOCS, ROOT, open_questions_page, picture
from examples.complete_journey.prepare import prepare
from simulator.open_questions import QUESTIONS

PAGES = (*sorted(ROOT.glob("*.md")), *sorted(DOCS.glob("*.md")), ROOT / "examples/complete_journey/README.md")

CONSOLE = re.compile(r"^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
LINKED = (*PAGES, *sorted(DOCS.glob("*/*.md")))
"""Every page that has links; the pages about policies and resources have no commands."""

CODE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\((?P<target>[^)#\s]*)(?:#(?P<heading>[^)\s]+))?\)")


@dataclass(frozen=True)
class Command:
    """A line `$ words   # exit N` of a console block."""

    page: Path
    words: tuple[str, ...]
    exit_code: int

    def __str__(self) -> str:
        return f"{self.page.name}: {shlex.join(self.words)}"


def _commands() -> Iterator[Command]:
    for page in PAGES:
        for block in CONSOLE.finditer(page.read_text(encoding="utf-8")):
            for line in block["body"].splitlines():
                if line.startswith("$ "):
                    expected = re.search(r"# exit (\d+)", line)
                    words = tuple(shlex.split(line[2:], comments=True))
                    yield Command(page, words, int(expected[1]) if expected else 0)


COMMANDS = tuple({command.words: command for command in _commands()}.values())
"""Each command once, wherever it stands."""

PYTHON = [command for command in COMMANDS if command.words[0] == "python"]
TESTING = [command for command in PYTHON if command.words[1:3] in {("-m", "pytest"), ("-m", "tests.conformance")}]
PROGRAMS = [command for command in PYTHON if command not in TESTING]


@pytest.fixture(scope="module")
def workplace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that looks like the repository to a reader, where commands may leave files."""
    prepare()
    folder = tmp_path_factory.mktemp("reader")
    for name in ("examples", "tests", "docs"):
        (folder / name).symlink_to(ROOT / name)
    return folder


@pytest.mark.parametrize("command", [one for one in COMMANDS if one.words[0] == "cleanroom"], ids=str)
def test_cleanroom_commands_end_as_the_page_says(
    command: Command, workplace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(workplace)
    monkeypatch.setenv("XDG_CACHE_HOME", str(workplace / "cache"))
    code = cleanroom(list(command.words[1:]))
    printed = capsys.readouterr()
    assert code == command.exit_code, printed.out + printed.err


@pytest.mark.parametrize("command", PROGRAMS, ids=str)
def test_python_commands_end_as_the_page_says(command: Command, workplace: Path) -> None:
    finished = subprocess.run(  # noqa: S603 - a command of our own documentation
        [sys.executable, *command.words[1:]], cwd=workplace, capture_output=True, text=True, check=False
    )
    assert finished.returncode == command.exit_code, finished.stdout + finished.stderr


@pytest.mark.parametrize("command", TESTING, ids=str)
def test_commands_that_run_tests_name_tests(command: Command) -> None:
    """They are not run inside this test: what they name is part of the suite."""
    paths = [word for word in command.words[3:] if not word.startswith("-")]
    assert paths
    assert [path for path in paths if not (path.startswith("tests/") and (ROOT / path).exists())] == []


def test_make_commands_exist() -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    asked = {command.words[1] for command in COMMANDS if command.words[0] == "make"}
    assert {"demo", "test"} <= asked <= set(targets)


def test_every_command_is_of_a_kind_that_is_tested() -> None:
    assert {command.words[0] for command in COMMANDS} == {"cleanroom", "python", "make"}


@pytest.mark.parametrize("page", LINKED, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    missing = []
    for link in LINK.finditer(CODE.sub("", page.read_text(encoding="utf-8"))):
        target = page.parent / link["target"] if link["target"] else page
        is_here = "://" not in link["target"]
        if is_here and not (target.exists() and link["heading"] in (None, *_headings(target))):
            missing.append(link[0])
    assert missing == []


def _headings(page: Path) -> Iterator[str]:
    """Give the anchor of each heading, as GitHub makes it."""
    for heading in HEADING.findall(CODE.sub("", page.read_text(encoding="utf-8"))) if page.suffix == ".md" else ():
        yield re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def test_every_file_is_named_on_a_page() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in LINKED)
    files = [path for path in DOCS.rglob("*.*") if path.suffix not in (".py", ".pyc")]
    assert [str(path.relative_to(DOCS)) for path in files if path.name not in text] == []


def test_every_page_is_in_the_index() -> None:
    index = (DOCS / "README.md").read_text(encoding="utf-8")
    assert [
        page.name for page in DOCS.glob("*.md") if page.name != "README.md" and f"]({page.name})" not in index
    ] == []


def readme_block(name: str) -> str:
    """Return the block of README.md that stands behind the comment *name*."""
    block = re.search(rf"<!-- {name} -->\n```\w+\n(?P<text>.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    assert block is not None
    return block["text"]


def test_the_room_in_the_readme_answers_its_query(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    room = tmp_path / "reach"
    (room / "queries").mkdir(parents=True)
    (room / "room.yaml").write_text(readme_block("room"), "utf-8")
    query = room / "queries" / "sales_by_week.sql"
    query.write_text(readme_block("query"), "utf-8")
    assert cleanroom(["check", str(room)]) == ExitCode.OK
    assert "aggregation_without_join" in capsys.readouterr().out
    query.write_text(readme_block("query").replace("GROUP BY", "WHERE household_id = '1' GROUP BY"), "utf-8")
    assert cleanroom(["check", str(room)]) == ExitCode.DENIED
    assert "unlisted_column" in capsys.readouterr().out


def test_both_commands_come_first() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    first = next(CONSOLE.finditer(text))
    assert first.start() < text.index("\n\n", text.index("\n\n") + 2)
    assert re.findall(r"^\$ make (\w+)", first["body"], re.MULTILINE) == ["demo", "test"]


def test_the_page_of_open_questions_is_current() -> None:
    assert (DOCS / "open-questions.md").read_text(encoding="utf-8") == open_questions_page(), "run: make generate"


def test_the_page_of_open_questions_is_complete() -> None:
    page = open_questions_page()
    assert [question.name for question in QUESTIONS if f"| `{question.name}` |" not in page] == []


def test_the_picture_is_current() -> None:
    drawn = picture()
    assert (DOCS / "img" / "check.svg").read_text(encoding="utf-8") == drawn, "run: make generate"
    assert "@font-face" not in drawn
    assert "cdnjs" not in drawn
