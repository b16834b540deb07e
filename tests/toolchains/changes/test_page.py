"""The page about changing the API shows what the gate and the clients say, and the whole suite passes afterwards."""

import sys
from pathlib import Path

import pytest

from tests.docs.walk import ROOT, copy_of_the_project, read_blocks, run, walk


@pytest.mark.timeout(600)
def test_whoever_follows_the_page_sees_what_it_shows_and_all_tests_pass_unchanged(tmp_path: Path) -> None:
    project = copy_of_the_project(tmp_path)
    walk(read_blocks(ROOT / "docs/changing-the-api.md"), project, with_toolchains=True)
    # Of the project that the page has led to, the page itself says nothing; and it is not the one that is installed.
    # Of these some are about the tree as it is committed, and the others send many drafts, for minutes.
    folders = ("tests/docs/test_changing_the_api.py", "tests/package", "tests/many", "tests/examples")
    ignored = [f"--ignore={folder}" for folder in folders]
    completed = run(project, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *ignored)
    assert completed.returncode == 0, completed.stdout
