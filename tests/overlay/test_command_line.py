"""The command line: what it prints, and the exit codes that a script can branch on."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from feishu_mail import GET_DRAFT, SEND_DRAFT, ErrorFacts
from feishu_mail.outcomes.own_facts import OWN_FACTS
from feishu_mail_sandbox.control import SandboxControl
from tests.attacks.signals import HEEDING
from tests.overlay.one_answer_server import answering

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
    ([], "u-cli", 0, "done"),
    ([1236005], "u-cli", 0, "done"),
    ([1236014], "u-cli", 3, "not_done"),
    (["automation_disabled"], "u-cli", 3, "not_done"),
    (["vanish_after_accept"], "u-cli", 4, "unknown"),
    ([], "u-expired", 5, "not_done"),
    ([], "u-no-scope", 5, "not_done"),
    ([1234017], "u-cli", 5, "not_done"),
]


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", ">&- 2>&-"])
def test_a_stream_that_was_closed_before_changes_nothing(closed: str, feishu_mail_sandbox: SandboxControl) -> None:
    shell = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *COMMAND, "send", feishu_mail_sandbox.create_draft()]
    completed = subprocess.run(shell, env=environment(feishu_mail_sandbox), capture_output=True, check=False)
    assert (completed.returncode, completed.stderr) == (0, b"")


@pytest.mark.parametrize(("script", "token", "exit_code", "outcome"), EXITS)
def test_the_exit_code_tells_the_outcome(
    script: list[int | str], token: str, exit_code: int, outcome: str, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=script)

    completed = run("send", draft_id, "--json", env=environment(feishu_mail_sandbox, token))

    assert completed.returncode == exit_code, completed.stderr
    said = json.loads(completed.stdout)
    assert (said["outcome"], said["draft_id"]) == (outcome, draft_id)
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


@pytest.mark.parametrize(("lang", "words"), [("en", "The mail did not go out."), ("zh", "邮件没有发出。请检查草稿")])
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
    completed = run("send", "d1", "--json", env=environment(token=None))
    assert completed.returncode == 5
    said = json.loads(completed.stdout)
    assert "FEISHU_USER_ACCESS_TOKEN" in said["advice"]
    assert said["draft_id"] == "d1"


def test_an_unusable_environment_is_exit_code_2(feishu_mail_sandbox: SandboxControl) -> None:
    env = {**environment(), "SSL_CERT_FILE": "/nowhere/at/all.pem"}
    completed = run("send", "d1", env=env)
    assert completed.returncode == 2
    assert "SSL_CERT_FILE" in completed.stderr
    assert "Traceback" not in completed.stderr


KNOWN = [*SEND_DRAFT.errors.values(), *SEND_DRAFT.refusals, *OWN_FACTS]


@pytest.mark.parametrize("facts", KNOWN, ids=lambda facts: facts.name)
def test_explain_knows_every_code_and_every_name(facts: ErrorFacts, capsys: pytest.CaptureFixture[str]) -> None:
    from feishu_mail.command_line import main

    wanted = facts.name if facts.code is None else str(facts.code)
    assert main(["explain", wanted]) == 0
    english = capsys.readouterr().out
    assert main(["explain", facts.name.lower(), "--lang", "zh"]) == 0
    chinese = capsys.readouterr().out
    assert main(["explain", wanted, "--json"]) == 0
    said = json.loads(capsys.readouterr().out)

    advice = SEND_DRAFT.after_unknown if facts.code is None and facts.outcome == "unknown" else facts.advice
    assert facts.outcome is not None
    assert advice is not None
    for part in (facts.name, facts.summary.en, advice.en, SEND_DRAFT.outcomes[facts.outcome].en):
        assert part in english
    for part in (facts.name, facts.summary.zh, advice.zh, SEND_DRAFT.outcomes[facts.outcome].zh):
        assert part in chinese
    (of_send,) = [each for each in said if "sendDraft" in each["operations"]]
    assert (of_send["code"], of_send["outcome"], of_send["retry"]) == (facts.code, facts.outcome, facts.retry)


def test_explain_keeps_apart_what_a_code_means_to_each_operation(capsys: pytest.CaptureFixture[str]) -> None:
    from feishu_mail.command_line import main

    assert main(["explain", "1234050"]) == 0
    out = capsys.readouterr().out
    assert SEND_DRAFT.errors[1234050].advice.en in out
    assert GET_DRAFT.errors[1234050].advice.en in out


def test_explain_lists_all_and_knows_that_code_0_may_not_be_sent(capsys: pytest.CaptureFixture[str]) -> None:
    from feishu_mail.command_line import main

    assert main(["explain"]) == 0
    assert len(capsys.readouterr().out.splitlines()) > len(KNOWN)
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


SAID = {"msg": "of\nx\u202e", "detail": {"hint": 7}, "data": {}}


def fail(*arguments: str) -> subprocess.CompletedProcess[str]:
    body = json.dumps({"code": 1239999, "msg": SAID["msg"], "error": SAID["detail"]}).encode()
    with answering("400 Bad Request", body) as server:
        return run("send", "d1", *arguments, env={**environment(), "FEISHU_BASE_URL": server.base_url})


@pytest.mark.parametrize(("lang", "label"), [("en", "the service said: "), ("zh", "服务的原话：")])
def test_what_the_service_said_is_printed_only_with_detail(lang: str, label: str) -> None:
    (line,) = fail("--lang", lang).stderr.splitlines()
    same, detail = fail("--lang", lang, "--detail").stderr.splitlines()
    assert same == line
    assert detail == f'feishu-mail: {label}{{"msg": "of\\nx\\u202e", "detail": {{"hint": 7}}, "data": {{}}}}'

    without, with_detail = json.loads(fail("--json").stdout), json.loads(fail("--json", "--detail").stdout)
    assert with_detail == {**without, **SAID}
    assert not {*SAID} & {*without}


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


@contextmanager
def sending(feishu_mail_sandbox: SandboxControl, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Runs the command where Ctrl-C is heeded."""
    with subprocess.Popen(
        [*HEEDING, "send", *arguments],
        env=environment(feishu_mail_sandbox),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


SIGNALS = [
    pytest.param(
        getattr(signal, name, None), code, id=name, marks=pytest.mark.skipif(os.name == "nt", reason="no kill")
    )
    for name, code in (("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129))
]


@pytest.mark.parametrize(("number", "exit_code"), SIGNALS)
def test_whoever_interrupts_a_send_learns_that_the_mail_may_be_out(
    number: signal.Signals, exit_code: int, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["stall_after_accept"])
    with sending(feishu_mail_sandbox, draft_id, "--json") as process:
        while not feishu_mail_sandbox.deliveries():
            time.sleep(0.02)
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=10)

    assert process.returncode == exit_code
    assert json.loads(stdout) == {"outcome": "unknown", "draft_id": draft_id, "reason": "interrupted"}
    assert (
        stderr
        == "feishu-mail: interrupted; the mail may be out. Sending the same draft again is safe: it goes out once.\n"
    )


@pytest.mark.parametrize(("number", "exit_code"), SIGNALS)
def test_whoever_interrupts_it_when_nothing_went_out_learns_that(
    number: signal.Signals, exit_code: int, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[99991400])
    with sending(feishu_mail_sandbox, draft_id, "--json") as process:
        assert process.stderr is not None
        assert "trying again in" in process.stderr.readline()
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=10)

    assert process.returncode == exit_code
    assert json.loads(stdout)["outcome"] == "not_done"
    assert stderr == "feishu-mail: interrupted; nothing was sent.\n"


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
