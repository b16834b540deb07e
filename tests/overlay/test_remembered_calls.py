"""Once a mail may be out, the client never calls that draft unsent, in a later call either."""

import logging
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import anyio
import httpx
import pytest

from feishu_mail import (
    SEND_DRAFT,
    AsyncFeishuMail,
    ClientClosedError,
    Failure,
    FeishuMail,
    FeishuMailError,
    OutcomeUnknown,
    RequestRefusedError,
    RetryPolicy,
    ServiceUnavailableError,
)
from feishu_mail.calls.remembered_calls import MOST_DONE, MOST_REMEMBERED, RememberedCalls, call_key
from feishu_mail.outcomes.failures import failure_of
from feishu_mail.outcomes.own_facts import CALL_NOT_MADE, NO_ANSWER
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
    with pytest.raises(OutcomeUnknown):
        mail.drafts.send(draft_id)

    with pytest.raises(OutcomeUnknown) as again:
        mail.drafts.send(draft_id)

    assert isinstance(again.value.__cause__, RequestRefusedError)
    assert len(feishu_mail_sandbox.deliveries()) == 1


def test_another_spelling_of_the_same_service_is_not_another_service(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["vanish_after_accept"])
    with pytest.raises(OutcomeUnknown):
        mail.drafts.send(draft_id)

    spelled = feishu_mail_sandbox.base_url.replace("127.0.0.1", "localhost")
    for base_url in (f"{feishu_mail_sandbox.base_url}/", spelled, f"{spelled}/"):
        with pytest.raises(OutcomeUnknown):
            mail.drafts.send(draft_id, base_url=base_url)


def test_a_success_settles_the_matter(mail: FeishuMail, feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["drop_after_accept"])
    with pytest.raises(OutcomeUnknown):
        mail.drafts.send(draft_id)

    assert mail.drafts.send(draft_id).already_sent
    assert mail._caller._remembered._open == {}


def test_a_draft_that_the_client_knows_to_be_out_is_never_called_unsent(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    """Whoever was interrupted as the first send returned does not know that it went out."""
    draft_id = feishu_mail_sandbox.create_draft(script=["unknown_members", 1234050, 1236014, "drop_before_accept"])
    assert not mail.drafts.send(draft_id).already_sent

    for _ in range(3):
        assert mail.drafts.send(draft_id).already_sent


def test_a_client_says_whether_a_mail_may_be_out(mail: FeishuMail, feishu_mail_sandbox: SandboxControl) -> None:
    expected: dict[str | int, bool] = {"unknown_members": True, "drop_after_accept": True, 1236014: False}
    drafts = {step: feishu_mail_sandbox.create_draft(script=[step]) for step in expected}
    assert not any(mail.drafts.may_be_out(draft_id) for draft_id in drafts.values())

    for draft_id in drafts.values():
        with suppress(FeishuMailError):
            mail.drafts.send(draft_id)

    assert {step: mail.drafts.may_be_out(draft_id) for step, draft_id in drafts.items()} == expected
    assert not mail.drafts.may_be_out(drafts["unknown_members"], base_url="http://127.0.0.1:1")


def test_a_draft_that_was_never_in_flight_is_simply_not_found(mail: FeishuMail) -> None:
    for _ in range(2):
        with pytest.raises(RequestRefusedError):
            mail.drafts.send("no-such-draft")


def test_a_cancelled_send_is_remembered(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["stall_after_accept", 1234050])

    async def cancel_then_send() -> None:
        async with AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
            with anyio.move_on_after(0.2):
                await mail.drafts.send(draft_id)
            with pytest.raises(OutcomeUnknown):
                await mail.drafts.send(draft_id)

    anyio.run(cancel_then_send)


def test_what_is_remembered_is_bounded_and_only_what_is_not_in_flight_is_forgotten() -> None:
    remembered, failure, in_flight = RememberedCalls(), failure_of(SEND_DRAFT, NO_ANSWER), object()
    keys = [call_key("x" * 5_000, str(number)) for number in range(MOST_REMEMBERED + 2)]
    remembered.begin(keys[0], in_flight)
    for number, key in enumerate(keys[1:]):
        remembered.begin(key, number)
        assert remembered.end(key, number, failure) == (number == MOST_REMEMBERED - 1)

    assert [remembered.may_be_done(key) for key in keys[:4]] == [True, False, False, True]
    assert remembered.earlier(keys[3], object(), failure) == failure
    for key in keys:
        remembered.end(key, object(), None)
    assert [remembered.was_done(key) for key in keys[-MOST_DONE - 1 :][:2]] == [False, True]


def test_that_something_is_forgotten_is_logged_once(
    mail: FeishuMail,
    feishu_mail_sandbox: SandboxControl,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("feishu_mail.calls.remembered_calls.MOST_REMEMBERED", 1)
    for _ in range(3):
        with pytest.raises(OutcomeUnknown):
            mail.drafts.send(feishu_mail_sandbox.create_draft(script=["drop_after_accept"]))
    assert caplog.text.count("the oldest are forgotten") == 1


def test_another_call_in_flight_for_the_same_draft_may_be_the_one_that_sends_it() -> None:
    remembered, key, this, other = RememberedCalls(), call_key("draft"), object(), object()
    in_flight = failure_of(SEND_DRAFT, NO_ANSWER, reason="another call is in flight")
    remembered.begin(key, this)
    assert remembered.earlier(key, this, in_flight) is None
    remembered.begin(key, other)
    assert remembered.earlier(key, this, in_flight) == in_flight
    remembered.end(key, other, failure_of(SEND_DRAFT, CALL_NOT_MADE))
    assert remembered.earlier(key, this, in_flight) is None


def raise_connect_error(response: httpx.Response) -> None:
    raise httpx.ConnectError("the audit service is down", request=response.request)


def call_elsewhere(response: httpx.Response) -> None:
    httpx.Client(trust_env=False).post("http://127.0.0.1:1/")


class Repeating(httpx.HTTPTransport):
    """Repeats what was not answered: a copy that nobody sees, or the same request; at another place, or here."""

    def __init__(self, again_at: str | None = None, *, copies: bool = False) -> None:
        super().__init__()
        self._again_at, self._copies = again_at, copies

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        copied = httpx.Request(request.method, request.url, headers=request.headers)
        with suppress(httpx.HTTPError):
            return super().handle_request(copied if self._copies else request)
        request.url = httpx.URL(self._again_at or request.url)
        return super().handle_request(request)


NOWHERE = "http://127.0.0.1:1/"
FOREIGN: list[tuple[dict[str, Any], list[int | str]]] = [
    ({"event_hooks": {"response": [raise_connect_error]}}, []),
    ({"event_hooks": {"response": [call_elsewhere]}}, []),
    ({"transport": Repeating(NOWHERE)}, ["drop_after_accept"]),
    ({"transport": Repeating(NOWHERE, copies=True)}, ["drop_after_accept"]),
    ({"transport": Repeating()}, ["drop_after_accept", 99991400]),
    ({"transport": Repeating()}, ["vanish_after_accept"]),
]


@pytest.mark.parametrize(("settings", "script"), FOREIGN, ids=map(str, range(len(FOREIGN))))
def test_what_a_callers_client_raises_or_repeats_does_not_prove_that_nothing_was_sent(
    settings: dict[str, Any], script: list[int | str], mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    with (
        httpx.Client(**settings) as http_client,
        pytest.raises(OutcomeUnknown) as caught,
    ):
        mail.drafts.send(feishu_mail_sandbox.create_draft(script=script), http_client=http_client)

    assert len(feishu_mail_sandbox.deliveries()) == caught.value.attempts == 1


def test_a_repetition_that_is_answered_as_a_success_is_one_and_a_trace_of_the_callers_own_goes_on(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    seen: list[str] = []

    class Traced(httpx.Client):
        def build_request(self, *arguments: Any, extensions: Any = None, **options: Any) -> httpx.Request:
            traced = {**extensions, "trace": lambda event, info: seen.append(event)}
            return super().build_request(*arguments, extensions=traced, **options)

    with Traced(transport=Repeating()) as http_client:
        for step in ("drop_before_accept", "drop_after_accept"):
            sent = mail.drafts.send(feishu_mail_sandbox.create_draft(script=[step]), http_client=http_client)
            assert sent.already_sent is (step == "drop_after_accept")
    assert seen.count("http11.send_request_headers.started") == 4


def test_a_plain_client_that_had_no_connection_to_give_sent_nothing(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl
) -> None:
    timeout = httpx.Timeout(5, pool=0.05)
    with (
        httpx.Client(limits=httpx.Limits(max_connections=1)) as http_client,
        http_client.stream("GET", f"{feishu_mail_sandbox.base_url}/"),
        pytest.raises(ServiceUnavailableError, match="PoolTimeout") as caught,
    ):
        mail.drafts.send(feishu_mail_sandbox.create_draft(), http_client=http_client, timeout=timeout)
    assert caught.value.outcome == "not_done"


def test_a_log_handler_that_cannot_connect_after_the_delivery_does_not_prove_that_nothing_was_sent(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Shipping(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.getMessage().startswith("receive_response_headers.complete"):
                raise httpx.ConnectError("the log service is down")

    logger, handler = logging.getLogger("httpcore.http11"), Shipping()
    monkeypatch.setattr(logger, "level", logging.DEBUG)
    monkeypatch.setattr(logger, "handlers", [handler])
    with suppress(OutcomeUnknown):
        mail.drafts.send(feishu_mail_sandbox.create_draft())

    assert len(feishu_mail_sandbox.deliveries()) == 1


@pytest.mark.parametrize("step", ["drop_after_accept", 1236006])
def test_a_retry_hook_that_fails_changes_nothing(
    step: int | str, feishu_mail_sandbox: SandboxControl, sleep: Callable[[float], None]
) -> None:
    def fail(failure: Failure, seconds: float) -> None:
        raise RuntimeError("metrics are down")

    draft_id = feishu_mail_sandbox.create_draft(script=[step])
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, on_retry=fail, sleep=sleep) as mail:
        assert mail.drafts.send(draft_id).attempts == 2


@pytest.mark.parametrize(("step", "outcome"), [("drop_after_accept", "unknown"), (1236006, "not_done")])
def test_a_sleep_that_fails_does_not_lose_the_outcome(
    step: int | str, outcome: str, feishu_mail_sandbox: SandboxControl
) -> None:
    def fail(seconds: float) -> None:
        raise RuntimeError("no time")

    draft_id = feishu_mail_sandbox.create_draft(script=[step])
    with (
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, sleep=fail) as mail,
        pytest.raises(FeishuMailError) as caught,
    ):
        mail.drafts.send(draft_id)

    assert caught.value.outcome == outcome
    assert isinstance(caught.value.__cause__, RuntimeError)


@pytest.mark.parametrize("step", [1236006, "drop_after_accept"])
def test_an_interrupt_between_attempts_is_remembered(step: int | str, feishu_mail_sandbox: SandboxControl) -> None:
    def interrupt(seconds: float) -> None:
        raise KeyboardInterrupt

    draft_id = feishu_mail_sandbox.create_draft(script=[step, 1234050])
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, sleep=interrupt) as mail:
        with pytest.raises(KeyboardInterrupt):
            mail.drafts.send(draft_id)
        with pytest.raises(OutcomeUnknown if step == "drop_after_accept" else RequestRefusedError):
            mail.drafts.send(draft_id)


def test_whatever_interrupts_the_exchange_itself_leaves_it_unknown(feishu_mail_sandbox: SandboxControl) -> None:
    class Interrupted(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            raise KeyboardInterrupt

    with (
        httpx.Client(transport=Interrupted()) as http_client,
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail,
    ):
        with pytest.raises(KeyboardInterrupt):
            mail.drafts.send("no-such-draft", http_client=http_client)
        with pytest.raises(OutcomeUnknown):
            mail.drafts.send("no-such-draft")


def test_whatever_interrupts_it_before_a_byte_has_left_leaves_nothing_unknown(
    mail: FeishuMail, feishu_mail_sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    draft_id = feishu_mail_sandbox.create_draft(script=["drop_after_accept", 1234050])
    with monkeypatch.context() as patched:
        patched.setattr(socket, "create_connection", interrupt)
        with pytest.raises(KeyboardInterrupt):
            mail.drafts.send(draft_id)
    assert not mail.drafts.may_be_out(draft_id)

    with pytest.raises(OutcomeUnknown):
        mail.drafts.send(draft_id)
    with monkeypatch.context() as patched:
        patched.setattr(socket, "create_connection", interrupt)
        with pytest.raises(KeyboardInterrupt):
            mail.drafts.send(draft_id)
    assert mail.drafts.may_be_out(draft_id), "an earlier request had left"


@pytest.mark.parametrize("own_client", [False, True])
@pytest.mark.parametrize(("step", "expected"), [(1236006, ClientClosedError), ("drop_after_accept", OutcomeUnknown)])
def test_closing_the_client_between_attempts_ends_the_call(
    step: int | str, expected: type[FeishuMailError], own_client: bool, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[step])
    http_client = httpx.Client()
    to_close: list[FeishuMail | httpx.Client] = [http_client] if own_client else []
    mail = FeishuMail(
        access_token="u-x",
        base_url=feishu_mail_sandbox.base_url,
        http_client=http_client if own_client else None,
        sleep=lambda _: to_close[-1].close(),
    )
    if not own_client:
        to_close.append(mail)

    with pytest.raises(expected):
        mail.drafts.send(draft_id)

    assert len(feishu_mail_sandbox.requests()) == 1
    http_client.close()


def test_a_generated_client_that_cannot_be_loaded_is_our_exception(
    feishu_mail_sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is loaded with the first call, when a process may be out of files or in the middle of an upgrade."""
    monkeypatch.setitem(sys.modules, "feishu_mail_client.api.drafts.send_draft", None)
    with (
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail,
        pytest.raises(FeishuMailError, match="ModuleNotFoundError") as caught,
    ):
        mail.drafts.send("d")
    assert caught.value.outcome == "not_done"
    assert isinstance(caught.value.__cause__, ImportError)
