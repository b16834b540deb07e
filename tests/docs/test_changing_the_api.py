"""The page about changing the API tells what happens. Its gate is asked in tests/toolchains/changes."""

import re
import sys
from pathlib import Path

import pytest

from tests.docs.walk import (
    COMMANDS,
    OF_THE_GATE,
    ROOT,
    Block,
    apply,
    copy_of_the_project,
    looks_like,
    read_blocks,
    run,
    walk,
)

ENGLISH, CHINESE = (ROOT / "docs" / name for name in ("changing-the-api.md", "changing-the-api.zh-CN.md"))
BLOCKS = read_blocks(ENGLISH)
DIFFS = [block for block in BLOCKS if block.language == "diff"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return copy_of_the_project(tmp_path)


def test_whoever_follows_the_page_sees_what_it_shows(project: Path) -> None:
    walk(BLOCKS, project, with_gate=False)


def test_until_a_new_code_has_a_conformance_case_the_tests_fail(project: Path) -> None:
    document, case, _version = DIFFS
    tests = (
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "tests/clients/test_cases.py",
        "tests/document",
    )
    apply(document, project)
    assert run(project, *COMMANDS["make regenerate"]).returncode == 0
    completed = run(project, *tests)
    assert completed.returncode == 1
    assert "1 failed" in completed.stdout
    assert "1239987" in completed.stdout
    apply(case, project)
    completed = run(project, *tests)
    assert completed.returncode == 0, completed.stdout


@pytest.mark.parametrize(
    ("shown", "printed", "alike"),
    [
        ("a\nb\n", "a\nb\n", True),
        ("a\n", "a\nb\n", False),
        ("a.\n", "ab\n", False),
        ("...\nb\n", "a\nb\n", True),
        ("...\nb\n", "b\n", True),
        ("...\nb\n", "a\nc\n", False),
        ("1 of ...\n", "1 of 2\n", True),
        ("1 ... 2\n", "1\n2\n", False),
    ],
)
def test_an_output_that_is_not_as_shown_is_noticed(shown: str, printed: str, alike: bool) -> None:
    assert looks_like(shown, printed) is alike


def test_a_command_that_fails_is_noticed(project: Path) -> None:
    with pytest.raises(AssertionError, match="feishu-mail explain 1239987"):
        walk([Block("console", "$ feishu-mail explain 1239987\n...\n")], project, with_gate=False)


def test_a_diff_that_does_not_apply_is_noticed(project: Path) -> None:
    with pytest.raises(AssertionError, match="patch does not apply"):
        walk([DIFFS[0], DIFFS[0]], project, with_gate=False)


def test_the_make_targets_of_the_page_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in [*COMMANDS, "make lint-document", "make lint-vacuum", "make test"]:
        assert re.search(f"(?m)^{command.split()[1]}:", makefile), command


def test_the_gate_is_part_of_the_page() -> None:
    commands = [command for block in BLOCKS for command, _ in block.commands()]
    assert set(OF_THE_GATE) < set(commands)


def test_both_languages_show_the_same() -> None:
    assert read_blocks(CHINESE) == BLOCKS
    headings, tables, links = (
        [len(re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE)) for page in (ENGLISH, CHINESE)]
        for pattern in ("^#+ ", r"^\|", r"\]\(")
    )
    assert headings[0] == headings[1]
    assert tables[0] == tables[1]
    assert links[0] == links[1]
