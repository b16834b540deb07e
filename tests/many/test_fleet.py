"""Several workers on one ledger in PostgreSQL: each draft once and nobody too fast, whoever of them dies or hangs."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest

from feishu_mail import ConfigurationError, InvalidArgument
from feishu_mail.many.fleet import work
from feishu_mail.many.report import Report, look
from feishu_mail.many.steps import DraftSender
from feishu_mail_sandbox.control import SandboxControl
from tests.postgresql import PostgreSQL

TOKEN = "u-test-7f3a91"
MAILBOXES = ("ann@corp.example", "bob@corp.example", "eve@corp.example")
LEASE = 1.5
LIMIT = {"calls": 10, "seconds": 1.0}

# Suspends itself once at the worst moment: the permit is there, the ledger says that it is in flight, nothing has left.
WORKER = """
import json, os, signal, socket, sys, time
from feishu_mail import Pace
from feishu_mail.many.fleet import work

options = json.loads(sys.argv[1])
suspensions = [signal.SIGSTOP] * options.pop("suspensions", 0)
connect = socket.create_connection

def suspended(*arguments, **named):
    if suspensions:
        os.kill(os.getpid(), suspensions.pop())
        # Another thread may be the one that takes the signal, and this one goes on until then.
        time.sleep(0.5)
    return connect(*arguments, **named)

socket.create_connection = suspended
report = work(tokens=lambda mailbox: sys.argv[2], pace=Pace(**options.pop("limit")), **options)
print(report.sent, report.total, report.interrupted_by)
"""

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def ledger(postgresql: PostgreSQL) -> str:
    """The URL of a ledger that nobody has used yet, in a schema of its own."""
    url = postgresql.new_database()
    with connected(url) as connection:
        connection.execute("CREATE SCHEMA fleet")
    return f"{url}?options=-csearch_path%3Dfleet"


@pytest.fixture
def start(ledger: str, feishu_mail_sandbox: SandboxControl) -> Iterator[Start]:
    """Starts workers, and sees to it that none outlives the test."""
    feishu_mail_sandbox.settings(rate_limit=LIMIT, send_seconds=0.03)
    processes: list[subprocess.Popen[str]] = []

    def start(**options: Any) -> subprocess.Popen[str]:
        given = {"ledger": ledger, "base_url": feishu_mail_sandbox.base_url, "lease": LEASE, "limit": LIMIT, **options}
        command = [sys.executable, "-c", WORKER, json.dumps(given), TOKEN]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


@contextmanager
def connected(url: str) -> Iterator["psycopg.Connection[Any]"]:
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def load(
    ledger: str, sandbox: SandboxControl, count: int, mailboxes: Sequence[str] = MAILBOXES, **draft: Any
) -> list[str]:
    """Adds drafts of the mailboxes in turn to the ledger, and returns their ids."""
    owners = [mailboxes[number % len(mailboxes)] for number in range(count)]
    pairs = [(mailbox, sandbox.create_draft(user_mailbox_id=mailbox, **draft)) for mailbox in owners]
    with DraftSender(ledger=ledger, tokens=TOKEN, base_url=sandbox.base_url) as sender:
        assert sender.add(pairs) == count
    return [draft_id for _, draft_id in pairs]


def until(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)


def ended(process: "subprocess.Popen[str]") -> tuple[int, str, str]:
    """The exit code, and what was written."""
    stdout, stderr = process.communicate(timeout=30)
    return process.returncode, stdout.strip(), stderr


def delivered(sandbox: SandboxControl) -> list[str]:
    return sorted(mail["draft_id"] for mail in sandbox.deliveries())


def statuses(sandbox: SandboxControl) -> set[int | None]:
    return {request["status"] for request in sandbox.requests()}


def report_of(ledger: str) -> Report:
    return look(ledger, pace=None)


def is_suspended(process: "subprocess.Popen[str]") -> bool:
    return Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def test_workers_that_start_at_once_share_the_drafts_and_the_pace(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl
) -> None:
    drafts = load(ledger, feishu_mail_sandbox, 30)
    workers = [start(drain=True) for _ in range(2)]

    assert [ended(worker) for worker in workers] == [(0, "30 30 None", "")] * 2
    assert delivered(feishu_mail_sandbox) == sorted(drafts)
    assert statuses(feishu_mail_sandbox) == {200}
    # A job may have been made twice, of which none is left once somebody looks at it; but none is kept that is done.
    assert count(ledger, "procrastinate_jobs") <= 1


def test_what_a_killed_worker_had_in_hand_is_taken_over_by_another(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl
) -> None:
    drafts = load(ledger, feishu_mail_sandbox, 18)
    worker, other = start(), start(drain=True)
    until(lambda: len(feishu_mail_sandbox.requests()) > 4)
    worker.kill()

    assert ended(other) == (0, "18 18 None", "")
    assert delivered(feishu_mail_sandbox) == sorted(drafts)
    assert 429 not in statuses(feishu_mail_sandbox)


def test_a_worker_that_is_suspended_for_longer_than_its_lease_sends_nothing_twice(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl
) -> None:
    # Of one mailbox: with several, a thread may be suspended in a transaction that others then await for 10 s.
    drafts = load(ledger, feishu_mail_sandbox, 15, MAILBOXES[:1])
    worker = start(drain=True, suspensions=1, timeout=0.5)
    until(partial(is_suspended, worker))
    other = start(drain=True)

    assert ended(other) == (0, "15 15 None", "")
    worker.send_signal(signal.SIGCONT)
    assert ended(worker) == (0, "15 15 None", "")
    assert delivered(feishu_mail_sandbox) == sorted(drafts)
    # Its slot of the pace may be another's by then, so what it was about to send never left.
    assert [request["status"] for request in feishu_mail_sandbox.requests()] == [200] * 15


def test_jobs_that_were_never_made_or_died_with_their_worker_are_made_again(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl
) -> None:
    first = load(ledger, feishu_mail_sandbox, 3)
    assert ended(start(drain=True))[0] == 0
    second = load(ledger, feishu_mail_sandbox, 3)
    with connected(ledger) as connection:
        # One whose worker is gone, and one whose worker has shown no sign of life for long.
        connection.execute(
            """
            SET search_path = fleet;
            INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour');
            INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args, status, worker_id)
            SELECT 'feishu_mail', 'feishu_mail.send', 'feishu_mail mailbox ' || mailbox_id,
                'feishu_mail draft ' || number, jsonb_build_object('number', number), 'doing',
                CASE WHEN number % 2 = 0 THEN (SELECT max(id) FROM procrastinate_workers) END
            FROM feishu_mail_drafts WHERE is_open ORDER BY number LIMIT 2
            """
        )

    assert ended(start(drain=True)) == (0, "6 6 None", "")
    assert delivered(feishu_mail_sandbox) == sorted(first + second)


def test_a_stop_in_the_ledger_pauses_the_workers_until_it_is_lifted(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl
) -> None:
    drafts = load(ledger, feishu_mail_sandbox, 6)
    with DraftSender(ledger=ledger, tokens=TOKEN, base_url=feishu_mail_sandbox.base_url) as sender:
        sender.ledger.stop(name="APP_NOT_ENABLED", code=None)
        worker = start()
        until(lambda: count(ledger, "procrastinate_workers"))
        time.sleep(LEASE)
        assert (worker.poll(), delivered(feishu_mail_sandbox), count(ledger, "procrastinate_jobs")) == (None, [], 0)

        sender.begin_run()
        until(lambda: report_of(ledger).all_sent)
    worker.terminate()
    assert ended(worker) == (0, f"6 6 {int(signal.SIGTERM)}", "")
    assert delivered(feishu_mail_sandbox) == sorted(drafts)


def test_the_first_signal_lets_what_is_in_flight_end_and_the_second_leaves_at_once(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl
) -> None:
    load(ledger, feishu_mail_sandbox, 6)
    feishu_mail_sandbox.settings(send_seconds=1.0)
    worker = start()
    until(lambda: len(feishu_mail_sandbox.requests()) == 3)
    worker.terminate()
    assert ended(worker) == (0, f"3 6 {int(signal.SIGTERM)}", "")

    feishu_mail_sandbox.settings(send_seconds=20.0)
    worker = start()
    until(lambda: len(feishu_mail_sandbox.requests()) == 6)
    worker.terminate()
    time.sleep(0.3)
    assert worker.poll() is None
    worker.terminate()
    assert worker.wait(5) != 0
    assert (report_of(ledger).sent, report_of(ledger).in_flight) == (3, 3)


def test_workers_survive_a_restart_of_postgresql(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl, postgresql: PostgreSQL
) -> None:
    drafts = load(ledger, feishu_mail_sandbox, 30)
    workers = [start(drain=True) for _ in range(2)]
    until(lambda: len(feishu_mail_sandbox.deliveries()) > 8)
    postgresql.restart(immediate=True)

    assert [ended(worker) for worker in workers] == [(0, "30 30 None", "")] * 2
    assert delivered(feishu_mail_sandbox) == sorted(drafts)
    assert 429 not in statuses(feishu_mail_sandbox)


def test_the_database_holds_no_token_and_an_address_only_where_mailboxes_are_named(
    ledger: str, start: Start, feishu_mail_sandbox: SandboxControl
) -> None:
    load(ledger, feishu_mail_sandbox, 9, script=[1236014])
    start()
    until(lambda: count(ledger, "procrastinate_jobs") == len(MAILBOXES))
    held = dump(ledger)
    until(lambda: report_of(ledger).pending == 0)
    for name, rows in dump(ledger).items():
        held[name] = held.get(name, "") + rows

    assert '""number"": ' in held["procrastinate_jobs"]
    assert not [name for name, rows in held.items() if TOKEN in rows]
    assert [name for name, rows in held.items() if "corp.example" in rows] == ["feishu_mail_mailboxes"]


def count(ledger: str, table: str) -> int:
    """How many rows there are; none where the table is not made yet."""
    with connected(ledger) as connection:
        if connection.execute("SELECT to_regclass(%s)", [f"fleet.{table}"]).fetchone() == (None,):
            return 0
        return int(connection.execute(f"SELECT count(*) FROM fleet.{table}".encode()).fetchall()[0][0])


def dump(ledger: str) -> dict[str, str]:
    with connected(ledger) as connection:
        names = connection.execute(
            "SELECT relname FROM pg_stat_user_tables WHERE schemaname = 'fleet' ORDER BY 1"
        ).fetchall()
        return {
            name: "\n".join(
                row for (row,) in connection.execute(f"SELECT t::text FROM fleet.{name} AS t".encode()).fetchall()
            )
            for (name,) in names
        }


def test_the_command_line_works_until_the_ledger_is_drained(ledger: str, feishu_mail_sandbox: SandboxControl) -> None:
    load(ledger, feishu_mail_sandbox, 3)
    command = [sys.executable, "-m", "feishu_mail", "send-many", ledger, "--work", "--drain"]
    environment = {
        **os.environ,
        "FEISHU_BASE_URL": feishu_mail_sandbox.base_url,
        "FEISHU_USER_ACCESS_TOKEN": TOKEN,
    }
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("3 drafts: 3 sent")


def test_a_ledger_in_sqlite_is_for_one_machine(tmp_path: Path) -> None:
    with pytest.raises(InvalidArgument, match="several workers need a ledger in PostgreSQL"):
        work(ledger=f"sqlite:///{tmp_path / 'run.db'}", tokens=TOKEN)


def test_without_the_extra_it_is_named(ledger: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "procrastinate", None)
    monkeypatch.delitem(sys.modules, "feishu_mail.many.jobs", raising=False)
    with pytest.raises(ConfigurationError, match=r"feishu-mail\[fleet\]"):
        work(ledger=ledger, tokens=TOKEN)
