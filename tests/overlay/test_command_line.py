"""The command line: what it prints, and the exit codes that a script can branch on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from feishu_mail import ERROR_FACTS
from feishu_mail_sandbox.control import SandboxControl

COMMAND = [sys.executable, "-m", "feishu_mail"]


def environment(sandbox: SandboxControl | None = None, token: str | None = "u-cli") -> Mapping[str, str]:
    changed = {
        "PYTHONIOENCODING": "utf-8",
        "FEISHU_BASE_URL": sandbox.base_url if sandbox else "https://open.feishu.cn",
        "FEISHU_USER_ACCESS_TOKEN": token or "",
    }
    return {**os.environ, **changed}


def run(*arguments: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], env=env or environment(), capture_output=True, text=True, encoding="utf-8", check=False
    )


EXITS: list[tuple[list[int | str], str, int, str]] = [
    ([], "u-cli", 0, "sent"),
    ([1236005], "u-cli", 0, "sent"),
    ([1236014], "u-cli", 3, "not_done"),
    (["automation_disabled"], "u-cli", 3, "not_done"),
    (["vanish_after_accept"], "u-cli", 4, "unknown"),
    ([], "u-expired", 5, "not_done"),
    ([], "u-no-scope", 5, "not_done"),
    ([1234017], "u-cli", 5, "not_done"),
]


@pytest.mark.parametrize(("script", "token", "exit_code", "outcome"), EXITS)
def test_the_exit_code_tells_the_outcome(
    script: list[int | str], token: str, exit_code: int, outcome: str, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=script)

    completed = run("send", draft_id, "--json", env=environment(feishu_mail_sandbox, token))

    assert completed.returncode == exit_code, completed.stderr
    told = json.loads(completed.stdout)
    assert (told["outcome"], told["draft_id"]) == (outcome, draft_id)
    assert token not in completed.stdout + completed.stderr


def test_send_says_in_words_what_happened(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(user_mailbox_id="a@b.com", script=[1236006])

    sent = run("send", draft_id, "--mailbox", "a@b.com", env=environment(feishu_mail_sandbox))

    assert sent.returncode == 0
    assert sent.stdout.startswith("Sent.\nmessage_id: ")
    assert "attempt 1: Another write for this user is still in progress; trying again in" in sent.stderr

    conflicting = feishu_mail_sandbox.create_draft(script=[1236006])
    chinese = run("send", conflicting, "--lang", "zh", env=environment(feishu_mail_sandbox))
    assert "第 1 次尝试：该用户的另一个写操作仍在进行；" in chinese.stderr

    again = run("send", draft_id, "--mailbox", "a@b.com", "--lang", "zh", env=environment(feishu_mail_sandbox))
    assert again.stdout.startswith("此前已发送成功，没有重复发送。")


@pytest.mark.parametrize(("lang", "words"), [("en", "The mail was not sent."), ("zh", "邮件没有发出。请修改草稿")])
def test_a_refusal_is_explained_in_both_languages(lang: str, words: str, feishu_mail_sandbox: SandboxControl) -> None:
    completed = run("send", "code-1236014", "--lang", lang, env=environment(feishu_mail_sandbox))

    assert completed.returncode == 3
    assert words in completed.stderr
    assert completed.stdout == ""


@pytest.mark.parametrize(
    "arguments", [["send"], ["send", ".."], ["send", "a", "b"], ["nonsense"], [], ["explain", "7"]]
)
def test_wrong_usage_is_exit_code_2(arguments: list[str]) -> None:
    completed = run(*arguments)
    assert completed.returncode == 2
    assert "feishu-mail" in completed.stderr


def test_without_a_token_it_names_the_variable() -> None:
    completed = run("send", "draft", env=environment(token=None))
    assert completed.returncode == 5
    assert "FEISHU_USER_ACCESS_TOKEN" in completed.stderr


@pytest.mark.parametrize("code", ERROR_FACTS)
def test_explain_knows_every_code(code: int, capsys: pytest.CaptureFixture[str]) -> None:
    from feishu_mail.command_line import main

    facts = ERROR_FACTS[code]  # type: ignore[index]
    assert main(["explain", str(int(code))]) == 0
    english = capsys.readouterr().out
    assert main(["explain", facts.name.lower(), "--lang", "zh"]) == 0
    chinese = capsys.readouterr().out
    assert main(["explain", str(int(code)), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)

    assert facts.name in english
    assert facts.advice in english
    assert "Did the mail go out?" in english
    assert facts.advice_zh in chinese
    assert (told["code"], told["outcome"], told["retry"]) == (code, facts.outcome, facts.retry)


def test_explain_lists_all_and_knows_that_code_0_may_not_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    from feishu_mail.command_line import main

    assert main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(ERROR_FACTS) + 1
    assert main(["explain", "0"]) == 0
    assert "AUTOMATION_DISABLED" in capsys.readouterr().out


def test_a_sent_mail_is_exit_code_0_even_when_nobody_reads_what_is_printed(feishu_mail_sandbox: SandboxControl) -> None:
    with Path("/dev/full").open("w") as full:
        for arguments in (["--json"], ["--lang", "zh"]):
            draft_id = feishu_mail_sandbox.create_draft()
            completed = subprocess.run(
                [*COMMAND, "send", draft_id, *arguments],
                env=environment(feishu_mail_sandbox),
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
            assert (completed.returncode, completed.stderr) == (0, "")


def test_a_terminal_that_knows_no_chinese_gets_escapes(feishu_mail_sandbox: SandboxControl) -> None:
    env = {**environment(feishu_mail_sandbox), "PYTHONIOENCODING": "ascii"}
    completed = run("send", feishu_mail_sandbox.create_draft(), "--lang", "zh", env=env)
    assert completed.returncode == 0
    assert completed.stdout.startswith("\\u5df2")


def test_version() -> None:
    assert run("--version").stdout.startswith("feishu-mail 0.")


def test_help_names_the_exit_codes() -> None:
    for arguments in (["--help"], ["send", "--help"]):
        completed = run(*arguments)
        assert completed.returncode == 0
        assert "exit codes:" in completed.stdout


@pytest.mark.skipif(os.name == "nt", reason="Windows sends Ctrl-C otherwise")
def test_ctrl_c_stops_cleanly_and_says_that_the_outcome_is_unknown(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["stall_after_accept"])
    command = [*COMMAND, "send", draft_id, "--json"]
    with subprocess.Popen(
        command, env=environment(feishu_mail_sandbox), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        while not feishu_mail_sandbox.deliveries():
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        stdout, stderr = process.communicate(timeout=10)

    assert process.returncode == 130
    assert json.loads(stdout) == {"outcome": "unknown", "draft_id": draft_id, "reason": "interrupted"}
    assert "interrupted; the mail may be out" in stderr
    assert "Traceback" not in stderr


def test_sandbox_starts_the_sandbox() -> None:
    command = [*COMMAND, "sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            base_url = process.stdout.readline().strip()
            assert SandboxControl(base_url).deliveries() == []
        finally:
            process.terminate()
            process.communicate(timeout=10)
    assert process.returncode == 0
