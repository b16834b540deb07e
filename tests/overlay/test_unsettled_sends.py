"""Once a mail may be out, the client never calls that draft unsent, in a later call either."""

from collections.abc import Callable, Iterator

import anyio
import httpx
import pytest
import stamina
import stamina.instrumentation

from feishu_mail import (
    AsyncFeishuMail,
    ClientClosedError,
    DraftRefusedError,
    FeishuMail,
    FeishuMailError,
    RetryPolicy,
    SendOutcomeUnknown,
)
from feishu_mail.failures import Failure
from feishu_mail.judgements import NO_ANSWER
from feishu_mail.unsettled import MOST_REMEMBERED, UnsettledSends
from feishu_mail_sandbox.control import SandboxControl

ONCE = RetryPolicy(max_attempts=1)


@pytest.fixture
def mail(feishu_mail_sandbox: SandboxControl) -> Iterator[FeishuMail]:
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
        yield mail


def test_sending_the_same_draft_again_as_advised_does_not_turn_unknown_into_not_sent(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["vanish_after_accept"])
    with pytest.raises(SendOutcomeUnknown):
        mail.drafts.send(draft_id)

    with pytest.raises(SendOutcomeUnknown) as again:
        mail.drafts.send(draft_id)

    assert isinstance(again.value.__cause__, DraftRefusedError)
    assert len(feishu_mail_sandbox.deliveries()) == 1


def test_a_success_settles_the_matter(mail: FeishuMail, feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["drop_after_accept"])
    with pytest.raises(SendOutcomeUnknown):
        mail.drafts.send(draft_id)

    assert mail.drafts.send(draft_id).already_sent
    assert mail.drafts._unsettled._failures == {}


def test_a_draft_that_was_never_in_flight_is_simply_not_found(mail: FeishuMail) -> None:
    for _ in range(2):
        with pytest.raises(DraftRefusedError):
            mail.drafts.send("no-such-draft")


def test_a_cancelled_send_is_remembered(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["stall_after_accept", 1234050])

    async def cancel_then_send() -> None:
        async with AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
            with anyio.move_on_after(0.2):
                await mail.drafts.send(draft_id)
            with pytest.raises(SendOutcomeUnknown):
                await mail.drafts.send(draft_id)

    anyio.run(cancel_then_send)


def test_what_is_remembered_is_bounded() -> None:
    unsettled, failure = UnsettledSends(), Failure(judgement=NO_ANSWER)
    for number in range(MOST_REMEMBERED + 5):
        unsettled.remember(number, failure)
    assert unsettled.recall(4) is None
    assert unsettled.recall(5) is failure
    assert len(unsettled._failures) == MOST_REMEMBERED


def raise_connect_error(response: httpx.Response) -> None:
    raise httpx.ConnectError("the audit service is down")


def call_elsewhere(response: httpx.Response) -> None:
    httpx.Client(trust_env=False).post("http://127.0.0.1:1/")


@pytest.mark.parametrize("hook", [raise_connect_error, call_elsewhere])
def test_a_hook_that_cannot_connect_after_the_answer_does_not_prove_that_nothing_was_sent(
    hook: Callable[[httpx.Response], None], mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    with (
        httpx.Client(event_hooks={"response": [hook]}) as http_client,
        FeishuMail(
            access_token="u-x", base_url=feishu_mail_sandbox.base_url, http_client=http_client, retry=ONCE
        ) as mail,
        pytest.raises(SendOutcomeUnknown),
    ):
        mail.drafts.send(feishu_mail_sandbox.create_draft())

    assert len(feishu_mail_sandbox.deliveries()) == 1


Hook = stamina.instrumentation.RetryHook


@pytest.fixture
def on_retry() -> Iterator[Callable[[Hook], None]]:
    """Sets what stamina calls before each wait."""
    before = stamina.instrumentation.get_on_retry_hooks()
    yield lambda hook: stamina.instrumentation.set_on_retry_hooks([hook])
    stamina.instrumentation.set_on_retry_hooks(before)


@pytest.mark.parametrize(("step", "outcome"), [("drop_after_accept", "unknown"), (1236006, "not_sent")])
def test_a_retry_hook_that_fails_does_not_lose_the_outcome(
    step: int | str, outcome: str, feishu_mail_sandbox: SandboxControl, on_retry: Callable[[Hook], None]
) -> None:
    def fail(details: stamina.instrumentation.RetryDetails) -> None:
        raise RuntimeError("metrics are down")

    on_retry(fail)
    draft_id = feishu_mail_sandbox.create_draft(script=[step])
    with (
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail,
        pytest.raises(FeishuMailError) as caught,
    ):
        mail.drafts.send(draft_id)

    assert caught.value.outcome == outcome
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize(
    ("step", "expected"), [(1236006, ClientClosedError), ("drop_after_accept", SendOutcomeUnknown)]
)
def test_closing_the_client_between_attempts_ends_the_call(
    step: int | str,
    expected: type[FeishuMailError],
    feishu_mail_sandbox: SandboxControl,
    on_retry: Callable[[Hook], None],
    waits: list[float],
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[step])
    mail = FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url)
    on_retry(lambda details: mail.close())

    with pytest.raises(expected):
        mail.drafts.send(draft_id)

    assert len(feishu_mail_sandbox.requests()) == 1
