"""The command as it is run gives every edit of the real document its verdict."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.change_gate.repository import commit_everything, git
from tests.scripts.document_edits import ANOTHER_TEXT, DOCUMENT, add_error, edit
from tests.toolchains.changes.real_oasdiff import OASDIFF, ROOT

ADDITIVE = (
    "        thread_id:\n          description: Id of the conversation",
    "        sent_at:\n          type: string\n        thread_id:\n          description: Id of the conversation",
)
BREAKING = (
    "        thread_id:\n          description: Id of the conversation",
    "        conversation_id:\n          description: Id of it",
)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository that holds the document as it is, as version 1.0.0, tagged."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / DOCUMENT).parent.mkdir()
    text = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    (tmp_path / DOCUMENT).write_text(re.sub("(?m)^  version: .*$", "  version: 1.0.0", text), encoding="utf-8")
    commit_everything(tmp_path)
    git(tmp_path, "tag", "v1")
    return tmp_path


def set_version(project: Path, version: str) -> None:
    edit(project, "\n  version: 1.0.0\n", f"\n  version: {version}\n")


def check_changes(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "scripts/check_changes.py", "--root", str(project), "--oasdiff", str(OASDIFF)]
    return subprocess.run(
        [*command, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize(
    ("change", "exit_code", "said"),
    [
        (ANOTHER_TEXT, 0, "harmless. The version is 1.0.0; make it 1.0.1 before you publish the document."),
        (ADDITIVE, 0, "additive. The version is 1.0.0; make it 1.1.0 before you publish the document."),
        (BREAKING, 1, "breaking. The version must become 2.0.0; it is 1.0.0."),
    ],
)
def test_three_edits_get_three_verdicts(change: tuple[str, str], exit_code: int, said: str, project: Path) -> None:
    edit(project, *change)
    completed = check_changes(project)
    assert completed.returncode == exit_code
    assert completed.stdout.startswith("Compared with v1, version 1.0.0:\n")
    assert f"Verdict: {said}" in completed.stdout
    assert completed.stderr == ""


def test_the_document_as_it_is_has_not_changed(project: Path) -> None:
    completed = check_changes(project)
    assert (completed.returncode, completed.stderr) == (0, "")
    assert "Verdict: unchanged." in completed.stdout


def test_a_break_that_is_announced_passes(project: Path) -> None:
    edit(project, *BREAKING)
    set_version(project, "2.0.0")
    completed = check_changes(project)
    assert completed.returncode == 0
    assert "Verdict: breaking. Version 2.0.0 says so." in completed.stdout


def test_a_break_is_not_announced_by_a_minor_version(project: Path) -> None:
    edit(project, *BREAKING)
    set_version(project, "1.9.0")
    assert check_changes(project).returncode == 1


def test_a_new_error_code_breaks_nobody(project: Path) -> None:
    add_error(project)
    completed = check_changes(project)
    assert completed.returncode == 0
    assert "new error 1239987 `ATTACHMENT_TYPE_REFUSED` (400, `not_sent`, `never`, `draft`" in completed.stdout
    assert "Verdict: additive." in completed.stdout


def test_the_raw_material_for_the_changelog_is_written(project: Path) -> None:
    edit(project, *ADDITIVE)
    assert "Raw material for the changelog: build/changes.md\n" in check_changes(project).stdout
    material = (project / "build/changes.md").read_text(encoding="utf-8")
    assert material.startswith("## The document 1.1.0\n")
    assert "### Added\n\n- `sendDraft`: added the optional property `data/sent_at`" in material


def test_settings_of_oasdiff_that_lie_about_change_nothing(project: Path) -> None:
    (project / ".oasdiff.yaml").write_text("level: ERR\n", encoding="utf-8")
    edit(project, *ADDITIVE)
    assert "Verdict: additive." in check_changes(project).stdout


def test_the_earlier_document_is_the_one_that_was_named(project: Path) -> None:
    edit(project, *BREAKING)
    commit_everything(project)
    assert check_changes(project, "--base", "HEAD").returncode == 0
    assert check_changes(project, "--base", "HEAD~1").returncode == 1
