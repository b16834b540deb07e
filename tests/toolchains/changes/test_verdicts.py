"""The command as it is run gives every edit of the real document its verdict."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.change_gate.repository import commit_everything, git
from tests.scripts.document_edits import ANOTHER_TEXT, DOCUMENT, edit

ROOT = Path(__file__).parents[3]
MESSAGE_ID = "        message_id:\n          description: Id of the sent message"
ADDITIVE = (MESSAGE_ID, f"        sent_at:\n          type: string\n{MESSAGE_ID}")
BREAKING = (MESSAGE_ID, MESSAGE_ID.replace("message_id", "sent_message_id"))


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
    command = [sys.executable, "scripts/check_changes.py", "--root", str(project), "--oasdiff", "build/tools/oasdiff"]
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


def test_as_long_as_nothing_has_been_released_changes_are_shown_and_nothing_fails(project: Path) -> None:
    git(project, "tag", "--delete", "v1")
    edit(project, *BREAKING)
    completed = check_changes(project)
    assert completed.returncode == 0
    assert "removed the optional property `data/message_id`" in completed.stdout
    assert "Verdict: breaking. No tag contains the document, so it breaks nobody." in completed.stdout
    # Whoever names a base says that somebody depends on it.
    assert check_changes(project, "--base", "HEAD").returncode == 1


def test_settings_of_oasdiff_that_lie_about_change_nothing(project: Path) -> None:
    (project / ".oasdiff.yaml").write_text("level: ERR\n", encoding="utf-8")
    edit(project, *ADDITIVE)
    assert "Verdict: additive." in check_changes(project).stdout


def test_the_earlier_document_is_the_one_that_was_named(project: Path) -> None:
    edit(project, *BREAKING)
    commit_everything(project)
    assert check_changes(project, "--base", "HEAD").returncode == 0
    assert check_changes(project, "--base", "HEAD~1").returncode == 1
