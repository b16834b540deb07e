"""The page about changing the API shows what happens, and all else passes unchanged on the project that it leads to.

Its gate, its clients and the whole suite on the changed project are run in tests/toolchains/changes.
"""

import re
import sys
from pathlib import Path

import pytest

from renderings import RENDERED
from tests.docs.walk import (
    COMMANDS,
    LEFT_TO_TOOLCHAINS,
    ROOT,
    Block,
    copy_of_the_project,
    looks_like,
    read_blocks,
    run,
    walk,
)
from tests.scripts.change_gate.repository import git

ENGLISH, CHINESE = (ROOT / "docs" / name for name in ("changing-the-api.md", "changing-the-api.zh-CN.md"))
BLOCKS = read_blocks(ENGLISH)
TESTS = (
    "tests/document/test_document.py",
    "tests/sandbox/test_codes.py",
    "tests/sandbox/test_new_operations.py",
    "tests/clients/test_cases.py",
)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project after the walk."""
    project = copy_of_the_project(tmp_path_factory.mktemp("walk"))
    walk(BLOCKS, project, with_toolchains=False)
    return project


def test_tests_that_know_nothing_of_the_change_pass_on_the_changed_project(changed: Path) -> None:
    completed = run(changed, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS)
    assert completed.returncode == 0, completed.stdout


def test_outside_of_the_document_and_generated_files_the_change_is_as_small_as_the_page_says(changed: Path) -> None:
    derived = [f":!{path.as_posix()}" for path in RENDERED]
    lines = git(changed, "diff", "--numstat", "--", ".", ":!openapi", ":!generated", *derived).splitlines()
    count = sum(int(number) for line in lines for number in line.split("\t")[:2])
    assert f"**Outside of `openapi/` and the generated files, the change is {count} lines in {len(lines)} file.**" in (
        ENGLISH.read_text(encoding="utf-8")
    )
    assert f"{len(lines)} 个文件中的 {count} 行" in CHINESE.read_text(encoding="utf-8")


def test_an_operation_is_a_method_of_five_lines_at_most() -> None:
    (shown,) = [block.text for block in BLOCKS if block.file.startswith("overlay/")]
    methods = re.findall(r"(?m)^    (?:async )?def .*\n(?:        .*\n)+", shown)
    assert len(methods) == 2
    assert max(len(method.splitlines()) for method in methods) <= 5


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


def test_a_command_that_fails_or_a_block_that_is_there_already_is_noticed(changed: Path) -> None:
    with pytest.raises(AssertionError, match="feishu-mail explain 1239986"):
        walk([Block("console", "", "$ feishu-mail explain 1239986\n...\n")], changed, with_toolchains=False)
    with pytest.raises(AssertionError, match="is there already"):
        walk(BLOCKS[:1], changed, with_toolchains=False)


def test_the_make_targets_of_the_page_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in [*COMMANDS, "make lint-document", "make lint-vacuum", "make test"]:
        assert re.search(f"(?m)^{command.split()[1]}:", makefile), command
    assert set(LEFT_TO_TOOLCHAINS) < {command for block in BLOCKS for command, _ in block.commands()}


def test_both_languages_show_the_same() -> None:
    assert read_blocks(CHINESE) == BLOCKS
    for pattern in ("^#+ ", r"^\|", r"^- ", r"\]\("):
        english, chinese = (
            len(re.findall(pattern, page.read_text(encoding="utf-8"), re.MULTILINE)) for page in (ENGLISH, CHINESE)
        )
        assert english == chinese, pattern
