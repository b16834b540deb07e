"""The timeout is for the whole answer: a service that drips it, each byte in time, does not hold a send for ever."""

import time
from collections.abc import Iterator
from contextlib import closing, suppress
from itertools import count

import httpcore
import httpx
import pytest

from feishu_mail import FeishuMail, RetryPolicy, SendOutcomeUnknown, SentDraft
from feishu_mail.answer_timeout import AnswerTimeout, bound_answer
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes
from tests.overlay.one_answer_server import OneAnswerServer

BODY = b'{"code":0,"data":{"message_id":"' + b"m" * 400 + b'"}}'
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n" % len(BODY)
PAUSE = 0.01

# Each would take four seconds or more.
DRIPPED = {
    "the status line": b"HTTP/1.1 200 " + b"O" * 400,
    "a header": HEAD + b"X-Long: " + b"x" * 400,
    "announcements of an answer to come": b"HTTP/1.1 100 Continue\r\n\r\n" * 20,
    "the body": HEAD + b"\r\n" + BODY,
    "a chunked body": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\n \r\n" * 80,
    "a body without an end": b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 400,
}


@pytest.mark.parametrize("part", DRIPPED)
def test_a_dripped_answer_ends_in_time_with_the_outcome_unknown(part: str, outcome_of: Outcomes) -> None:
    began = time.monotonic()
    with closing(OneAnswerServer(DRIPPED[part], PAUSE)) as server:
        result = outcome_of("draft", base_url=server.base_url, retry=RetryPolicy(max_attempts=1), timeout=0.2)
        took = time.monotonic() - began

    assert isinstance(result, SendOutcomeUnknown)
    assert took < 2


def test_a_slow_answer_that_is_whole_in_time_counts(outcome_of: Outcomes) -> None:
    with closing(OneAnswerServer(HEAD + b"\r\n" + BODY, 0.0001)) as server:
        result = outcome_of("draft", base_url=server.base_url, retry=RetryPolicy(max_attempts=1), timeout=10)

    assert isinstance(result, SentDraft)


def test_the_time_counts_from_the_first_read() -> None:
    seconds: Iterator[int] = count(100)
    timeout = AnswerTimeout(3, lambda: next(seconds))
    assert [timeout.remaining() for _ in range(3)] == [3, 2, 1]
    with pytest.raises(httpx.ReadTimeout):
        timeout.remaining()
    assert float(timeout) == 3, "to whoever does not ask, it is a plain number"


def test_a_connection_that_is_used_again_gives_each_answer_its_own_time(feishu_mail_sandbox: SandboxControl) -> None:
    policy = RetryPolicy(max_attempts=1)
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, timeout=0.4, retry=policy) as mail:
        began = time.monotonic()
        feishu_mail_sandbox.settings(send_seconds=0.15)
        while time.monotonic() < began + 0.5:
            mail.drafts.send(feishu_mail_sandbox.create_draft())


def test_a_client_of_your_own_is_held_to_it_too() -> None:
    with (
        closing(OneAnswerServer(DRIPPED["a header"], PAUSE)) as server,
        httpx.Client(timeout=None) as http_client,
        FeishuMail(access_token="u-x", base_url=server.base_url, http_client=http_client) as mail,
        pytest.raises(SendOutcomeUnknown),
    ):
        mail.drafts.send("draft", timeout=0.2, retry=RetryPolicy(max_attempts=1))


class Stubborn(httpx.BaseTransport):
    """Makes a request that failed once more, over a connection of its own, as retrying transports do."""

    tries = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        with suppress(httpx.TransportError):
            return self._try(request)
        return self._try(request)

    def _try(self, request: httpx.Request) -> httpx.Response:
        self.tries += 1
        with httpx.HTTPTransport() as transport:
            return transport.handle_request(request)


def test_so_is_one_whose_transport_makes_the_request_again() -> None:
    began = time.monotonic()
    with (
        closing(OneAnswerServer(DRIPPED["a header"], PAUSE)) as server,
        httpx.Client(transport=(transport := Stubborn())) as http_client,
        FeishuMail(access_token="u-x", base_url=server.base_url, http_client=http_client) as mail,
    ):
        with pytest.raises(SendOutcomeUnknown):
            mail.drafts.send("draft", timeout=0.2, retry=RetryPolicy(max_attempts=1))
        took = time.monotonic() - began

    assert transport.tries == 2
    assert took < 2


def told_after(method: str) -> set[str]:
    """The extensions of a request that are left when it leaves."""
    request = httpx.Request("POST", "https://open.feishu.cn", extensions={"timeout": httpx.Timeout(5).as_dict()})
    bound_answer(request, 5, is_async=False)
    leaving = httpcore.Request(method, "https://open.feishu.cn", extensions=request.extensions)
    leaving.extensions["trace"]("http11.send_request_headers.started", {"request": leaving})
    assert "trace" in request.extensions, "it may have to be made again"
    return set(leaving.extensions)


def test_once_the_request_leaves_its_steps_are_not_told_any_more() -> None:
    assert told_after("POST") == {"timeout"}


def test_behind_the_request_for_a_tunnel_another_connection_opens() -> None:
    assert told_after("CONNECT") == {"timeout", "trace"}
