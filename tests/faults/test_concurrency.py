"""Many callers, one client: a mailbox has one send in flight, and whatever ends a caller, the others go on.

The relay sees what is on the way to each mailbox; the sandbox's ledger says what went out.
"""

import random
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import anyio
import httpx
import pytest

from feishu_mail import AsyncFeishuMail, FeishuMail, OutcomeUnknown, RequestRefusedError, RetryPolicy, SentDraft
from tests.faults.matrix import FaultBed
from tests.faults.oracle import Observation, truth_violations
from tests.faults.relay import End, Spoiling
from tests.faults.ways import Report, report_on, report_on_async

CALLERS = 64
MAILBOXES = [f"person{number}@example.com" for number in range(8)]
STALL = Spoiling(True, lambda _: b"", End.STALL)
SECONDS_TO_FINISH = 60
# Fewer connections than callers, so that a connection that is not returned is missed soon.
FEW_CONNECTIONS = httpx.Limits(max_connections=4)

# httpx leaves its own nested generators to the garbage collector when a body is not read to its end; trio mentions it.
pytestmark = pytest.mark.filterwarnings("ignore:Async generator 'http:ResourceWarning")

Job = tuple[str, str]


@pytest.fixture
def jobs(bed: FaultBed) -> Sequence[Job]:
    """Drafts of some mailboxes, most of which meet a fault or two."""
    bed.clear()
    bed.sandbox.settings(rate_limit=None, send_seconds=0.005)
    dice = random.Random(7)
    spoilings = [fault.spoiling for fault in bed.faults() if fault.spoiling and not fault.holds]
    jobs: list[Job] = []
    for number in range(CALLERS):
        mailbox = MAILBOXES[number % len(MAILBOXES)]
        draft_id = bed.sandbox.create_draft(f"draft-{number}", user_mailbox_id=mailbox)
        bed.relay.plan(draft_id, dice.choices([None, *spoilings], k=dice.randrange(3)))
        jobs.append((draft_id, mailbox))
    return jobs


async def no_sleep(seconds: float) -> None:
    """Waits without taking time."""


def assert_all_true(bed: FaultBed, jobs: Sequence[Job], reports: Sequence[Report]) -> None:
    delivered = [delivery["draft_id"] for delivery in bed.sandbox.deliveries()]
    broken: list[str] = []
    for (draft_id, _), report in zip(jobs, reports, strict=True):
        seen = Observation(report.outcome, None, 0, delivered.count(draft_id))
        broken += [f"{draft_id}: {violation}" for violation in truth_violations(seen)]
    assert broken == []
    assert max(bed.relay.most_at_once.values()) == 1
    assert 1236006 not in [request["code"] for request in bed.sandbox.requests()]


def test_threads_take_turns_for_each_mailbox(bed: FaultBed, jobs: Sequence[Job]) -> None:
    def send(job: Job) -> Report:
        return report_on(lambda: mail.drafts.send(job[0], user_mailbox_id=job[1]))

    with (
        FeishuMail(access_token="u-x", base_url=bed.relay.base_url, pace=None, sleep=lambda _: None) as mail,
        ThreadPoolExecutor(CALLERS) as threads,
    ):
        reports = list(threads.map(send, jobs, timeout=SECONDS_TO_FINISH))

    assert_all_true(bed, jobs, reports)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_take_turns_for_each_mailbox(backend: str, bed: FaultBed, jobs: Sequence[Job]) -> None:
    reports: dict[Job, Report] = {}

    async def send(mail: AsyncFeishuMail, job: Job) -> None:
        reports[job] = await report_on_async(mail.drafts.send(job[0], user_mailbox_id=job[1]))

    async def send_all() -> None:
        with anyio.fail_after(SECONDS_TO_FINISH):
            async with (
                AsyncFeishuMail(access_token="u-x", base_url=bed.relay.base_url, pace=None, sleep=no_sleep) as mail,
                anyio.create_task_group() as tasks,
            ):
                for job in jobs:
                    tasks.start_soon(send, mail, job)

    anyio.run(send_all, backend=backend)

    assert_all_true(bed, jobs, [reports[job] for job in jobs])


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_cancelled_tasks_give_back_their_turns_and_connections(backend: str, bed: FaultBed) -> None:
    bed.clear()
    mailboxes = {f"draft-{number}": MAILBOXES[number // len(MAILBOXES)] for number in range(CALLERS)}
    drafts = list(mailboxes)
    for draft_id, mailbox in mailboxes.items():
        bed.sandbox.create_draft(draft_id, user_mailbox_id=mailbox)
    for draft_id in drafts[::2]:
        bed.relay.plan(draft_id, [STALL])
    dice = random.Random(7)
    sent: list[SentDraft] = []

    async def send_all() -> None:
        async with (
            httpx.AsyncClient(limits=FEW_CONNECTIONS) as http_client,
            anyio.create_task_group() as tasks,
        ):
            mail = AsyncFeishuMail(access_token="u-x", base_url=bed.relay.base_url, http_client=http_client, pace=None)

            async def send(draft_id: str, patience: float) -> None:
                # Some are cancelled in their request, some while they wait for a connection or for their turn.
                with anyio.move_on_after(patience):
                    sent.append(await mail.drafts.send(draft_id, user_mailbox_id=mailboxes[draft_id]))

            for number, draft_id in enumerate(drafts):
                tasks.start_soon(send, draft_id, 0.3 * dice.random() if number % 2 == 0 else SECONDS_TO_FINISH)

    anyio.run(send_all, backend=backend)

    assert {each.draft_id for each in sent} >= set(drafts[1::2]), "nobody was left waiting"
    delivered = [delivery["draft_id"] for delivery in bed.sandbox.deliveries()]
    assert len(delivered) == len(set(delivered))


@pytest.mark.parametrize("way", ["sync", "asyncio", "trio"])
def test_reads_share_a_connection_and_each_send_has_its_own(way: str, bed: FaultBed) -> None:
    bed.clear()
    drafts = [bed.sandbox.create_draft(f"draft-{number}") for number in range(3)]

    async def call() -> None:
        async with AsyncFeishuMail(access_token="u-x", base_url=bed.relay.base_url, pace=None) as mail:
            for draft_id in drafts:
                assert (await mail.drafts.get(draft_id)).id == draft_id
            for draft_id in drafts:
                assert (await mail.drafts.send(draft_id)).attempts == 1

    if way == "sync":
        with FeishuMail(access_token="u-x", base_url=bed.relay.base_url, pace=None) as mail:
            for draft_id in drafts:
                assert mail.drafts.get(draft_id).id == draft_id
            for draft_id in drafts:
                assert mail.drafts.send(draft_id).attempts == 1
    else:
        anyio.run(call, backend=way)
    assert bed.relay.connections == 1 + len(drafts)


@pytest.fixture
def interrupted_while_stalled(bed: FaultBed) -> Iterator[str]:
    """A draft whose answer never comes; Ctrl-C is pressed once it is being waited for."""
    bed.clear()
    draft_id = bed.sandbox.create_draft("stalled")
    bed.relay.plan(draft_id, [STALL])

    def interrupt() -> None:
        if bed.relay.stalling.wait(SECONDS_TO_FINISH):
            signal.pthread_kill(main, signal.SIGINT)

    main = threading.main_thread().ident or 0
    thread = threading.Thread(target=interrupt)
    thread.start()
    yield draft_id
    thread.join()


@pytest.mark.parametrize("callers_client", [False, True])
def test_an_interrupted_send_gives_back_its_turn_and_its_connection(
    callers_client: bool, bed: FaultBed, interrupted_while_stalled: str
) -> None:
    following = [bed.sandbox.create_draft(f"following-{number}") for number in range(8)]
    with httpx.Client(limits=httpx.Limits(max_connections=1)) as http_client:
        mail = FeishuMail(
            access_token="u-x", base_url=bed.relay.base_url, http_client=http_client if callers_client else None
        )
        with pytest.raises(KeyboardInterrupt):
            mail.drafts.send(interrupted_while_stalled)
        for draft_id in following:
            assert mail.drafts.send(draft_id).attempts == 1
        assert mail.drafts.send(interrupted_while_stalled).already_sent


def test_an_interrupted_event_loop_ends(bed: FaultBed, interrupted_while_stalled: str) -> None:
    async def send() -> None:
        async with AsyncFeishuMail(access_token="u-x", base_url=bed.relay.base_url, pace=None) as mail:
            await mail.drafts.send(interrupted_while_stalled)

    with pytest.raises(KeyboardInterrupt):
        anyio.run(send)
    assert len(bed.sandbox.deliveries()) == 1


def test_a_draft_that_is_not_found_after_an_interrupted_send_may_be_out(
    bed: FaultBed, interrupted_while_stalled: str
) -> None:
    with FeishuMail(access_token="u-x", base_url=bed.relay.base_url, pace=None) as mail:
        with pytest.raises(KeyboardInterrupt):
            mail.drafts.send(interrupted_while_stalled)
        bed.sandbox.reset()
        with pytest.raises(OutcomeUnknown) as caught:
            mail.drafts.send(interrupted_while_stalled)
    assert isinstance(caught.value.__cause__, RequestRefusedError)


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_draft_that_is_not_found_after_a_cancelled_send_may_be_out(backend: str, bed: FaultBed) -> None:
    bed.clear()
    bed.relay.plan("gone", [STALL])

    async def send() -> None:
        async with AsyncFeishuMail(access_token="u-x", base_url=bed.relay.base_url, pace=None) as mail:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(mail.drafts.send, "gone")
                await anyio.to_thread.run_sync(bed.relay.stalling.wait, SECONDS_TO_FINISH)
                tasks.cancel_scope.cancel()
            with pytest.raises(OutcomeUnknown) as caught:
                await mail.drafts.send("gone")
        assert isinstance(caught.value.__cause__, RequestRefusedError)

    anyio.run(send, backend=backend)


def test_stalled_sends_leave_nobody_waiting_for_a_turn_or_a_connection(bed: FaultBed) -> None:
    bed.clear()
    drafts = [bed.sandbox.create_draft(f"draft-{number}") for number in range(CALLERS)]
    for draft_id in drafts[::4]:
        bed.relay.plan(draft_id, [STALL])
    once = RetryPolicy(max_attempts=1)
    with (
        httpx.Client(limits=FEW_CONNECTIONS) as http_client,
        ThreadPoolExecutor(CALLERS) as threads,
    ):
        mail = FeishuMail(access_token="u-x", base_url=bed.relay.base_url, http_client=http_client, pace=None)

        def send(draft_id: str) -> str:
            timeout = 0.05 if draft_id in drafts[::4] else 10
            return report_on(lambda: mail.drafts.send(draft_id, retry=once, timeout=timeout)).outcome

        outcomes = list(threads.map(send, drafts, timeout=SECONDS_TO_FINISH))

    assert outcomes[::4] == ["unknown"] * (CALLERS // 4)
    assert outcomes.count("done") == CALLERS - CALLERS // 4
    assert len(bed.sandbox.deliveries()) == CALLERS
