"""An exchange without an answer is judged by what is sure: only what came before the request is "not sent"."""

import ssl

import httpx
import pytest

from feishu_mail import Outcome, Retry, classify_exception

NOT_SENT = [
    (httpx.ConnectError("refused"), "UNREACHABLE", Retry.AFTER_DELAY),
    (httpx.ConnectTimeout("slow"), "UNREACHABLE", Retry.AFTER_DELAY),
    (httpx.PoolTimeout("busy"), "UNREACHABLE", Retry.AFTER_DELAY),
    (httpx.ProxyError("refused"), "UNREACHABLE", Retry.AFTER_DELAY),
    (httpx.UnsupportedProtocol("gopher"), "CALL_NOT_MADE", Retry.NEVER),
]
MAY_BE_SENT = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.CloseError("reset"),
    httpx.RemoteProtocolError("disconnected"),
    # Over HTTP/2, httpcore reports trouble while reading the answer by this name too.
    httpx.LocalProtocolError("odd"),
    httpx.DecodingError("odd"),
    httpx.TooManyRedirects("odd"),
    RuntimeError("from a hook"),
    OSError("odd"),
]


@pytest.mark.parametrize(("error", "name", "retry"), NOT_SENT, ids=lambda value: type(value).__name__)
def test_what_came_before_the_request_is_not_sent(error: Exception, name: str, retry: Retry) -> None:
    failure = classify_exception(error)
    assert (failure.outcome, failure.judgement.name, failure.retry) == (Outcome.NOT_SENT, name, retry)


@pytest.mark.parametrize("error", MAY_BE_SENT, ids=lambda value: type(value).__name__)
def test_everything_else_may_be_sent(error: Exception) -> None:
    assert classify_exception(error).outcome is Outcome.UNKNOWN


def test_a_refused_certificate_is_not_tried_again() -> None:
    error = httpx.ConnectError("handshake")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    failure = classify_exception(error)
    assert (failure.judgement.name, failure.retry) == ("CERTIFICATE_REFUSED", Retry.NEVER)
