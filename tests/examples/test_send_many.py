"""A job of many drafts that dies in the middle can be started again, and every mail goes out exactly once."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from feishu_mail_sandbox.control import SandboxControl

EXAMPLE = Path(__file__).parents[2] / "examples/send_many.py"


def start(sandbox: SandboxControl, ledger: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "FEISHU_BASE_URL": sandbox.base_url, "FEISHU_USER_ACCESS_TOKEN": "u-x"}
    return subprocess.Popen(
        [sys.executable, str(EXAMPLE), str(ledger)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
    )


def run(sandbox: SandboxControl, ledger: Path, drafts: list[str]) -> tuple[int, str]:
    with start(sandbox, ledger) as process:
        stdout, _ = process.communicate("\n".join(drafts), timeout=60)
    return process.returncode, stdout


def test_a_killed_job_goes_on_where_it_was_and_sends_each_mail_once(
    feishu_mail_sandbox: SandboxControl, tmp_path: Path
) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(10)]
    drafts.insert(4, feishu_mail_sandbox.create_draft(script=["stall_after_accept"]))
    ledger = tmp_path / "ledger.jsonl"

    with start(feishu_mail_sandbox, ledger) as process:
        assert process.stdin is not None
        process.stdin.write("\n".join(drafts))
        process.stdin.close()
        while len(feishu_mail_sandbox.deliveries()) < 5:
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with ledger.open("ab") as file:
        file.write('{"draft_id": "cut 半'.encode()[:-1])

    assert run(feishu_mail_sandbox, ledger, drafts) == (0, "{'done': 11}\n")
    delivered = [delivery["draft_id"] for delivery in feishu_mail_sandbox.deliveries()]
    assert sorted(delivered) == sorted(drafts)


def test_a_draft_that_is_gone_after_a_killed_run_is_not_called_unsent(
    feishu_mail_sandbox: SandboxControl, tmp_path: Path
) -> None:
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text('{"draft_id": "gone", "outcome": "unknown", "note": "started"}\n')

    assert run(feishu_mail_sandbox, ledger, ["gone"]) == (1, "{'unknown': 1}\n")


def test_a_torn_line_does_not_swallow_the_entry_after_it(feishu_mail_sandbox: SandboxControl, tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text('{"draft_id": "z", "outc', encoding="utf-8")

    assert run(feishu_mail_sandbox, ledger, ["gone"]) == (1, "{'not_done': 1}\n")
    assert '\n{"draft_id": "gone", "outcome": "unknown"' in ledger.read_text(encoding="utf-8")


def test_a_bad_draft_is_noted_and_the_others_go_out(feishu_mail_sandbox: SandboxControl, tmp_path: Path) -> None:
    bad, good = feishu_mail_sandbox.create_draft(script=[1236014]), feishu_mail_sandbox.create_draft()
    ledger = tmp_path / "ledger.jsonl"

    assert run(feishu_mail_sandbox, ledger, [bad, good]) == (1, "{'not_done': 1, 'done': 1}\n")
    entries = [json.loads(line) for line in ledger.read_text(encoding="utf-8").splitlines() if line]
    assert [(entry["draft_id"], entry["outcome"]) for entry in entries] == [
        *((bad, "unknown"), (bad, "not_done")),
        *((good, "unknown"), (good, "done")),
    ]


def test_a_problem_that_reaches_further_stops_the_job(feishu_mail_sandbox: SandboxControl, tmp_path: Path) -> None:
    drafts = [
        feishu_mail_sandbox.create_draft(script=[1236007]),
        *(feishu_mail_sandbox.create_draft() for _ in range(3)),
    ]

    exit_code, counts = run(feishu_mail_sandbox, tmp_path / "ledger.jsonl", drafts)

    assert (exit_code, counts) == (1, "{'not_done': 1, 'not started': 3}\n")
    assert feishu_mail_sandbox.deliveries() == []
