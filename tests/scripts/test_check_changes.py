"""`make check-changes` says in one line why it cannot compare. Its verdicts are shown in tests/toolchains/changes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.change_gate.repository import commit_everything, git
from tests.scripts.document_edits import DOCUMENT, NOT_OPENAPI, NOT_YAML, edit

ROOT = Path(__file__).parents[2]


def check_changes(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/check_changes.py"), "--root", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository of two commits, the second with the document."""
    git(tmp_path, "init", "--quiet")
    commit_everything(tmp_path)
    (tmp_path / DOCUMENT).parent.mkdir()
    shutil.copyfile(ROOT / DOCUMENT, tmp_path / DOCUMENT)
    commit_everything(tmp_path)
    return tmp_path


def assert_refused(completed: subprocess.CompletedProcess[str], message: str) -> None:
    assert completed.returncode == 2
    assert completed.stdout == ""
    assert completed.stderr.startswith("check-changes: ")
    assert message in completed.stderr
    assert "Traceback" not in completed.stderr


@pytest.mark.parametrize(
    ("base", "message"),
    [
        ("v9", "no such commit, branch or tag: v9"),
        ("HEAD~1", "HEAD~1 does not contain openapi/feishu-mail.yaml"),
    ],
)
def test_a_base_that_is_none_is_refused(base: str, message: str, project: Path) -> None:
    assert_refused(check_changes(project, "--base", base), message)


def test_without_oasdiff_there_is_no_verdict(project: Path) -> None:
    assert_refused(check_changes(project), "build/tools/oasdiff cannot be run")


def test_an_oasdiff_that_fails_is_quoted(project: Path) -> None:
    oasdiff = project / "oasdiff"
    oasdiff.write_text("#!/bin/sh\necho 'it does not work' >&2\nexit 102\n", encoding="utf-8")
    oasdiff.chmod(0o755)
    assert_refused(check_changes(project, "--oasdiff", str(oasdiff)), "oasdiff failed: it does not work")


def test_a_document_that_cannot_be_read_is_refused(project: Path) -> None:
    edit(project, *NOT_OPENAPI)
    assert_refused(check_changes(project), "feishu-mail.yaml is not a valid OpenAPI document")


def test_an_earlier_document_that_cannot_be_read_is_refused(project: Path) -> None:
    edit(project, *NOT_YAML)
    commit_everything(project)
    shutil.copyfile(ROOT / DOCUMENT, project / DOCUMENT)
    assert_refused(check_changes(project, "--base", "HEAD"), "earlier.yaml is not a valid OpenAPI document")


def test_it_explains_itself() -> None:
    completed = check_changes(ROOT, "--help")
    assert completed.returncode == 0
    assert "--base REF" in completed.stdout
