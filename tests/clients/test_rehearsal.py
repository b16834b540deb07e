"""A program that is wrong, dies or talks nonsense does not pass for a client."""

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from clients.languages import SOURCES
from clients.rehearsal import ProgramFailed, rehearse
from tests.clients.conftest import CASES, rehearsed

RIGHT = (SOURCES / "python/program.py").read_text(encoding="utf-8")
CALL = 'seen = callers[token].call(functions[case["operation"]], parameters)'


def program(folder: Path, source: str) -> Path:
    path = folder / "program.py"
    path.write_text(source, encoding="utf-8")
    return path


def changed(old: str, new: str) -> str:
    assert RIGHT.count(old) == 1, old
    return RIGHT.replace(old, new)


def with_draft_id(change: str) -> str:
    """A program that sends another draft's id; lists have none."""
    return changed(
        CALL, f"parameters = {{n: v.{change} if n == 'draft_id' else v for n, v in parameters.items()}}; {CALL}"
    )


@pytest.mark.parametrize(
    ("source", "case", "complaint"),
    [
        (with_draft_id("replace(' ', '+')"), "send-identifier-space", "0 such requests arrived"),
        (with_draft_id("strip('/')"), "send-identifier-slashes", "0 mails went out"),
        (with_draft_id("replace(' ', '+')"), "get-identifier-space", "0 such requests arrived"),
        (
            changed('return {"status": None, "envelope": None}', "return self.call(function, parameters)"),
            "outside-drop-after-accept",
            "3 such requests arrived instead of 2",
        ),
        (
            changed("body.to_dict()", "{**body.to_dict(), 'data': None}"),
            "automation-disabled",
            "data.automation_send_disable is None",
        ),
        (changed('parameters["page_token"] = next_page', "pass"), "list-in-pages", "data.items is [{"),
        (
            changed("token = parameters.pop", "parameters.pop('format', 0); token = parameters.pop"),
            "get-raw",
            "raw is None",
        ),
    ],
    ids=["plus", "strip", "plus-in-a-read", "repeats", "blind-to-data", "one-page", "one-format"],
)
def test_a_client_with_a_flaw_is_convicted(source: str, case: str, complaint: str, tmp_path: Path) -> None:
    assert complaint in "; ".join(rehearsed(program(tmp_path, source))[case])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("import sys; sys.exit('no toolchain')", "exit code 1\nno toolchain"),
        ("print('hello')", "reports no call of a case: 'hello'"),
        ("print('{\"status\": 200}')", "reports no call of a case"),
        ('print(\'{"case": "sent", "stauts": 200}\')', "reports no call of a case"),
        ('print(\'{"case": "of-another-planet"}\')', "reports no call of a case: .*of-another-planet"),
    ],
)
def test_a_program_that_dies_or_talks_nonsense_is_named(source: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed, match=message):
        rehearsed(program(tmp_path, source))


def test_a_program_that_does_nothing_passes_no_case(tmp_path: Path) -> None:
    assert all(rehearsed(program(tmp_path, "")).values())


def test_a_request_of_no_case_is_noticed(tmp_path: Path) -> None:
    verdicts = rehearsed(program(tmp_path, with_draft_id("replace(' ', '+')")))
    assert "草稿+1/send'" in "; ".join(verdicts["(no case)"])


def test_a_program_is_told_the_way_to_the_sandbox() -> None:
    @contextmanager
    def detour(base_url: str) -> Generator[str, None, None]:
        yield f"{base_url}/detour"

    program = [sys.executable, "-c", "import sys; sys.exit(sys.argv[1])"]
    with pytest.raises(ProgramFailed, match=r"\nhttp://.+/detour$"):
        rehearse(program, CASES, way=detour)
