"""The READMEs are true: their code runs, their commands print what is shown, and both tell the same."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser

from feishu_mail import FeishuMailError, RetryPolicy
from feishu_mail.outcomes import exceptions as exceptions_module
from feishu_mail_sandbox.control import SandboxControl

ROOT = Path(__file__).parents[2]
DRAFT_ID = "268dce11-85f7-427d-8756-6be3abc850fd"
READMES = [
    *("README.md", "README.zh-CN.md", "sandbox/README.md", "sandbox/README.zh-CN.md"),
    *("docs/many-drafts.md", "docs/many-drafts.zh-CN.md"),
]


def run_python(example: Example) -> None:
    code = str(example.parsed)
    if "def test_" not in code:
        exec(compile(code, f"{example.path}:{example.line}", "exec"), {"__name__": "__readme__"})
        return
    folder: Path = example.namespace["folder"]
    (folder / "test_of_readme.py").write_text(code, encoding="utf-8")
    # Away from the project's own settings, as a user would run it.
    completed = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_of_readme.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert completed.returncode == 0, completed.stdout
    assert "1 passed" in completed.stdout


def run_console(example: Example) -> None:
    for command, shown in re.findall(r"^\$ (.*)\n((?:(?!\$ ).*\n?)*)", str(example.parsed), re.MULTILINE):
        program, *arguments = command.split()
        assert program == "feishu-mail"
        completed = subprocess.run(
            [sys.executable, "-m", "feishu_mail", *arguments],
            capture_output=True,
            text=True,
            encoding="utf-8",
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        start, dots, _ = shown.partition("...")
        assert completed.stdout.startswith(start) if dots else completed.stdout == shown


SYBIL = Sybil(parsers=[CodeBlockParser("python", run_python), CodeBlockParser("console", run_console)])


@pytest.mark.parametrize("name", READMES)
def test_every_block_of_code_runs(
    name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    feishu_mail_sandbox: SandboxControl,
) -> None:
    monkeypatch.setenv("FEISHU_BASE_URL", feishu_mail_sandbox.base_url)
    monkeypatch.setenv("FEISHU_USER_ACCESS_TOKEN", "u-readme")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "drafts.csv").write_text("mailbox,draft_id\nme,d1\nme,code-1236014\nme,gone\n")
    document = SYBIL.parse(ROOT / name)
    examples = list(document.examples())
    assert examples
    for example in examples:
        feishu_mail_sandbox.reset()
        feishu_mail_sandbox.create_draft(DRAFT_ID)
        feishu_mail_sandbox.create_draft("d1")
        feishu_mail_sandbox.create_draft("gone", script=["vanish_after_accept"])
        document.namespace["folder"] = tmp_path
        example.evaluate()
        told = capsys.readouterr().out
        if DRAFT_ID in str(example.parsed):
            assert len(feishu_mail_sandbox.deliveries()) == 1
            assert told.strip()


@pytest.mark.parametrize("name", READMES[:2])
def test_what_is_said_of_exceptions_and_policy_is_true(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    classes = [each for each in vars(exceptions_module).values() if isinstance(each, type)]
    for each in classes:
        if issubclass(each, FeishuMailError):
            assert f"`{each.__name__}`" in text, f"{each.__name__} is not explained"
    (policy,) = re.findall(r"`(RetryPolicy\(max_attempts.*?\))`", text)
    assert eval(policy, {"RetryPolicy": RetryPolicy}) == RetryPolicy()


@pytest.mark.parametrize(("english", "chinese"), [READMES[:2], READMES[2:4], READMES[4:]])
def test_the_chinese_page_is_as_complete_as_the_english_one(english: str, chinese: str) -> None:
    pages = [(ROOT / name).read_text(encoding="utf-8") for name in (english, chinese)]
    headings, tables, fences = (
        [len(re.findall(pattern, page, re.MULTILINE)) for page in pages] for pattern in (r"^#+ ", r"^\s*\|", r"^```")
    )
    assert headings[0] == headings[1]
    assert tables[0] == tables[1]
    assert fences[0] == fences[1]


def test_links_to_files_lead_somewhere() -> None:
    for page in [*(ROOT / name for name in READMES), *(ROOT / "docs").glob("*.md"), ROOT / "CHANGELOG.md"]:
        for target in re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
