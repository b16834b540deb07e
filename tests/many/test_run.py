"""What a run does: what stops it or holds a mailbox, what it takes up again, in what order it sends, how it ends."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest
import trio

from feishu_mail import DraftSender, InvalidArgument, Pace, RetryPolicy
from feishu_mail.many.report import Progress, Report
from feishu_mail.many.run import send_many, send_many_async
from feishu_mail.many.states import Claim, DraftState, Nothing
from feishu_mail_sandbox import SandboxControl
from tests.attacks.signals import HEEDING
from tests.many.watched_sandbox import WatchedSandbox, watched_sandbox
from tests.overlay.one_answer_server import answering

A, B, C = "a@example.com", "b@example.com", "c@example.com"
AT_ONCE = RetryPolicy(max_attempts=3, initial_backoff=0, jitter=0)
SENT, NOT_SENT, UNKNOWN = DraftState.SENT, DraftState.NOT_SENT, DraftState.UNKNOWN
HELD, PENDING = DraftState.HELD, DraftState.PENDING

Step = int | str
Drafts = list[tuple[str, str]]


@pytest.fixture
def box() -> Iterator[WatchedSandbox]:
    """A sandbox without limits, and what it saw."""
    with watched_sandbox() as watched:
        watched.control.settings(rate_limit=None)
        yield watched


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """The URL of a ledger that is not there yet."""
    return f"sqlite:///{tmp_path / 'run.db'}"


def create(control: SandboxControl, *mailboxes: str, script: Mapping[str, Sequence[Step]] | None = None) -> Drafts:
    """Creates a draft for each mailbox, named by its letter and number (``a1``), with the scripts of those named."""
    drafts: Drafts = []
    for mailbox in mailboxes:
        draft_id = f"{mailbox[0]}{sum(other == mailbox for other, _ in drafts) + 1}"
        control.create_draft(draft_id, user_mailbox_id=mailbox, script=(script or {}).get(draft_id, ()))
        drafts.append((mailbox, draft_id))
    return drafts


def send(box: WatchedSandbox, drafts: Drafts, ledger: str, **options: object) -> Report:
    """Sends them without a pace, and with no waits between attempts."""
    given: dict[str, object] = {"tokens": lambda mailbox: f"u-{mailbox[0]}", "pace": None, "retry": AT_ONCE}
    return send_many(drafts, ledger=ledger, base_url=box.control.base_url, **{**given, **options})  # type: ignore[arg-type]


def states(report: Report) -> dict[str, str]:
    """Returns the state of each draft."""
    return {entry.draft_id: entry.state for entry in report.entries()}


def requested(box: WatchedSandbox) -> list[str]:
    """Returns the drafts that requests were for, in the order of their arrival."""
    return [request["draft_id"] or "" for request in box.control.requests()]


def test_all_is_sent_and_known(box: WatchedSandbox, ledger: str) -> None:
    report = send(box, create(box.control, A, A, B), ledger)

    assert (report.sent, report.total, report.all_sent, report.stopped) == (3, 3, True, None)
    out = {mail["draft_id"]: mail["message_id"] for mail in box.control.deliveries()}
    assert {entry.draft_id: entry.message_id for entry in report.entries()} == out
    for entry in report.entries():
        assert (entry.state, entry.attempts, entry.code) == (SENT, 1, None)
        assert entry.log_id
        assert (entry.began_at or 0.0) <= (entry.ended_at or 0.0)


@pytest.mark.parametrize(
    ("step", "name"),
    [
        ("automation_disabled", "AUTOMATION_DISABLED"),
        (1236007, "USER_DAILY_SEND_LIMIT"),
        (1236017, "SENDER_CHECK_FAILED"),
        (99991672, "APP_SCOPE_MISSING"),
    ],
)
def test_a_mailbox_with_a_problem_is_held_and_the_others_are_finished(
    box: WatchedSandbox, ledger: str, step: Step, name: str
) -> None:
    drafts = create(box.control, A, A, A, B, B, script={"a2": [step]})
    report = send(box, drafts, ledger)

    assert states(report) == {"a1": SENT, "a2": HELD, "a3": PENDING, "b1": SENT, "b2": SENT}
    assert [entry.name for entry in report.entries(HELD)] == [name]
    assert report.stopped is None
    assert "a3" not in requested(box)

    # Somebody has put it right: the same call again.
    assert states(send(box, drafts, ledger)) == dict.fromkeys(["a1", "a2", "a3", "b1", "b2"], SENT)


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (1236009, "TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT"),
        (99991403, "MONTHLY_QUOTA_EXCEEDED"),
        (99991401, "IP_NOT_ALLOWED"),
    ],
)
def test_what_concerns_all_stops_the_run(box: WatchedSandbox, ledger: str, code: int, name: str) -> None:
    drafts = create(box.control, A, A, B, B, script={"a2": [code], "b2": [code]})
    report = send(box, drafts, ledger, at_once=1)

    assert report.stopped is not None
    assert (report.stopped.name, report.stopped.code) == (name, code)
    assert all(report.stopped.advice)
    assert states(report) == {"a1": SENT, "a2": HELD, "b1": SENT, "b2": PENDING}

    box.control.reset()
    create(box.control, A, A, B, B)
    box.control.settings(rate_limit=None)
    assert send(box, drafts, ledger).all_sent
    assert sorted(requested(box)) == ["a2", "b2"]


def test_with_one_token_its_refusal_stops_the_run(box: WatchedSandbox, ledger: str) -> None:
    report = send(box, create(box.control, A, B, script={"a1": [99991672]}), ledger, tokens="u-one")

    assert report.stopped is not None
    assert report.stopped.name == "APP_SCOPE_MISSING"
    assert states(report) == {"a1": HELD, "b1": PENDING}


@pytest.mark.parametrize("code", [1236014, 1236003, 1234050])
def test_a_draft_with_a_problem_settles_alone(box: WatchedSandbox, ledger: str, code: int) -> None:
    report = send(box, create(box.control, A, A, B, script={"a1": [code]}), ledger)

    assert states(report) == {"a1": NOT_SENT, "a2": SENT, "b1": SENT}
    assert [(entry.code, entry.attempts) for entry in report.entries(NOT_SENT)] == [(code, 1)]


def test_a_service_that_cannot_be_reached_stops_the_run(ledger: str) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
        report = send_many(
            [f"d{number}" for number in range(20)],
            ledger=ledger,
            base_url=base_url,
            tokens="u-x",
            pace=None,
            retry=AT_ONCE,
        )
    assert report.stopped is not None
    assert all(report.stopped.advice)
    assert (report.pending, report.total) == (20, 20)
    assert sum(entry.attempts for entry in report.entries()) <= 10


def test_what_was_refused_is_left_alone_unless_asked_for(box: WatchedSandbox, ledger: str) -> None:
    drafts = create(box.control, A, A, script={"a1": [1236014]})
    assert send(box, drafts, ledger).not_sent == 1

    assert send(box, drafts, ledger).not_sent == 1
    assert requested(box) == ["a1", "a2"]

    assert send(box, drafts, ledger, retry_not_sent=True).all_sent
    assert requested(box) == ["a1", "a2", "a1"]


def test_a_resumed_run_makes_no_request_for_what_is_sent(box: WatchedSandbox, ledger: str) -> None:
    drafts = create(box.control, A, B)
    send(box, drafts, ledger)
    more = [*drafts, (C, box.control.create_draft("c1", user_mailbox_id=C))]

    assert send(box, more, ledger).sent == 3
    assert sorted(requested(box)) == ["a1", "b1", "c1"]


def test_without_drafts_the_ledger_is_gone_on_with(box: WatchedSandbox, ledger: str) -> None:
    drafts = create(box.control, A, A, script={"a1": ["automation_disabled"]})
    assert not send(box, drafts, ledger).all_sent

    assert send(box, [], ledger).all_sent


def test_what_may_be_out_is_settled_by_sending_it_again(box: WatchedSandbox, ledger: str) -> None:
    script = {"a1": ["drop_after_accept"], "a2": ["vanish_after_accept"], "a3": ["drop_before_accept"]}
    report = send(box, create(box.control, A, A, A, A, script=script), ledger)

    assert states(report) == {"a1": SENT, "a2": UNKNOWN, "a3": SENT, "a4": SENT}
    assert len(box.control.deliveries()) == 4


def test_a_policy_may_forbid_to_send_again(box: WatchedSandbox, ledger: str) -> None:
    drafts = create(box.control, A, A, script={"a1": ["drop_after_accept"]})
    never = RetryPolicy(after_unknown="raise", initial_backoff=0, jitter=0)

    for _ in range(2):
        assert states(send(box, drafts, ledger, retry=never)) == {"a1": UNKNOWN, "a2": SENT}
    assert requested(box).count("a1") == 1

    assert send(box, drafts, ledger).all_sent


def test_each_user_has_one_draft_in_flight_and_different_users_share_the_time(box: WatchedSandbox, ledger: str) -> None:
    box.control.settings(send_seconds=0.15)
    drafts = create(box.control, A, A, A, B, B, B, C, C, C)

    assert send(box, drafts, ledger).all_sent
    assert [arrival.code for arrival in box.arrivals] == [0] * 9
    assert any(
        one.path != other.path and one.at < other.at < one.answered_at for one in box.arrivals for other in box.arrivals
    )


def test_one_token_is_one_user(box: WatchedSandbox, ledger: str) -> None:
    box.control.settings(send_seconds=0.05)

    assert send(box, create(box.control, A, A, B, B), ledger, tokens="u-one").all_sent
    for one, other in zip(box.arrivals, box.arrivals[1:], strict=False):
        assert one.answered_at <= other.at


def test_mailboxes_take_turns_and_each_keeps_its_order(box: WatchedSandbox, ledger: str) -> None:
    send(box, create(box.control, A, A, A, A, A, B, C, C), ledger, at_once=1)

    assert requested(box) == ["a1", "b1", "c1", "a2", "c2", "a3", "a4", "a5"]


def test_each_mailbox_is_sent_from_with_its_own_token(box: WatchedSandbox, ledger: str) -> None:
    asked: list[str] = []

    def token(mailbox: str) -> str:
        asked.append(mailbox)
        return f"u-{[A, B].index(mailbox) + 1}"

    send(box, create(box.control, A, A, B, script={"a2": [99991677]}), ledger, tokens=token)

    assert {(arrival.path.split("/")[-4][0], arrival.process) for arrival in box.arrivals} == {("a", 1), ("b", 2)}
    # Once, and again when the service refuses it.
    assert sorted(asked) == [A, A, B]


def test_progress_is_reported_up_to_the_end(box: WatchedSandbox, ledger: str) -> None:
    seen: list[Progress] = []
    report = send(box, create(box.control, A, A, B), ledger, on_progress=seen.append)

    assert seen[-1] == report
    assert all(progress.total == 3 for progress in seen)


def test_a_progress_that_raises_does_not_stop_the_run(box: WatchedSandbox, ledger: str) -> None:
    def fail(progress: Progress) -> None:
        raise RuntimeError(str(progress))

    assert send(box, create(box.control, A), ledger, on_progress=fail).all_sent


def test_a_draft_that_cannot_be_one_is_named_and_nothing_is_sent(box: WatchedSandbox, ledger: str) -> None:
    drafts = [*create(box.control, A), (A, "..")]
    with pytest.raises(InvalidArgument, match="draft 2"):
        send(box, drafts, ledger)

    assert requested(box) == []
    assert send(box, [], ledger).total == 0


@pytest.mark.parametrize("run", [asyncio.run, lambda coroutine: trio.run(lambda: coroutine)], ids=["asyncio", "trio"])
def test_tasks_do_the_same(run: Callable[..., Report], box: WatchedSandbox, ledger: str) -> None:
    drafts = create(box.control, A, A, B)
    seen: list[Progress] = []

    async def some() -> AsyncIterator[tuple[str, str]]:
        for draft in drafts:
            yield draft

    async def token(mailbox: str) -> str:
        return f"u-{[A, B].index(mailbox) + 1}"

    report = run(
        send_many_async(
            some(), ledger=ledger, tokens=token, base_url=box.control.base_url, pace=None, on_progress=seen.append
        )
    )
    assert report.all_sent
    assert seen[-1] == report
    assert {arrival.process for arrival in box.arrivals} == {1, 2}


def test_a_cancelled_task_lets_those_in_flight_end(box: WatchedSandbox, ledger: str) -> None:
    box.control.settings(send_seconds=0.5)
    drafts = create(box.control, A, A, A)

    async def cancelled() -> None:
        sending = asyncio.ensure_future(
            send_many_async(drafts, ledger=ledger, tokens="u-x", base_url=box.control.base_url, pace=None)
        )
        arrived = asyncio.Event()
        loop = asyncio.get_running_loop()
        box.on_arrival = lambda _: None if loop.is_closed() else loop.call_soon_threadsafe(arrived.set)
        await arrived.wait()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    asyncio.run(cancelled())
    assert len(box.arrivals) == 1
    assert states(send(box, drafts, ledger)) == {"a1": SENT, "a2": SENT, "a3": SENT}
    assert requested(box) == ["a1", "a2", "a3"]


def test_two_runs_on_one_ledger_keep_to_one_pace(box: WatchedSandbox, ledger: str) -> None:
    box.control.settings(rate_limit={"calls": 3, "seconds": 1})
    drafts = create(box.control, *[A] * 4, *[B] * 4)

    async def both() -> list[Report]:
        pace = Pace(calls=3, seconds=1)
        runs = [
            send_many_async(
                drafts, ledger=ledger, tokens=lambda mailbox: "u-x", base_url=box.control.base_url, pace=pace
            )
            for _ in range(2)
        ]
        return await asyncio.gather(*runs)

    assert [report.all_sent for report in asyncio.run(both())] == [True, True]
    assert [arrival.code for arrival in box.arrivals] == [0] * 8


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_lets_those_in_flight_end_and_begins_no_other(
    box: WatchedSandbox, tmp_path: Path, number: signal.Signals
) -> None:
    box.control.settings(send_seconds=1)
    drafts = create(box.control, A, A, B, B)
    command = _command(tmp_path, drafts)
    with _start(box, command) as process:
        while len(box.arrivals) < 2:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)

    assert process.returncode == 128 + number, err
    assert re.search("2 sent.*2 pending", out)
    assert len(box.arrivals) == 2
    with _start(box, command) as process:
        out, err = process.communicate(timeout=20)
    assert (process.returncode, len(box.arrivals)) == (0, 4), err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_second_signal_ends_it_at_once(box: WatchedSandbox, tmp_path: Path, number: signal.Signals) -> None:
    box.control.settings(send_seconds=8)
    drafts = create(box.control, A, A)
    with _start(box, _command(tmp_path, drafts)) as process:
        while not box.arrivals:
            assert process.poll() is None, process.communicate()
            time.sleep(0.01)
        process.send_signal(number)
        time.sleep(0.2)
        process.send_signal(number)
        process.communicate(timeout=5)

    assert process.returncode == 128 + number
    assert len(box.arrivals) == 1


def _command(folder: Path, drafts: Drafts) -> list[str]:
    file = folder / "drafts.tsv"
    file.write_text("".join(f"{mailbox}\t{draft_id}\n" for mailbox, draft_id in drafts), "utf-8")
    return [
        *HEEDING,
        "send-many",
        str(folder / "run.db"),
        str(file),
        "--pace",
        "100/1",
        "--tokens-from",
        "printf u-%.1s",
    ]


def _start(box: WatchedSandbox, command: Sequence[str]) -> "subprocess.Popen[str]":
    environment = {**os.environ, "FEISHU_BASE_URL": box.control.base_url}
    return subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_wait_that_nobody_would_sit_out_stops_the_run_and_is_not_shortened(ledger: str) -> None:
    """One odd header must not make a job that silently never goes on."""
    body = b'{"code": 99991400, "msg": "request trigger frequency limit"}'
    reports: list[Report] = []
    with answering("429 Too Many Requests", body, "x-ogw-ratelimit-reset: 31536000") as server:
        run = threading.Thread(
            target=lambda: reports.append(
                send_many(["d1", "d2"], ledger=ledger, tokens="u-x", base_url=server.base_url)
            ),
            daemon=True,
        )
        run.start()
        run.join(15)
    (report,) = reports
    assert report.stopped is not None
    assert (report.stopped.name, report.held, report.pending) == ("RATE_LIMITED", 1, 1)
    assert len(server.requests) == 1


class Odd:
    """A callable whose signature cannot be had."""

    @property
    def __signature__(self) -> object:
        raise RuntimeError("odd")

    def __call__(self) -> str:
        return "u-x"


UNUSABLE: list[dict[str, object]] = [{"drafts": "d1"}, {"drafts": None}, {"drafts": 3}, {"drafts": b"d1"}, {"pace": 20}]


@pytest.mark.parametrize("given", UNUSABLE, ids=str)
def test_what_is_no_list_of_drafts_and_no_pace_is_named_and_nothing_is_sent(
    given: dict[str, object], box: WatchedSandbox, ledger: str
) -> None:
    drafts = given.get("drafts", ["d1"])
    with pytest.raises(InvalidArgument, match=next(iter(given))):
        send(box, drafts, ledger, **{name: value for name, value in given.items() if name != "drafts"})  # type: ignore[arg-type]
    assert box.arrivals == []


def test_a_callable_of_any_kind_gives_tokens(box: WatchedSandbox, ledger: str) -> None:
    drafts = create(box.control, A)
    assert send(box, drafts, ledger, tokens=Odd()).all_sent


@pytest.mark.skipif(not hasattr(os, "fork"), reason="it has no fork")
def test_a_child_of_a_process_that_has_sent_keeps_its_claims(box: WatchedSandbox, ledger: str) -> None:
    create(box.control, A, A)
    with DraftSender(ledger=ledger, tokens="u-x", base_url=box.control.base_url, pace=None, lease=1.0) as sender:
        sender.add([(A, "a1"), (A, "a2")])
        assert sender.send(1).state is SENT
        child = os.fork()
        if child == 0:
            claim = sender.claim()
            time.sleep(2)
            os._exit(0 if isinstance(claim, Claim) and sender.send_claimed(claim).state is SENT else 1)
        time.sleep(1.5)
        assert isinstance(sender.ledger.claim(1.0), Nothing), "the child is at work on it"
        assert os.waitpid(child, 0)[1] == 0
