"""The timeout is for the whole answer: a service that drips it, each byte in time, does not hold a send for ever."""

import time
from collections.abc import Iterator
from contextlib import closing
from itertools import count

import httpcore
import httpx
import pytest

from feishu_mail import FeishuMail, OutcomeUnknown, RetryPolicy, SentDraft, ServiceUnavailableError
from feishu_mail.wire.limits import ReadLimits
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes
from tests.overlay.one_answer_server import OneAnswerServer, answering

ONCE = RetryPolicy(max_attempts=1)
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

    assert isinstance(result, OutcomeUnknown)
    assert took < 2


def test_a_slow_answer_that_is_whole_in_time_counts(outcome_of: Outcomes) -> None:
    with closing(OneAnswerServer(HEAD + b"\r\n" + BODY, 0.0001)) as server:
        result = outcome_of("draft", base_url=server.base_url, retry=RetryPolicy(max_attempts=1), timeout=10)

    assert isinstance(result, SentDraft)


def test_a_dripped_answer_to_a_read_ends_in_time_too() -> None:
    began = time.monotonic()
    with (
        closing(OneAnswerServer(DRIPPED["the body"], PAUSE)) as server,
        FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail,
        pytest.raises(ServiceUnavailableError),
    ):
        mail.drafts.get("draft", timeout=0.2)
    assert time.monotonic() - began < 2


def test_the_time_counts_from_the_first_read() -> None:
    seconds: Iterator[int] = count(100)
    limits = ReadLimits(3, 10, lambda: next(seconds))
    assert [limits.remaining() for _ in range(3)] == [3, 2, 1]
    with pytest.raises(httpcore.ReadTimeout):
        limits.remaining()
    assert float(limits) == 3, "to whoever does not ask, it is a plain number"


def test_the_bytes_are_counted_over_all_reads() -> None:
    limits = ReadLimits(3, 10)
    assert [limits.count(b"12345", 9), limits.count(b"12345", 9)] == [b"12345"] * 2
    with pytest.raises(httpcore.ReadError):
        limits.count(b"1", 9)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\n\r\n" + b" " * 3_000_000,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1;" + b"x" * 3_000_000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 150_000,
    ],
    ids=["body", "framing", "announcements"],
)
def test_no_more_is_read_than_an_answer_can_need(answer: bytes, outcome_of: Outcomes) -> None:
    with closing(OneAnswerServer(answer)) as server:
        assert isinstance(outcome_of("draft", base_url=server.base_url, retry=ONCE), OutcomeUnknown)


@pytest.mark.parametrize("own_client", [False, True])
def test_a_compressed_body_is_not_unpacked(own_client: bool) -> None:
    with (
        answering("200 OK", b"\x1f\x8b not looked at", "Content-Encoding: gzip, gzip") as server,
        httpx.Client() as http_client,
        FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail,
        pytest.raises(OutcomeUnknown, match="compressed"),
    ):
        mail.drafts.send("draft", http_client=http_client if own_client else None)


def test_a_connection_that_reads_share_gives_each_answer_its_own_time(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft()
    feishu_mail_sandbox.settings(rate_limit=None)
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, timeout=0.4, retry=ONCE) as mail:
        began = time.monotonic()
        while time.monotonic() < began + 0.5:
            mail.drafts.get(draft_id)


@pytest.mark.parametrize("part", ["the body", "a chunked body", "a body without an end"])
def test_a_body_dripped_to_a_client_of_your_own_ends_in_time_too(part: str) -> None:
    began = time.monotonic()
    with (
        closing(OneAnswerServer(DRIPPED[part], PAUSE)) as server,
        httpx.Client(timeout=None) as http_client,
        FeishuMail(access_token="u-x", base_url=server.base_url, http_client=http_client) as mail,
        pytest.raises(OutcomeUnknown),
    ):
        mail.drafts.send("draft", timeout=0.2, retry=ONCE)
    assert time.monotonic() - began < 2
