"""Everything derived is in step with the document, and whoever breaks that is told what to do."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.document_edits import ANOTHER_TEXT, NOT_OPENAPI, NOT_YAML, add_error, edit

ROOT = Path(__file__).parents[2]


def regenerate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(root / "scripts/regenerate.py"), "--root", str(root), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what regeneration reads and writes."""
    for folder in ("openapi", "generated", "overlay", "scripts", "sandbox", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    return tmp_path


def test_what_is_committed_is_in_step_with_the_document() -> None:
    completed = regenerate(ROOT, "--check")
    assert completed.returncode == 0, completed.stderr


def test_one_character_in_the_document_is_noticed_and_the_message_says_what_to_do(project: Path) -> None:
    edit(project, "summary: The content was judged risky", "summary: The content was judged riskY")

    completed = regenerate(project, "--check")

    assert completed.returncode == 1
    assert "overlay/feishu_mail/error_codes.py" in completed.stderr
    assert "openapi/feishu-mail.json" in completed.stderr
    assert "make regenerate" in completed.stderr


def test_even_a_comment_is_noticed_because_the_digest_is_recorded(project: Path) -> None:
    edit(project, "# Feishu/Lark Mail: send a draft.", "# Feishu/Lark Mail: send a draft!")

    completed = regenerate(project, "--check")

    assert completed.returncode == 1
    assert "openapi/regenerated.json" in completed.stderr


@pytest.mark.parametrize(
    "path",
    [
        "generated/feishu_mail_client/client.py",
        "overlay/feishu_mail/error_codes.py",
        "overlay/feishu_mail/send_operation.py",
        "openapi/feishu-mail.json",
        "openapi/error-codes.json",
        "docs/error-codes.md",
        "docs/error-codes.zh-CN.md",
    ],
)
def test_a_derived_file_that_was_edited_is_named(path: str, project: Path) -> None:
    with (project / path).open("a", encoding="utf-8") as file:
        file.write("\n# mine\n")

    completed = regenerate(project, "--check")

    assert completed.returncode == 1
    assert completed.stderr.splitlines()[1:-1] == [f"  {path}"]


@pytest.mark.parametrize("stray_path", ["generated/feishu_mail_client/mine.py", "generated/mine/__init__.py"])
def test_a_file_that_does_not_belong_among_the_generated_is_named_and_removed(stray_path: str, project: Path) -> None:
    stray = project / stray_path
    stray.parent.mkdir(exist_ok=True)
    stray.write_text("")

    assert stray_path in regenerate(project, "--check").stderr
    assert regenerate(project).returncode == 0
    assert not stray.exists()


def test_regenerating_twice_changes_nothing(project: Path) -> None:
    edit(project, *ANOTHER_TEXT)

    first, second = regenerate(project), regenerate(project)

    assert (first.returncode, second.returncode) == (0, 0)
    assert "changed overlay/feishu_mail/error_codes.py" in first.stdout
    assert second.stdout == "regenerate: nothing to change\n"
    assert regenerate(project, "--check").returncode == 0


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (*NOT_YAML, "not a valid OpenAPI document"),
        (*NOT_OPENAPI, "not a valid OpenAPI document"),
        ("x-summary-zh: 草稿内容被判定存在风险", "x-other: x", "CONTENT_RISK: x-summary-zh is missing"),
        ("operationId: sendDraft", "operationId: send", "there must be one operation sendDraft, not 0"),
    ],
)
def test_a_document_that_cannot_be_used_is_refused_and_nothing_is_written(
    old: str, new: str, message: str, project: Path
) -> None:
    edit(project, old, new)
    before = {path: path.read_bytes() for path in project.rglob("*") if path.is_file()}

    completed = regenerate(project)

    assert completed.returncode == 2
    assert message in completed.stderr
    assert "Traceback" not in completed.stderr
    assert {path: path.read_bytes() for path in project.rglob("*") if path.is_file()} == before


TRY_THE_NEW_ERROR = """
from feishu_mail import DraftRefusedError, ErrorCode, FeishuMail
from feishu_mail.command_line import main
from feishu_mail_sandbox.running import running_sandbox

with running_sandbox() as sandbox, FeishuMail(access_token="u-x", base_url=sandbox.base_url) as mail:
    for draft_id in ("code-1239987", sandbox.create_draft(script=[1239987])):
        try:
            mail.drafts.send(draft_id)
        except DraftRefusedError as error:
            assert error.error_code is ErrorCode.ATTACHMENT_TYPE_REFUSED
            assert error.advice == "Remove the attachment, then send again."
        else:
            raise AssertionError("not refused")
assert main(["explain", "1239987", "--lang", "zh"]) == 0
"""


def test_a_new_error_needs_nothing_but_the_document(project: Path) -> None:
    """The enum, the exceptions' advice, `explain` and the sandbox all know it; the document is all that was edited."""
    add_error(project)
    assert regenerate(project).returncode == 0
    (project / "feishu_mail_openapi").symlink_to("openapi")
    path = os.pathsep.join(str(project / folder) for folder in ("overlay", "generated", "sandbox", "."))

    completed = subprocess.run(
        [sys.executable, "-c", TRY_THE_NEW_ERROR],
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
        cwd=project,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )

    assert completed.returncode == 0, completed.stderr
    assert "请移除该附件后再发送。" in completed.stdout
