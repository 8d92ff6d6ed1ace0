"""Rooms that are read and rooms that are refused, with the exact text that a user sees."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from declarations.loading import load_room
from declarations.loading.text import MAX_BYTES
from tests.declarations.loading.refusals import refusal, wrong
from tests.yaml_text import from_yaml


@pytest.mark.parametrize("case", wrong("wrong_values.yaml"))
def test_wrong_value_is_told(case: dict[str, Any], folder: Path) -> None:
    text = (folder / "room.yaml").read_text(encoding="utf-8")
    for old, new in [case["change"], *case.get("and", [])]:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "room.yaml").write_text(text, encoding="utf-8")
    assert refusal("room.yaml") == case["message"].rstrip("\n")


@pytest.mark.parametrize("case", wrong("wrong_documents.yaml"))
def test_wrong_document_is_told(case: dict[str, Any], folder: Path) -> None:
    file = case.get("file", "room.yaml")
    (folder / file).write_text(case["content"], encoding="utf-8")
    assert refusal(file) == case["message"].rstrip("\n")


@pytest.mark.parametrize("case", [*wrong("wrong_values.yaml"), *wrong("wrong_documents.yaml")])
def test_messages_keep_to_80_columns_where_they_can_be_wrapped(case: dict[str, Any]) -> None:
    for line in case["message"].splitlines():
        assert len(line) <= 80 or " " not in line.strip()


def test_room_is_read_from_its_folder(folder: Path) -> None:
    loaded = load_room(folder)
    assert loaded.room.collaboration.name == "reach-and-sales"
    assert (loaded.path, loaded.folder) == (folder / "room.yaml", folder)
    source = loaded.room.memberships[1].analysis_templates[0].source
    assert source.text == (folder / "queries/reach.sql").read_text(encoding="utf-8")
    assert loaded.template_files == {("222222222222", "reach"): folder / "queries/reach.sql"}


def test_places_are_known_in_either_spelling(folder: Path) -> None:
    text = (folder / "room.yaml").read_text(encoding="utf-8")
    (folder / "room.yaml").write_text(text.replace("join_columns", "joinColumns"), encoding="utf-8")
    where = load_room(Path("room.yaml")).where
    rule = ("memberships", 0, "configured_tables", 0, "analysis_rule", "aggregation")
    assert where((*rule, "join_columns", 0)) == "room.yaml:30:27"
    assert where((*rule, "joinColumns", 0)) == "room.yaml:30:27"
    assert where((*rule, "scalar_functions")) == "room.yaml:32:31"
    assert where(()) == "room.yaml:1:1"


@pytest.mark.parametrize("name", ["room.yaml", "room.yml", "room.json"])
def test_yaml_and_json_hold_the_same_room(name: str, folder: Path) -> None:
    expected = load_room(folder).room
    text = (folder / "room.yaml").read_text(encoding="utf-8")
    (folder / "room.yaml").unlink()
    if name.endswith("json"):
        text = json.dumps({"$schema": "room.schema.json"} | from_yaml(text), indent="\t", ensure_ascii=True)
    (folder / name).write_text(text, encoding="utf-8")
    assert load_room(folder).room == expected


def test_python_room_equals_its_yaml(folder: Path) -> None:
    expected = load_room(folder).room
    (folder / "room.py").write_text(
        "from pathlib import Path\n\nfrom declarations.clean_room import CleanRoom\n\n"
        f"room = CleanRoom.model_validate({expected.model_dump(mode='json', exclude_none=True)!r})\n",
        encoding="utf-8",
    )
    loaded = load_room(folder / "room.py")
    assert (loaded.room, loaded.document) == (expected, None)
    assert loaded.where(("region",)) == str(folder / "room.py")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (
            "import helper_with_a_mistake\n",
            "room.py:1:1: SyntaxError: invalid syntax (helper_with_a_mistake.py, line 1)",
        ),
        ("from declarations.loading import load_room\nload_room('rooms')\n", "room.py:2:1: AttributeError: "),
        (
            "from pathlib import Path\nfrom declarations.loading import load_room\nload_room(Path('rooms'))\n",
            "rooms: no file or folder named 'rooms' in the current folder",
        ),
        (
            "from declarations.membership import Membership\nMembership(query_log_status=True)\n",
            (
                "room.py:2:1: Membership.query_log_status: found the boolean true, but text is\n"
                "    expected in 'query_log_status'; allowed: 'ENABLED', 'DISABLED'\n"
            ),
        ),
        ("raise KeyboardInterruption\n", "room.py:1:7: NameError: name 'KeyboardInterruption' is not defined"),
    ],
)
def test_mistakes_of_the_users_code_are_told_in_its_lines(
    code: str, message: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(folder)
    (folder / "helper_with_a_mistake.py").write_text("def\n", encoding="utf-8")
    (folder / "room.py").write_text(code, encoding="utf-8")
    assert refusal("room.py").startswith(message)


def test_what_python_prints_is_not_in_the_answer(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "room.py").write_text("print('hello')\nraise SystemExit\n", encoding="utf-8")
    assert refusal("room.py").startswith("room.py:2:1: SystemExit")
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "hello\n")


def test_code_that_python_cannot_compile_is_told_without_a_place(folder: Path) -> None:
    (folder / "room.py").write_text("room = " + "-" * 100_000 + "1\n", encoding="utf-8")
    assert re.match(r"room\.py: (RecursionError|MemoryError)", refusal("room.py"))


def test_mistakes_of_other_models_are_told_in_its_lines(folder: Path) -> None:
    (folder / "room.py").write_text(
        "from pydantic import BaseModel\n\n\nclass Own(BaseModel):\n    size: int\n\n\nOwn(size='x')\n",
        encoding="utf-8",
    )
    assert refusal("room.py").startswith("room.py:8:1: Own.size: 'x' is text, but a whole number is expected\n")


def test_python_is_not_run_unless_it_is_named_or_alone(folder: Path) -> None:
    (folder / "room.py").write_text("raise SystemExit('ran')\n", encoding="utf-8")
    load_room(folder)
    (folder / "room.yaml").unlink()
    assert "SystemExit: ran" in refusal(folder)


def test_path_that_no_file_can_have_is_told(folder: Path) -> None:
    assert refusal("x" * 300).endswith("cannot be read: File name too long")


def test_huge_file_is_refused_before_it_is_read(folder: Path) -> None:
    with (folder / "room.yaml").open("wb") as file:
        file.truncate(100 * 1024 * 1024)
    assert refusal("room.yaml") == "room.yaml: is 100.0 MB large; at most 4 MB are read"


def test_largest_file_is_read(folder: Path) -> None:
    content = (folder / "room.yaml").read_bytes()
    (folder / "room.yaml").write_bytes(content + b"#" * (MAX_BYTES - len(content)))
    assert load_room(folder).room.region == "us-east-1"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"name: Gr\xf6\xdfe\n", "room.yaml:1:9: byte 0xF6 is not UTF-8; save the file with the encoding UTF-8"),
        ("name: Größe\n".encode("utf-16"), "room.yaml:1:1: is UTF-16; save the file with the encoding UTF-8"),
        (b"region: a\nname: \x00\n", "room.yaml:2:7: found the control character U+0000; a text file cannot hold it"),
        (
            "region: a # \u202e\n".encode(),
            "room.yaml:1:13: found the control character U+202E; a text file cannot hold it",
        ),
        (
            "a: b\u2028c: d\n".encode(),
            "room.yaml:1:5: found the control character U+2028; a text file cannot hold it",
        ),
        (b"name: \x1b[1m\n", "room.yaml:1:7: found the control character U+001B; a text file cannot hold it"),
    ],
)
def test_bytes_that_are_no_text_are_told(content: bytes, message: str, folder: Path) -> None:
    (folder / "room.yaml").write_bytes(content)
    assert refusal("room.yaml") == message


def test_folder_without_room_says_what_it_looked_for(folder: Path) -> None:
    (folder / "room.yaml").rename(folder / "rooms.yaml")
    assert refusal(Path()) == (
        ".: the folder holds no room file (looked for 'room.yaml', 'room.yml',\n"
        "    'room.json', 'room.py'); it holds 'queries', 'rooms.yaml'; did you mean\n"
        "    'rooms.yaml'?"
    )


def test_the_room_around_a_folder_is_suggested(folder: Path) -> None:
    """Whoever names the folder of its queries means the room."""
    room = folder / "reach"
    (room / "queries").mkdir(parents=True)
    assert "did you mean 'reach'" not in refusal("reach/queries")
    assert refusal("reach/quries").endswith("did you mean\n    'reach/queries'?")
    (folder / "room.yaml").rename(room / "room.yaml")
    for name in ("queries", "quries"):
        assert refusal(f"reach/{name}").replace("\n    ", " ").endswith("did you mean 'reach'?")


def test_empty_and_crowded_folders_are_told(folder: Path) -> None:
    (folder / "empty").mkdir()
    assert refusal("empty").endswith("it holds nothing; did you mean '.'?")
    for number in range(12):
        (folder / "empty" / f"{number:02}.csv").touch()
    assert "'07.csv', ... (12 in all)" in refusal("empty").replace("\n    ", " ")


def test_two_room_files_are_told(folder: Path) -> None:
    (folder / "room.json").write_text("{}", encoding="utf-8")
    assert refusal(Path()) == (
        ".: the folder holds 'room.yaml' and 'room.json'; keep one, or name the one to\n    read"
    )


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("rooom.yaml", "no file or folder named 'rooom.yaml' in the current folder; did you mean 'room.yaml'?"),
        ("querys/reach.sql", "no file or folder named 'querys' in the current folder; did you mean '.'?"),
        ("queries/a/b", "no file or folder named 'a' in 'queries'"),
        (
            "queries/reach.sql",
            "the ending '.sql' is not that of a room file; allowed: '.yaml', '.yml', '.json', '.py'",
        ),
        ("Makefile", "the file has no ending; allowed: '.yaml', '.yml', '.json', '.py'"),
        ("lost.yaml", "is a link to 'nowhere.yaml', which does not exist"),
        ("pipe.yaml", "is not a regular file (a pipe, socket or device?)"),
    ],
)
def test_wrong_paths_are_told(path: str, message: str, folder: Path) -> None:
    (folder / "Makefile").touch()
    (folder / "lost.yaml").symlink_to("nowhere.yaml")
    os.mkfifo(folder / "pipe.yaml")
    assert refusal(path).replace("\n    ", " ") == f"{path}: {message}"


def test_room_file_that_is_a_folder_is_told(folder: Path) -> None:
    (folder / "room.yaml").unlink()
    (folder / "room.yaml").mkdir()
    assert refusal(Path()) == "room.yaml: is a folder; a file is expected here"


def test_template_link_out_of_the_room_is_refused(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.sql"
    secret.write_text("SELECT 1", encoding="utf-8")
    (folder / "queries/reach.sql").unlink()
    (folder / "queries/reach.sql").symlink_to(secret)
    assert "'queries/reach.sql' is a link that leads out of the room's folder; put the" in refusal("room.yaml")


def test_template_link_in_a_circle_is_refused(folder: Path) -> None:
    (folder / "queries/reach.sql").unlink()
    (folder / "queries/reach.sql").symlink_to("reach.sql")
    assert "queries/reach.sql' cannot be" in refusal("room.yaml")


def test_template_file_tells_its_own_places(folder: Path) -> None:
    (folder / "queries/reach.sql").write_bytes(b"SELECT 1\n-- \xff\n")
    assert refusal("room.yaml").startswith("queries/reach.sql:2:4: byte 0xFF is not UTF-8")


@pytest.fixture
def ordinary_user() -> Iterator[None]:
    """Someone whom permissions bind: the administrator may read everything."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    yield
    os.seteuid(0)


def test_permission_denied_is_told(folder: Path, ordinary_user: None) -> None:
    if os.getuid() == 0:
        os.seteuid(0)
        for parent in (folder, *folder.parents[:2]):
            parent.chmod(0o755)
    (folder / "room.yaml").chmod(0)
    if os.getuid() == 0:
        os.seteuid(65534)
    assert refusal("room.yaml") == (
        "room.yaml: may not be read: permission denied; grant the current user read\n    access"
    )


def test_folder_that_may_not_be_listed_suggests_nothing(folder: Path, ordinary_user: None) -> None:
    if os.getuid() == 0:
        os.seteuid(0)
        for parent in (folder, *folder.parents[:2]):
            parent.chmod(0o755)
    (folder / "queries").chmod(0o111)
    if os.getuid() == 0:
        os.seteuid(65534)
    assert refusal("queries/raech.yaml") == "queries/raech.yaml: no file or folder named 'raech.yaml' in 'queries'"


def test_socket_is_told(folder: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("room.sock.yaml")
        assert refusal("room.sock.yaml") == "room.sock.yaml: is not a regular file (a pipe, socket or device?)"
