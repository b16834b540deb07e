"""A program that is wrong, dies or talks nonsense does not pass for a client."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clients.rehearsal import ProgramFailed, rehearse
from clients.shared_files import CASE_FILES, ERROR_CODES
from tests.clients.conftest import CASES, ROOT, rehearsed

RIGHT = (ROOT / "clients/python/program.py").read_text(encoding="utf-8")


def program(folder: Path, source: str) -> Path:
    path = folder / "program.py"
    path.write_text(source, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    assert RIGHT.count(old) == 1, old
    return RIGHT.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new", "case", "complaint"),
    [
        ('["draft_id"], table)', '["draft_id"].replace(" ", "+"), table)', "draft-id-space", "0 requests arrived"),
        ('["draft_id"], table)', '["draft_id"].strip("/"), table)', "draft-id-slashes", "0 mails went out"),
        (
            'return {"status": None}',
            "return self.call(user_mailbox_id, draft_id, table)",
            "outside-drop-after-accept",
            "3 requests arrived for this draft instead of 2",
        ),
        ("if refused else None", "if False else None", "automation-disabled", "name is None"),
        ("names.get(body.code)", "None", "no-such-draft", "name is None instead of 'DRAFT_NOT_FOUND'"),
    ],
)
def test_a_client_with_a_flaw_is_convicted(old: str, new: str, case: str, complaint: str, tmp_path: Path) -> None:
    verdicts = rehearsed(program(tmp_path, changed(old, new)))
    assert complaint in "; ".join(verdicts[case].complaints)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import sys; sys.exit('no toolchain')", "exit code 1\nno toolchain"),
        ("print('hello')", "no report of a call: 'hello'"),
        ("print('{\"status\": 200}')", "no report of a call"),
        ('print(\'{"case": "sent", "stauts": 200}\')', "no report of a call"),
        ('print(\'{"case": "of-another-planet"}\')', "cases that do not exist: of-another-planet"),
    ],
)
def test_a_program_that_dies_or_talks_nonsense_is_named(source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match=message):
        rehearsed(program(tmp_path, source))


def test_a_program_that_does_nothing_passes_no_case(tmp_path: Path) -> None:
    assert all(verdict.complaints for verdict in rehearsed(program(tmp_path, "")).values())


def test_a_request_for_a_draft_of_no_case_is_noticed(tmp_path: Path) -> None:
    verdicts = rehearsed(program(tmp_path, changed('["draft_id"], table)', '["draft_id"].replace(" ", "+"), table)')))
    assert "('me', '草稿+1')" in "; ".join(verdicts["(no case)"].complaints)


def test_a_program_is_told_the_way_to_the_sandbox() -> None:
    @contextmanager
    def detour(base_url: str) -> Generator[str, None, None]:
        yield f"{base_url}/detour"

    program = [sys.executable, "-c", "import sys; sys.exit(sys.argv[1])"]
    with pytest.raises(ProgramFailed, match=r"\nhttp://.+/detour$"):
        rehearse(program, CASES, CASE_FILES, ERROR_CODES, way=detour)
