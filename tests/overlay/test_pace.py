"""A client keeps the pace by itself: all is sent, the service never has to refuse, and nobody waits in vain."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from heapq import heappop, heappush
from itertools import count
from pathlib import Path
from random import Random
from types import coroutine
from typing import Any, Final

import anyio
import httpcore
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feishu_mail import (
    GET_DRAFT,
    SEND_DRAFT,
    AsyncFeishuMail,
    FeishuMail,
    FeishuMailError,
    InvalidArgument,
    OutcomeUnknown,
    Pace,
    RateLimitError,
    RetryPolicy,
    SharedPace,
)
from feishu_mail.calls.call import Call, Completed, Failed, Plan
from feishu_mail.calls.databases import Database
from feishu_mail.calls.drivers import drive, drive_async
from feishu_mail.calls.pace import Permit, PermitSource, Wanted, seconds_until_permit
from feishu_mail.calls.permits import LocalPermits, UnlimitedPermits
from feishu_mail.calls.remembered_calls import RememberedCalls
from feishu_mail.calls.shared_permits import SharedPermits
from feishu_mail.outcomes.facts import RateLimit
from feishu_mail.wire.access_tokens import AsyncTokenSource, TokenSource
from feishu_mail.wire.limits import WriteLimit
from feishu_mail.wire.messages import Attempt, Loss, NoAnswer, RawAnswer, Route
from feishu_mail.wire.secrecy import AccessToken
from feishu_mail_sandbox.control import SandboxControl
from feishu_mail_sandbox.rate_window import NANOSECONDS, RateWindow
from feishu_mail_sandbox.rate_window import RateLimit as ServiceLimit

MINUTE: Final = SEND_DRAFT.rate_limit
PATIENT: Final = RetryPolicy(max_seconds=3600)
WANTED: Final = Wanted("https://open.feishu.cn", SEND_DRAFT, MINUTE, leave_within=61, answer_within=60)
ATTEMPT: Final = Attempt(httpx.Request("POST", "http://localhost"), Route(None, None), writes=True)
DONE: Final = RawAnswer(200, {}, b'{"code": 0}')
TOKEN: Final = AccessToken("u-x")


class Clock:
    """Time that moves when everybody who takes part is asleep."""

    def __init__(self, participants: int, new_event: Callable[[], Any]) -> None:
        self.now = 1_000.0
        self._awake = participants
        self._new_event = new_event
        self._asleep: list[tuple[float, int, Any]] = []
        self._numbers = count()
        self._lock = threading.Lock()

    def __call__(self) -> float:
        return self.now

    def falls_asleep(self, seconds: float) -> Any:
        """Returns what to wait for."""
        event = self._new_event()
        with self._lock:
            heappush(self._asleep, (self.now + seconds, next(self._numbers), event))
        self.ends()
        return event

    def ends(self) -> None:
        """Notes that somebody takes part no more, or sleeps."""
        with self._lock:
            self._awake -= 1
            if self._awake or not self._asleep:
                return
            self.now = self._asleep[0][0]
            while self._asleep and self._asleep[0][0] <= self.now:
                self._awake += 1
                heappop(self._asleep)[2].set()

    def sleep(self, seconds: float) -> None:
        self.falls_asleep(seconds).wait()

    async def sleep_async(self, seconds: float) -> None:
        await self.falls_asleep(seconds).wait()


class Service:
    """Counts a call at some moment before it answers, and refuses those beyond the limit in any window."""

    def __init__(self, clock: Callable[[], float], limit: RateLimit) -> None:
        self.refused = 0
        self.accepted: list[float] = []
        self._clock = clock
        self._window = RateWindow(ServiceLimit(*limit))

    def counts(self) -> RawAnswer:
        now = round(self._clock() * NANOSECONDS)
        if self._window.admit(now):
            self.accepted.append(self._clock())
            return DONE
        self.refused += 1
        seconds = str(self._window.seconds_until_free(now))
        return RawAnswer(429, {"x-ogw-ratelimit-reset": seconds}, b'{"code": 99991400}')


class FromTheGrant(LocalPermits):
    """A weak pace: a slot is free one window after it was taken."""

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:
        granted = super().take(call, wanted, waited_until)
        if isinstance(granted, Permit):
            super().answered(granted)
        return granted

    def answered(self, permit: Permit) -> None:
        """Was done before."""


class TokenBucket(UnlimitedPermits):
    """A weak pace: as many as the limit at once, and then one whenever its share of the window is over."""

    def __init__(self, clock: Callable[[], float]) -> None:
        super().__init__(clock)
        self._full_at = clock()

    def take(self, call: object, wanted: Wanted, waited_until: float) -> Permit | float:
        now, limit = self._clock(), wanted.limit
        share = limit.seconds / limit.calls
        full_at = max(self._full_at, now) + share
        if full_at - now > limit.seconds:
            return full_at - now - limit.seconds
        self._full_at = full_at
        return super().take(call, wanted, waited_until)


Phases = tuple[float, float]
"""Seconds until the service counts the call, and from then to its answer."""


def new_call(clock: Callable[[], float], wanted: Wanted = WANTED, policy: RetryPolicy = PATIENT, **given: Any) -> Call:
    number = next(_numbers)
    plan = Plan(wanted=wanted, ids={"draft_id": f"d{number}"}, policy=policy, can_refresh=False, **given)
    return Call(plan, RememberedCalls(), clock=clock)


_numbers = count()


def prepare(token: AccessToken, leave_by: float) -> Attempt:
    return ATTEMPT


async def drive_one(
    call: Call,
    permits: PermitSource,
    service: Service,
    sleep: Callable[[float], Awaitable[object]],
    phases: Phases | None,
) -> Completed | Failed:
    """``phases`` of None: the request is lost after it was counted."""
    before, after = phases or (1.0, None)

    async def send(attempt: Attempt) -> RawAnswer | NoAnswer:
        await sleep(before)
        answer = service.counts()
        await sleep(60 if after is None else after)
        return NoAnswer(Loss.UNANSWERED, TimeoutError()) if after is None else answer

    return await drive_async(call, AsyncTokenSource(TOKEN), permits, prepare, send, sleep=sleep)


@coroutine
def suspend(seconds: float) -> Any:
    yield seconds


def run_all(
    new_permits: Callable[[Clock], PermitSource], limit: RateLimit, calls: Sequence[tuple[float, Phases | None]]
) -> Service:
    """Lets calls arrive and run together, one step after the other, and returns the service that they met."""
    clock = Clock(len(calls), lambda: None)
    steps: list[tuple[float, int, Coroutine[Any, Any, Any]]] = []
    numbers = count()
    permits = new_permits(clock)
    service = Service(clock, limit)
    wanted = WANTED._replace(limit=limit)

    def sleep(seconds: float) -> Awaitable[object]:
        return suspend(seconds)

    async def one(arrives: float, phases: Phases | None) -> None:
        await sleep(arrives)
        policy = PATIENT if phases else RetryPolicy(max_seconds=3600, max_attempts=1)
        call = new_call(clock, wanted, policy)
        await drive_one(call, permits, service, sleep, phases)
        permits.leave(call)

    for arrives, phases in calls:
        heappush(steps, (clock.now, next(numbers), one(arrives, phases)))
    while steps:
        clock.now, _, task = heappop(steps)
        with suppress(StopIteration):
            heappush(steps, (clock.now + task.send(None), next(numbers), task))
    return service


WAYS = ("threads", "asyncio", "trio")


def send_together(
    way: str, new_permits: Callable[[Clock], PermitSource], phases: Sequence[Phases]
) -> tuple[Service, float]:
    """Sends a draft of each of so many mailboxes at once; returns the service and the seconds that it all took."""
    clock = Clock(len(phases), threading.Event if way == "threads" else anyio.Event)
    permits, service = new_permits(clock), Service(clock, MINUTE)
    ended: list[Completed | Failed] = []

    def in_thread(phases: Phases) -> None:
        def send(attempt: Attempt) -> RawAnswer:
            clock.sleep(phases[0])
            answer = service.counts()
            clock.sleep(phases[1])
            return answer

        ended.append(drive(new_call(clock), TokenSource(TOKEN), permits, prepare, send, sleep=clock.sleep))
        clock.ends()

    async def in_task(phases: Phases) -> None:
        ended.append(await drive_one(new_call(clock), permits, service, clock.sleep_async, phases))
        clock.ends()

    async def in_tasks() -> None:
        async with anyio.create_task_group() as tasks:
            for each in phases:
                tasks.start_soon(in_task, each)

    start = clock.now
    if way == "threads":
        with ThreadPoolExecutor(len(phases)) as threads:
            list(threads.map(in_thread, phases))
    else:
        anyio.run(in_tasks, backend=way)
    assert all(isinstance(each, Completed) for each in ended)
    assert len(ended) == len(phases)
    return service, clock.now - start


def phases_of_200() -> list[Phases]:
    chance = Random(20)
    return [(chance.uniform(0, 2), chance.uniform(0, 2)) for _ in range(200)]


@pytest.mark.parametrize("way", WAYS)
def test_200_mailboxes_at_once_are_all_sent_without_one_refusal_nearly_as_fast_as_the_limit_allows(way: str) -> None:
    service, seconds = send_together(way, LocalPermits, phases_of_200())
    assert (service.refused, len(service.accepted)) == (0, 200)
    # The optimum: nine windows, and in each the time of the calls.
    assert 9 * 60 <= seconds <= 1.05 * 9 * 60 + 4


@pytest.mark.parametrize("weak", [FromTheGrant, TokenBucket])
def test_a_weak_pace_does_not_pass(weak: Callable[[Clock], PermitSource]) -> None:
    service, _ = send_together("trio", weak, phases_of_200())
    assert service.refused > 0


@given(
    limit=st.builds(RateLimit, st.integers(1, 4), st.floats(0.1, 100)),
    calls=st.lists(
        st.tuples(st.floats(0, 200), st.none() | st.tuples(st.floats(0, 60), st.floats(0, 60))), min_size=1, max_size=12
    ),
)
def test_the_service_never_has_to_refuse_however_long_calls_take(
    limit: RateLimit, calls: list[tuple[float, Phases | None]]
) -> None:
    """Whenever between its start and its answer it counts a call, and whether the answer arrives."""
    service = run_all(LocalPermits, limit, calls)
    assert (service.refused, len(service.accepted)) == (0, len(calls))


@given(limit=st.builds(RateLimit, st.integers(1, 5), st.floats(0.1, 100)), calls=st.integers(1, 15))
def test_first_come_first_served(limit: RateLimit, calls: int) -> None:
    now = 0.0
    permits = LocalPermits(clock=lambda: now)
    wanted = WANTED._replace(limit=limit)
    waiting, served = [Name(number) for number in range(calls)], list[int]()
    while waiting:
        wait = 0.0
        # Whoever wakes first asks first, and must not overtake.
        for call in list(waiting)[:: -1 if served else 1]:
            granted = permits.take(call, wanted, 0)
            if isinstance(granted, Permit):
                permits.answered(granted)
                served.append(call.number)
                waiting.remove(call)
            else:
                wait = granted if wait == 0 else min(wait, granted)
        now += wait
    windows = [served[at : at + limit.calls] for at in range(0, calls, limit.calls)]
    assert [number for window in windows for number in sorted(window)] == list(range(calls))


class Name:
    """Stands for a call."""

    def __init__(self, number: int = 0) -> None:
        self.number = number


@pytest.mark.parametrize(
    ("state", "seconds"),
    [
        ({}, 0),
        ({"free_at": [110, 120]}, 10),
        ({"free_at": [110]}, 0),
        ({"in_flight": [400, 103]}, 3),
        ({"in_flight": [400, 500]}, 60),
        ({"free_at": [110], "in_flight": [400]}, 10),
        ({"free_at": [110, 120], "ahead": 1}, 20),
        ({"free_at": [110, 120], "ahead": 2}, 70),
        ({"free_at": [110], "ahead": 1}, 10),
        ({"ahead": 5}, 120),
        ({"paused_until": 107}, 7),
        ({"paused_until": 115, "free_at": [110, 120]}, 15),
        ({"paused_until": 115, "ahead": 2}, 75),
        ({"free_at": [99, 98]}, 0),
        ({"free_at": [105, 106, 107]}, 6),
    ],
)
def test_the_seconds_until_a_permit(state: dict[str, Any], seconds: float) -> None:
    assert seconds_until_permit(RateLimit(2, 60), now=100, **state) == seconds


def test_a_call_that_vanished_stands_in_nobodys_way() -> None:
    permits = LocalPermits(clock=lambda: 0)
    wanted = WANTED._replace(limit=RateLimit(1, 60))
    held = permits.take(Name(), wanted, 0)
    vanishing, next_one = Name(), Name()
    assert permits.take(vanishing, wanted, 0) == 60
    assert permits.take(next_one, wanted, 0) == 120
    del vanishing
    assert permits.take(next_one, wanted, 0) == 60
    assert isinstance(held, Permit)
    permits.unused(held)
    assert isinstance(permits.take(next_one, wanted, 0), Permit)


def test_what_is_never_answered_expires_and_a_late_answer_still_counts() -> None:
    now = 0.0
    permits = LocalPermits(clock=lambda: now)
    wanted = WANTED._replace(limit=RateLimit(1, 60))
    late = permits.take(Name(), wanted, 0)
    now = 61 + 60 + 59
    assert permits.take(Name(), wanted, 0) == 1
    now += 1
    another = permits.take(Name(), wanted, 0)
    assert isinstance(late, Permit)
    assert isinstance(another, Permit)
    permits.answered(late)
    permits.unused(another)
    assert permits.take(Name(), wanted, 0) == 60


def test_a_repetition_goes_before_calls_that_came_later() -> None:
    permits = LocalPermits(clock=lambda: 0)
    wanted = WANTED._replace(limit=RateLimit(1, 60))
    early, late = Name(), Name()
    taken = permits.take(early, wanted, 0)
    assert permits.take(late, wanted, 0) == 60
    assert isinstance(taken, Permit)
    permits.answered(taken)
    assert permits.take(early, wanted, 0) == 60
    assert permits.take(late, wanted, 0) == 120


def test_each_service_and_operation_has_a_pace_of_its_own() -> None:
    permits = LocalPermits(clock=lambda: 0)
    one = WANTED._replace(limit=RateLimit(1, 60))
    assert isinstance(permits.take(Name(), one, 0), Permit)
    for other in (one._replace(service="https://open.larksuite.com"), one._replace(operation=GET_DRAFT)):
        assert isinstance(permits.take(Name(), other, 0), Permit)


def test_a_named_wait_pauses_all_and_several_waits_for_one_permit_use_up_no_attempt() -> None:
    now, slept = 0.0, list[float]()
    permits = LocalPermits(clock=lambda: now)

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        slept.append(seconds)
        if len(slept) < 4:
            permits.pause(WANTED, 7)

    permits.pause(WANTED, 9)
    once = RetryPolicy(max_attempts=1)
    call = new_call(lambda: now, policy=once)
    ended = drive(call, TokenSource(TOKEN), permits, prepare, lambda attempt: DONE, sleep=sleep)
    assert isinstance(ended, Completed)
    assert (ended.attempts, slept) == (1, [9, 7, 7, 7])


@pytest.mark.parametrize(("max_seconds", "fits"), [(60, True), (59, False)])
def test_a_wait_that_does_not_fit_is_said_at_once(max_seconds: float, fits: bool) -> None:
    now = 0.0
    permits = LocalPermits(clock=lambda: now)
    wanted = WANTED._replace(limit=RateLimit(1, 60))
    said: list[tuple[str, float]] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    ended: Completed | Failed | None = None
    for number in range(2):
        call = new_call(
            lambda: now,
            wanted,
            RetryPolicy(max_seconds=max_seconds, max_attempts=1),
            on_retry=lambda failure, seconds: said.append((failure.name, seconds)),
        )
        ended = drive(call, TokenSource(TOKEN), permits, prepare, lambda attempt: DONE, sleep=sleep)
        permits.leave(call)
        assert isinstance(ended, Completed if fits or not number else Failed)
    if fits:
        assert said == [("THROTTLED", 60)]
    else:
        assert isinstance(ended, Failed)
        error = ended.exception()
        assert isinstance(error, RateLimitError)
        assert (error.retry_after, error.attempts, error.outcome, now) == (60, 0, "not_done", 0)


@pytest.mark.parametrize("callers", [1, 8])
def test_a_sleep_that_takes_no_time_neither_hangs_nor_spins(feishu_mail_sandbox: SandboxControl, callers: int) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    waits: list[float] = []
    drafts = [
        (f"{number}@example.com", feishu_mail_sandbox.create_draft(user_mailbox_id=f"{number}@example.com"))
        for number in range(60)
    ]
    with (
        FeishuMail(
            access_token="u-x", base_url=feishu_mail_sandbox.base_url, sleep=waits.append, retry=PATIENT
        ) as mail,
        ThreadPoolExecutor(callers) as threads,
    ):
        sent = list(threads.map(lambda each: mail.drafts.send(each[1], user_mailbox_id=each[0]).attempts, drafts))
    assert sent == [1] * 60
    assert 40 <= len(waits) <= 40 * 10


def test_without_a_pace_only_what_the_service_asked_for_is_waited_for() -> None:
    permits = UnlimitedPermits(clock=lambda: 0)
    assert all(isinstance(permits.take(Name(), WANTED, 0), Permit) for _ in range(100))
    permits.pause(WANTED, 7)
    assert permits.take(Name(), WANTED, 0) == 7
    assert isinstance(permits.take(Name(), WANTED, 7), Permit)


@pytest.mark.parametrize(
    ("given", "sends", "reads"),
    [({}, (20, 60), (10, 1)), ({"calls": 7, "seconds": 0.5}, (7, 0.5), (10, 1))],
)
def test_given_figures_are_for_sends_and_the_rest_is_the_documents(
    given: dict[str, Any], sends: tuple[int, float], reads: tuple[int, float]
) -> None:
    pace = Pace(**given)
    assert (pace.limit_of(SEND_DRAFT), pace.limit_of(GET_DRAFT)) == (sends, reads)


@pytest.mark.parametrize(
    "given",
    [
        *({"calls": 20}, {"seconds": 60}, {"calls": 0, "seconds": 60}, {"calls": True, "seconds": 60}),
        *({"calls": 20, "seconds": seconds} for seconds in (0, -1, float("inf"), float("nan"), "60")),
    ],
)
def test_a_pace_that_makes_no_sense_is_refused(given: dict[str, Any]) -> None:
    for kind in (Pace, partial(SharedPace, "sqlite:///p.db", budget="b")):
        with pytest.raises(InvalidArgument):
            kind(**given)


@pytest.mark.parametrize(
    ("url", "budget"), [("", "b"), (3, "b"), ("sqlite:///p.db", " "), ("sqlite:///p.db", "b" * 201)]
)
def test_a_shared_pace_that_makes_no_sense_is_refused(url: Any, budget: str) -> None:
    with pytest.raises(InvalidArgument):
        SharedPace(url, budget=budget)


def test_where_the_permits_are_is_not_shown() -> None:
    pace = SharedPace("postgresql://user:secret@host/db", budget="app/tenant", calls=2, seconds=1)
    assert repr(pace) == "SharedPace(calls=2, seconds=1.0, budget='app/tenant')"
    with pytest.raises(InvalidArgument) as caught:
        FeishuMail(access_token="u-x", pace=SharedPace("mysql://user:secret@host/db", budget="b"))
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("pace", [3, "20/60", (20, 60), MINUTE])
def test_a_client_takes_a_pace_and_nothing_else_for_one(pace: Any) -> None:
    with pytest.raises(InvalidArgument, match="pace"):
        FeishuMail(access_token="u-x", pace=pace)


def test_a_shared_pace_without_its_extra_is_refused_when_the_client_is_made() -> None:
    program = (
        "import sys\n"
        "sys.modules['sqlalchemy'] = None\n"
        "from feishu_mail import ConfigurationError, FeishuMail, SharedPace\n"
        "try:\n"
        "    FeishuMail(access_token='u-x', pace=SharedPace('sqlite:///p.db', budget='b'))\n"
        "except ConfigurationError as error:\n"
        "    print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout
    assert "feishu-mail[many]" in said


# What becomes of the slot.


class Permits(LocalPermits):
    """Notes what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def answered(self, permit: Permit) -> None:
        self.told.append("answered")
        super().answered(permit)

    def unused(self, permit: Permit) -> None:
        self.told.append("unused")
        super().unused(permit)


class Fast(BaseException):
    """No ordinary exception."""


def raising(error: BaseException) -> Any:
    def fail(*_: object) -> Any:
        raise error

    return fail


def leaving(then: Any) -> Callable[[Attempt], Any]:
    def send(attempt: Attempt) -> Any:
        attempt.request.extensions["timeout"]["write"].begin()
        return then(attempt)

    return send


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"send": lambda attempt: DONE}, ["answered"]),
        ({"send": lambda attempt: RawAnswer(500, {}, b"")}, ["answered"]),
        ({"send": lambda attempt: NoAnswer(Loss.UNREACHABLE, OSError())}, ["unused"]),
        ({"send": lambda attempt: NoAnswer(Loss.CLOSED, OSError())}, ["unused"]),
        ({"send": lambda attempt: NoAnswer(Loss.UNANSWERED, OSError())}, []),
        ({"send": lambda attempt: NoAnswer(Loss.FOREIGN, OSError())}, []),
        ({"send": raising(ValueError())}, ["unused"]),
        ({"send": raising(Fast())}, ["unused"]),
        ({"send": leaving(raising(Fast()))}, []),
        ({"prepare": raising(ValueError())}, ["unused"]),
        ({"before_request": raising(ValueError())}, ["unused"]),
        ({"before_request": raising(Fast())}, ["unused"]),
    ],
)
def test_what_becomes_of_the_slot(way: str, given: dict[str, Any], told: list[str]) -> None:
    permits = Permits()
    call = new_call(lambda: 0, policy=RetryPolicy(max_attempts=1))
    permits.does_io = way == "trio"

    def prepare(token: AccessToken, leave_by: float) -> Attempt:
        request = httpx.Request("POST", "http://localhost", extensions={"timeout": {"write": WriteLimit(1, leave_by)}})
        return Attempt(request, Route(None, None), writes=True, leave_by=leave_by)

    given = {"prepare": prepare, "before_request": None, **given}
    send = given.pop("send", raising(AssertionError("it was sent")))

    async def send_async(attempt: Attempt) -> Any:
        return send(attempt)

    async def in_task() -> None:
        await drive_async(call, AsyncTokenSource(TOKEN), permits, send=send_async, sleep=anyio.sleep, **given)

    with suppress(Fast):
        if way == "threads":
            drive(call, TokenSource(TOKEN), permits, send=send, sleep=raising(AssertionError()), **given)
        else:
            anyio.run(in_task, backend=way)
    assert permits.told == told


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_a_cancelled_task_leaves_no_slot_behind_that_could_be_free(backend: str) -> None:
    permits = Permits()
    permits.does_io = True

    async def send(attempt: Attempt) -> Any:
        await anyio.sleep_forever()

    async def cancelled() -> None:
        with anyio.move_on_after(0.05):
            call = new_call(lambda: 0)
            request = httpx.Request("POST", "http://localhost", extensions={"timeout": {"write": WriteLimit(1)}})
            attempt = Attempt(request, Route(None, None), writes=True)
            await drive_async(
                call, AsyncTokenSource(TOKEN), permits, lambda token, leave_by: attempt, send, sleep=anyio.sleep
            )

    anyio.run(cancelled, backend=backend)
    assert permits.told == ["unused"]


def test_trouble_with_the_database_turns_no_outcome() -> None:
    class Broken(LocalPermits):
        answered = raising(OSError())

    call = new_call(lambda: 0)
    permits = Broken(clock=lambda: 0)
    ended = drive(call, TokenSource(TOKEN), permits, prepare, lambda attempt: DONE, sleep=raising(AssertionError()))
    assert isinstance(ended, Completed)


# Right before the request leaves.


@pytest.mark.parametrize("way", ["sync", "asyncio", "trio"])
def test_what_is_called_before_a_request_may_prevent_it(feishu_mail_sandbox: SandboxControl, way: str) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["stall_after_accept"])
    numbers: list[int] = []

    def before_request(number: int) -> None:
        assert len(feishu_mail_sandbox.requests()) == number - 1
        numbers.append(number)
        if number == 2:
            raise PermissionError("stop")

    parameters = {"user_mailbox_id": "me", "draft_id": draft_id}
    options: dict[str, Any] = {"access_token": "u-x", "base_url": feishu_mail_sandbox.base_url, "timeout": 0.3}
    pace = Pace(calls=2, seconds=3600)

    def send() -> None:
        with FeishuMail(**options, pace=pace, sleep=lambda _: None) as mail:
            with pytest.raises(OutcomeUnknown) as caught:
                mail._caller.call(SEND_DRAFT, parameters, {}, before_request=before_request)
            assert isinstance(caught.value.__cause__, FeishuMailError | PermissionError)
            # The second slot is free again.
            assert mail.drafts.send(draft_id, retry=RetryPolicy(max_attempts=1)).already_sent

    async def no_sleep(seconds: float) -> None:
        """Takes no time."""

    async def send_async() -> None:
        async with AsyncFeishuMail(**options, pace=pace, sleep=no_sleep) as mail:
            with pytest.raises(OutcomeUnknown):
                await mail._caller.call(SEND_DRAFT, parameters, {}, before_request=before_request)
            sent = await mail.drafts.send(draft_id, retry=RetryPolicy(max_attempts=1))
            assert sent.already_sent

    send() if way == "sync" else anyio.run(send_async, backend=way)
    assert numbers == [1, 2]


def test_a_call_that_was_prevented_was_not_made(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft()
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
        with pytest.raises(FeishuMailError, match="could not be made") as caught:
            mail._caller.call(
                SEND_DRAFT,
                {"user_mailbox_id": "me", "draft_id": draft_id},
                {},
                before_request=raising(PermissionError("stop")),
            )
        assert (caught.value.outcome, str(caught.value.__cause__)) == ("not_done", "stop")
        assert not mail.drafts.may_be_out(draft_id)
    assert feishu_mail_sandbox.requests() == []


# A process that was suspended between its permit and its request.


def test_no_byte_leaves_after_its_time() -> None:
    now = 10.0
    limit = WriteLimit(5, leave_by=10, clock=lambda: now)
    limit.begin()
    limit.begin()
    now = 10.1
    with pytest.raises(httpcore.WriteTimeout):
        limit.begin()
    late = WriteLimit(5, leave_by=10, clock=lambda: now)
    with pytest.raises(httpcore.ConnectTimeout):
        late.begin()
    assert not late.has_begun


SUSPENDED = """
import os, signal, sys
import httpx
from feishu_mail import SEND_DRAFT, FeishuMail
url, draft_id, own = sys.argv[1:]
def suspend(number):
    if number == 1:
        os.kill(os.getpid(), signal.SIGSTOP)
timeout = httpx.Timeout(10, connect=0.3, pool=0.001)
with httpx.Client() as http_client, FeishuMail(
    access_token="u-x", base_url=url, timeout=timeout, sleep=lambda _: None, http_client=http_client if own else None
) as mail:
    parameters = {"user_mailbox_id": "me", "draft_id": draft_id}
    print(mail._caller.call(SEND_DRAFT, parameters, {}, lambda done: done.attempts, before_request=suspend))
"""


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="nothing is suspended on this system")
@pytest.mark.parametrize("own", ["", "own"], ids=["our connections", "a client of your own"])
def test_a_process_that_was_suspended_after_its_permit_takes_another(
    feishu_mail_sandbox: SandboxControl, own: str
) -> None:
    arguments = [feishu_mail_sandbox.base_url, feishu_mail_sandbox.create_draft(), own]
    with subprocess.Popen([sys.executable, "-c", SUSPENDED, *arguments], stdout=subprocess.PIPE, text=True) as process:
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        threading.Event().wait(1.5)
        process.send_signal(signal.SIGCONT)
        assert process.stdout is not None
        assert int(process.stdout.read()) >= 2
    assert len(feishu_mail_sandbox.requests()) == 1


# Over real sockets.


def codes(sandbox: SandboxControl) -> list[int | None]:
    return [request["code"] for request in sandbox.requests()]


@contextmanager
def limited(sandbox: SandboxControl, drafts: int) -> Iterator[list[tuple[str, str]]]:
    """Yields so many drafts in mailboxes of their own, at five sends in half a second."""
    sandbox.settings(rate_limit={"calls": 5, "seconds": 0.5})
    mailboxes = [f"{number}@example.com" for number in range(drafts)]
    yield [(mailbox, sandbox.create_draft(user_mailbox_id=mailbox)) for mailbox in mailboxes]
    assert codes(sandbox) == [0] * drafts


SCALED: Final = Pace(calls=5, seconds=0.5)


def test_threads_keep_to_the_limit_of_a_real_service(feishu_mail_sandbox: SandboxControl) -> None:
    with (
        limited(feishu_mail_sandbox, 17) as drafts,
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, pace=SCALED) as mail,
        ThreadPoolExecutor(17) as threads,
    ):
        list(threads.map(lambda each: mail.drafts.send(each[1], user_mailbox_id=each[0]), drafts))


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
@pytest.mark.parametrize("shared", [False, True], ids=["in memory", "shared"])
def test_tasks_keep_to_the_limit_of_a_real_service(
    feishu_mail_sandbox: SandboxControl, backend: str, shared: bool, tmp_path: Path
) -> None:
    pace = SharedPace(f"sqlite:///{tmp_path}/permits.db", budget="b", calls=5, seconds=0.5) if shared else SCALED

    async def send_all(drafts: list[tuple[str, str]]) -> None:
        async with (
            AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, pace=pace) as mail,
            anyio.create_task_group() as tasks,
        ):
            for mailbox, draft_id in drafts:
                tasks.start_soon(partial(mail.drafts.send, draft_id, user_mailbox_id=mailbox))

    with limited(feishu_mail_sandbox, 17) as drafts:
        anyio.run(send_all, drafts, backend=backend)


# Shared among processes.

SENDS = """
import sys
from concurrent.futures import ThreadPoolExecutor
from feishu_mail import FeishuMail, RetryPolicy, SharedPace

url, database, *drafts = sys.argv[1:]
pace = SharedPace(database, budget="b", calls=5, seconds=0.5)
with FeishuMail(access_token="u-x", base_url=url, pace=pace, retry=RetryPolicy(max_attempts=1)) as mail:
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda each: mail.drafts.send(each.split()[1], user_mailbox_id=each.split()[0]), drafts))
"""


def test_processes_that_name_one_budget_keep_to_it_together(
    feishu_mail_sandbox: SandboxControl, tmp_path: Path
) -> None:
    database = f"sqlite:///{tmp_path}/permits.db"
    with limited(feishu_mail_sandbox, 18) as drafts:
        words = [" ".join(draft) for draft in drafts]
        arguments = [sys.executable, "-c", SENDS, feishu_mail_sandbox.base_url, database]
        processes = [subprocess.Popen([*arguments, *words[start::2]]) for start in range(2)]
        assert [process.wait() for process in processes] == [0, 0]


@pytest.mark.parametrize("seed", range(6))
def test_permits_in_a_database_keep_what_those_in_memory_keep(tmp_path: Path, seed: int) -> None:
    chance = Random(seed)
    limit = RateLimit(chance.randint(1, 4), chance.uniform(1, 100))
    calls = [
        (chance.uniform(0, 100), chance.choice([None, (chance.uniform(0, 60), chance.uniform(0, 60))]))
        for _ in range(20)
    ]

    def new_permits(clock: Clock) -> PermitSource:
        permits = SharedPermits(Database(f"sqlite:///{tmp_path}/permits.db", clock=clock), "b", clock)
        permits.does_io = False
        return permits

    service = run_all(new_permits, limit, calls)
    assert (service.refused, len(service.accepted)) == (0, len(calls))


def test_a_pause_and_what_is_given_back_are_shared(tmp_path: Path) -> None:
    now = 0.0
    one, another = (
        SharedPermits(Database(f"sqlite:///{tmp_path}/permits.db", clock=lambda: now), "b", lambda: now)
        for _ in range(2)
    )
    wanted = WANTED._replace(limit=RateLimit(1, 60))
    permit = one.take(Name(), wanted, 0)
    assert isinstance(permit, Permit)
    assert another.take(Name(), wanted, 0) == 60
    one.unused(permit)
    granted = another.take(Name(), wanted, 0)
    assert isinstance(granted, Permit)
    another.answered(granted)
    one.pause(wanted, 100)
    assert another.take(Name(), wanted, 0) == 100
    assert isinstance(another.take(Name(), wanted._replace(operation=GET_DRAFT), 0), Permit)
    now = 100
    assert isinstance(another.take(Name(), wanted, 0), Permit)


def test_a_fork_shares_the_pace_and_leaves_nobody_waiting(tmp_path: Path) -> None:
    permits = LocalPermits(clock=lambda: 0)
    wanted = WANTED._replace(limit=RateLimit(1, 60))
    permits.take(Name(), wanted, 0)
    waiting = Name()
    assert permits.take(waiting, wanted, 0) == 60
    child = os.fork()
    if not child:
        os._exit(permits.take(Name(), wanted, 0) != 60)
    assert os.waitpid(child, 0)[1] == 0


def test_a_call_that_has_its_permit_is_in_nobodys_way_from_that_very_moment(tmp_path: Path) -> None:
    # Else the other would sleep through a slot that is free, and no one is there to use it.
    now = 0.0
    asked: list[Permit | float] = []

    class Watched(Database):
        def run(self, work: Any) -> Any:
            result = super().run(work)
            if isinstance(result, int) and now == 60 and not asked:
                asked.append(-1.0)
                asked.append(permits.take(second, wanted, 0))
            return result

    permits = SharedPermits(Watched(f"sqlite:///{tmp_path}/permits.db", clock=lambda: now), "b", lambda: now)
    wanted = WANTED._replace(limit=RateLimit(2, 60))
    for _ in range(2):
        granted = permits.take(Name(), wanted, 0)
        assert isinstance(granted, Permit)
        permits.answered(granted)
    first, second = Name(), Name()
    assert [permits.take(first, wanted, 0), permits.take(second, wanted, 0)] == [60, 60]

    now = 60
    assert isinstance(permits.take(first, wanted, 0), Permit)
    assert isinstance(asked[-1], Permit)
