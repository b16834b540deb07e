"""`feishu-mail send-many`: what it prints, what it leaves, and the exit codes that a script can branch on."""

import csv
import json
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from feishu_mail_sandbox.control import SandboxControl

COMMAND = [sys.executable, "-m", "feishu_mail", "send-many"]


def run(
    *arguments: str, sandbox: SandboxControl | None = None, given: str = "", token: str = "u-cli"
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PYTHONIOENCODING": "utf-8",
        "FEISHU_BASE_URL": sandbox.base_url if sandbox else "http://127.0.0.1:9",
        "FEISHU_USER_ACCESS_TOKEN": token,
    }
    return subprocess.run(
        [*COMMAND, *arguments],
        input=given,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    return str(tmp_path / "run.db")


EXITS: list[tuple[list[int | str], int, Mapping[str, int]]] = [
    ([], 0, {"sent": 3}),
    ([1236005], 0, {"sent": 3}),
    ([1236014], 3, {"sent": 2, "not_sent": 1}),
    (["vanish_after_accept"], 4, {"sent": 2, "unknown": 1}),
    ([99991403], 6, {"sent": 1, "held": 1, "pending": 1}),
]


@pytest.mark.parametrize(("script", "exit_code", "counted"), EXITS)
def test_the_exit_code_says_what_became_of_all(
    script: list[int | str],
    exit_code: int,
    counted: Mapping[str, int],
    feishu_mail_sandbox: SandboxControl,
    ledger: str,
) -> None:
    drafts = [feishu_mail_sandbox.create_draft(script=each) for each in ([], script, [])]
    completed = run(ledger, "-", "--report", "json", sandbox=feishu_mail_sandbox, given="\n".join(drafts))
    assert completed.returncode == exit_code
    states = [json.loads(line)["state"] for line in completed.stdout.splitlines()]
    assert {state: states.count(state) for state in states} == counted
    assert f"3 drafts: {counted['sent']} sent" in completed.stderr


def test_the_same_command_again_sends_what_was_refused_for_the_sake_of_all(
    feishu_mail_sandbox: SandboxControl, ledger: str
) -> None:
    drafts = [feishu_mail_sandbox.create_draft(script=each) for each in ([], [99991403], [])]
    assert run(ledger, "-", sandbox=feishu_mail_sandbox, given="\n".join(drafts)).returncode == 6
    completed = run(ledger, sandbox=feishu_mail_sandbox)
    assert (completed.returncode, completed.stdout) == (
        0,
        "3 drafts: 3 sent, 0 not sent, 0 unknown, 0 held, 0 in flight, 0 pending\n",
    )
    assert len(feishu_mail_sandbox.deliveries()) == 3


def test_a_line_that_cannot_be_used_is_named_and_nothing_starts(
    feishu_mail_sandbox: SandboxControl, ledger: str
) -> None:
    completed = run(ledger, "-", sandbox=feishu_mail_sandbox, given=f"{feishu_mail_sandbox.create_draft()}\na,b,c\n")
    assert completed.returncode == 2
    assert "line 2" in completed.stderr
    assert feishu_mail_sandbox.deliveries() == []
    assert "0 drafts" in run(ledger, "--status").stdout


def test_a_dry_run_says_how_long_it_takes_and_does_nothing(tmp_path: Path, ledger: str) -> None:
    (tmp_path / "drafts.tsv").write_text("mailbox\tdraft_id\n" + "".join(f"a@b.c\td{n}\n" for n in range(500)))
    completed = run(ledger, str(tmp_path / "drafts.tsv"), "--dry-run")
    assert completed.stdout == "500 drafts, mailboxes: 1; at this pace it takes 24 min at least. Nothing was sent.\n"
    assert not Path(ledger).exists()


def test_each_mailbox_has_the_token_that_the_command_prints_for_it(
    feishu_mail_sandbox: SandboxControl, ledger: str, tmp_path: Path
) -> None:
    program = tmp_path / "tokens.py"
    program.write_text("import sys\nprint('u-expired' if sys.argv[1] == 'a@b.c' else 'u-good')\n")
    drafts = [
        f"{mailbox},{feishu_mail_sandbox.create_draft(user_mailbox_id=mailbox)}"
        for mailbox in ("a@b.c", "d@e.f", "a@b.c", "d@e.f")
    ]
    completed = run(
        *(ledger, "-", "--report", "csv", "--tokens-from", f"{sys.executable} {program}"),
        sandbox=feishu_mail_sandbox,
        given="\n".join(drafts),
        token="",
    )
    rows = list(csv.DictReader(completed.stdout.splitlines()))
    assert [row["state"] for row in rows] == ["held", "sent", "pending", "sent"]
    assert completed.returncode == 3
    for secret in ("u-good", "u-expired", "a@b.c"):
        assert secret not in completed.stdout + completed.stderr
    assert b"u-" not in Path(ledger).read_bytes()


UNUSABLE: list[tuple[list[str], int, str]] = [
    (["nowhere/run.db", "-"], 6, "directory"),
    (["run.db", "nowhere.csv"], 2, "FILE cannot be opened"),
    (["run.db", "--status"], 6, "no such file"),
    (["mysql://user:hunter2@host/x", "-"], 2, "sqlite: or postgresql:"),
    (["run.db", "-", "--pace", "fast"], 2, "CALLS/SECONDS"),
    (["run.db", "-", "--pace", "0/60"], 2, "calls must be"),
    (["run.db", "-", "--tokens-from", "'"], 2, "--tokens-from"),
]


@pytest.mark.parametrize(("arguments", "exit_code", "said"), UNUSABLE)
def test_what_cannot_be_used_is_named(arguments: list[str], exit_code: int, said: str, tmp_path: Path) -> None:
    completed = run(*[str(tmp_path / each) if "run.db" in each else each for each in arguments])
    assert (completed.returncode, completed.stdout) == (exit_code, "")
    assert said in completed.stderr
    assert "Traceback" not in completed.stderr
    assert "hunter2" not in completed.stderr


def test_without_a_token_nothing_begins(ledger: str) -> None:
    completed = run(ledger, "-", given="d1\n", token="")
    assert completed.returncode == 5
    assert "FEISHU_USER_ACCESS_TOKEN" in completed.stderr


def test_the_ledger_is_for_its_owner_only(feishu_mail_sandbox: SandboxControl, ledger: str) -> None:
    run(ledger, "-", sandbox=feishu_mail_sandbox, given=feishu_mail_sandbox.create_draft())
    assert stat.S_IMODE(Path(ledger).stat().st_mode) == 0o600


def test_all_of_it_is_said_in_chinese(feishu_mail_sandbox: SandboxControl, ledger: str) -> None:
    given = feishu_mail_sandbox.create_draft(script=[1236014])
    completed = run(ledger, "-", "--lang", "zh", sandbox=feishu_mail_sandbox, given=given)
    assert completed.stdout.splitlines()[0] == (
        "共 1 封草稿：已发送 0，未发送 1，结果未知 0，暂缓 0，发送中 0，未尝试 0"
    )
    assert "未发送" in completed.stdout.splitlines()[1]
    assert "找不到" not in completed.stderr


def test_a_ledger_of_one_service_is_not_taken_for_that_of_another(
    feishu_mail_sandbox: SandboxControl, ledger: str
) -> None:
    """Else a rehearsal on a sandbox would keep the mails from going out."""
    draft = feishu_mail_sandbox.create_draft()
    assert run(ledger, "-", sandbox=feishu_mail_sandbox, given=draft).returncode == 0
    completed = run(ledger, "-", given=draft)
    assert completed.returncode == 6
    assert "another base URL" in completed.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo-terminals")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_terminal_the_progress_is_one_line_that_does_not_wrap(
    language: str, feishu_mail_sandbox: SandboxControl, ledger: str
) -> None:
    import pty
    import termios

    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 40))
    subprocess.run(
        [*COMMAND, ledger, "-", "--lang", language],
        input=feishu_mail_sandbox.create_draft().encode(),
        stdout=subprocess.DEVNULL,
        stderr=theirs,
        env={**os.environ, "FEISHU_BASE_URL": feishu_mail_sandbox.base_url, "FEISHU_USER_ACCESS_TOKEN": "u-x"},
        check=True,
    )
    shown = os.read(ours, 10_000).decode().split("\r\n")[0]
    assert len(shown.split("\r")) > 1
    for line in shown.split("\r"):
        assert sum(2 if ord(character) > 0x2E80 else 1 for character in line) < 40
