"""When attempts start: not after ``max_seconds``, and not while the service has asked the client to wait."""

from collections.abc import Callable
from itertools import count

import httpx
import pytest

from feishu_mail import SEND_DRAFT, FeishuMail, Outcome, RateLimitError, RetryPolicy
from feishu_mail.calls.call import Call, Completed, Failed, Plan
from feishu_mail.calls.drivers import drive
from feishu_mail.calls.pace import Permit, Wanted
from feishu_mail.calls.permits import UnlimitedPermits
from feishu_mail.calls.remembered_calls import RememberedCalls
from feishu_mail.wire.access_tokens import TokenSource
from feishu_mail.wire.messages import Attempt, RawAnswer, Route
from feishu_mail_sandbox.control import SandboxControl

EXPIRED = b'{"code": 99991677}'
POLICY = RetryPolicy(max_seconds=60)
WANTED = Wanted("https://open.feishu.cn", SEND_DRAFT, SEND_DRAFT.rate_limit, 61, 60)
ATTEMPT = Attempt(httpx.Request("POST", "http://localhost"), Route(None, None), writes=True)


@pytest.mark.parametrize(("refresh_seconds", "attempts"), [(59, 2), (61, 1)])
def test_no_attempt_starts_too_late_however_long_a_new_token_takes(refresh_seconds: float, attempts: int) -> None:
    now, tokens = 0.0, count()

    def token() -> str:
        nonlocal now
        number = next(tokens)
        now += refresh_seconds * bool(number)
        return f"u-{number}"

    plan = Plan(wanted=WANTED, ids={"draft_id": "d"}, policy=POLICY, can_refresh=True)
    call = Call(plan, RememberedCalls(), clock=lambda: now)
    source = TokenSource(token)
    ended = drive(
        call,
        source,
        UnlimitedPermits(),
        lambda token, leave_by: ATTEMPT,
        lambda attempt: RawAnswer(401, {}, EXPIRED),
        sleep=lambda seconds: None,
    )

    assert isinstance(ended, Failed)
    assert (ended.failure.outcome, ended.failure.code, ended.failure.attempts) == (Outcome.NOT_DONE, 99991677, attempts)


def test_once_a_call_is_asked_to_wait_the_clients_other_calls_wait_before_they_ask(
    feishu_mail_sandbox: SandboxControl, sleep: Callable[[float], None], waits: list[float]
) -> None:
    feishu_mail_sandbox.settings(rate_limit={"calls": 1, "seconds": 40})
    first, second, third = (feishu_mail_sandbox.create_draft(user_mailbox_id=f"{n}@example.com") for n in range(3))
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, sleep=sleep) as mail:
        mail.drafts.send(first, user_mailbox_id="0@example.com")
        with pytest.raises(RateLimitError):
            mail.drafts.send(second, user_mailbox_id="1@example.com", retry=RetryPolicy(max_attempts=1))

        assert mail.drafts.send(third, user_mailbox_id="2@example.com").attempts == 1

    assert waits == [pytest.approx(40, abs=1)]


def test_waiting_for_others_is_no_attempt() -> None:
    now = 0.0
    permits = UnlimitedPermits(clock=lambda: now)
    slept: list[float] = []
    answers = [RawAnswer(409, {}, b'{"code": 1236006}'), RawAnswer(200, {}, b'{"code": 0}')]

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        slept.append(seconds)
        if len(slept) < 5:
            permits.pause(WANTED, 7)

    sleep(0)
    policy = RetryPolicy(max_attempts=2)
    plan = Plan(wanted=WANTED, ids={"draft_id": "d"}, policy=policy, can_refresh=False)
    call = Call(plan, RememberedCalls(), clock=lambda: now, chance=lambda: 0)
    ended = drive(
        call,
        TokenSource(lambda: "u-x"),
        permits,
        lambda token, leave_by: ATTEMPT,
        lambda attempt: answers.pop(0),
        sleep=sleep,
    )

    assert isinstance(ended, Completed)
    assert (ended.attempts, slept) == (2, [0, 7, 7, 7, 7, 0.5])


def test_a_wait_of_another_call_that_does_not_fit_is_said_at_once(
    feishu_mail_sandbox: SandboxControl, sleep: Callable[[float], None], waits: list[float]
) -> None:
    feishu_mail_sandbox.settings(rate_limit={"calls": 1, "seconds": 40})
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(3)]
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, sleep=sleep) as mail:
        mail.drafts.send(drafts[0])
        for draft_id, attempts in ((drafts[1], 1), (drafts[2], 0)):
            with pytest.raises(RateLimitError) as caught:
                mail.drafts.send(draft_id, retry=RetryPolicy(max_seconds=30))
            assert (caught.value.attempts, caught.value.outcome) == (attempts, "not_done")
            assert caught.value.retry_after == pytest.approx(40, abs=1)
    assert not waits
    assert len(feishu_mail_sandbox.requests()) == 2


@pytest.mark.parametrize(
    ("body", "named", "waited"),
    [
        (b'{"code": 99991400}', "7", 7),
        (b'{"code": 99991400}', "900000", SEND_DRAFT.rate_limit.seconds),
        (b'{"code": 99991400}', None, 0),
        (b'{"code": 1236006}', "7", 0),
    ],
    ids=["named", "for one window at most", "unnamed", "of one mailbox"],
)
def test_what_others_wait_for(body: bytes, named: str | None, waited: float) -> None:
    """No odd answer stops a client for days, and what concerns one mailbox is not waited for by others."""
    permits = UnlimitedPermits(clock=lambda: 1000)
    plan = Plan(wanted=WANTED, ids={"draft_id": "d"}, policy=RetryPolicy(max_attempts=1), can_refresh=False)
    answer = RawAnswer(429, {} if named is None else {"retry-after": named}, body)
    drive(
        Call(plan, RememberedCalls(), clock=lambda: 1000),
        TokenSource(lambda: "u-x"),
        permits,
        lambda token, leave_by: ATTEMPT,
        lambda attempt: answer,
        sleep=lambda seconds: None,
    )
    granted = permits.take(object(), WANTED, 0)
    assert (0 if isinstance(granted, Permit) else granted) == waited
    assert isinstance(permits.take(object(), WANTED._replace(service="https://open.larksuite.com"), 0), Permit)


def test_a_sleep_that_takes_no_time_is_believed(feishu_mail_sandbox: SandboxControl) -> None:
    waits: list[float] = []
    draft_id = feishu_mail_sandbox.create_draft(script=[99991400, 99991400])
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, sleep=waits.append) as mail:
        assert mail.drafts.send(draft_id).attempts == 3
    assert len(waits) == 2


def test_a_completed_call_needs_no_time_left() -> None:
    plan = Plan(wanted=WANTED, ids={"draft_id": "d"}, policy=RetryPolicy(max_seconds=1e-9), can_refresh=False)
    call = Call(plan, RememberedCalls(), clock=count().__next__)
    answer = RawAnswer(200, {}, b'{"code": 0, "data": {}}')
    ended = drive(
        call,
        TokenSource(lambda: "u-x"),
        UnlimitedPermits(),
        lambda token, leave_by: ATTEMPT,
        lambda attempt: answer,
        sleep=lambda seconds: None,
    )
    assert isinstance(ended, Completed)
