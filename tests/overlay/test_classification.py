"""What an answer, or the lack of one, is judged to mean: only what is sure is called "not sent"."""

import ssl
from dataclasses import replace
from typing import Any

import httpx
import pytest

from feishu_mail import (
    AUTOMATION_DISABLED,
    Answer,
    ErrorCode,
    Failure,
    Outcome,
    Retry,
    classify_answer,
    classify_exception,
    judgements,
)
from feishu_mail.classification import judge_status

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
    told = f"{type(error).__name__}: {error}" if name == "UNREACHABLE" else type(error).__name__
    assert failure.reason == told


def test_a_connection_error_without_words_is_named() -> None:
    assert classify_exception(httpx.ConnectError("")).reason == "ConnectError"


def test_only_an_error_about_this_very_request_proves_that_it_did_not_leave() -> None:
    request = httpx.Request("POST", "http://127.0.0.1")
    about_it = httpx.ConnectError("refused", request=request)
    about_another = httpx.ConnectError("refused", request=httpx.Request("POST", "http://127.0.0.1"))

    assert classify_exception(about_it, request).outcome is Outcome.NOT_SENT
    for error in (about_another, httpx.ConnectError("from a hook"), RuntimeError("from a hook")):
        failure = classify_exception(error, request)
        assert failure == Failure(judgement=judgements.NO_ANSWER, reason=type(error).__name__)


@pytest.mark.parametrize("error", MAY_BE_SENT, ids=lambda value: type(value).__name__)
def test_everything_else_may_be_sent(error: Exception) -> None:
    failure = classify_exception(error)
    assert (failure.outcome, failure.reason) == (Outcome.UNKNOWN, type(error).__name__)


def test_a_refused_certificate_is_not_tried_again() -> None:
    error = httpx.ConnectError("handshake")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    failure = classify_exception(error)
    assert (failure.judgement.name, failure.retry) == ("CERTIFICATE_REFUSED", Retry.NEVER)


BY_STATUS = {
    "GATEWAY_FAILED": [100, 199, 408, 409, 499, 500, 502, 503, 504, 520, 599, 600, 999],
    "UNREADABLE_ANSWER": [200, 201, 204, 299],
    "REDIRECTED": [301, 307, 308],
    "REDIRECTED_AFTERWARDS": [300, 302, 303, 304, 399],
    "REFUSED": [400, 401, 403, 404, 405, 407, 410, 428, 430, 498],
    "THROTTLED": [429],
}


@pytest.mark.parametrize(("name", "status"), [(name, status) for name in BY_STATUS for status in BY_STATUS[name]])
def test_without_a_code_the_status_decides_alone(name: str, status: int) -> None:
    assert judge_status(status).name == name
    failure = classify_answer(Answer(http_status=status, problem="the body is empty"))
    assert failure == Failure(judgement=judge_status(status), http_status=status, reason="the body is empty")


BY_CODE = [
    (400, 1236014, "CONTENT_RISK"),
    (200, 1236014, "CONTENT_RISK"),
    (500, 1236014, "CONTENT_RISK"),
    (200, 7, "UNKNOWN_CODE"),
    (299, 7, "UNKNOWN_CODE"),
    (400, 7, "UNKNOWN_CODE"),
    (429, 7, "UNKNOWN_CODE"),
    (307, 7, "UNKNOWN_CODE"),
    (199, 7, "UNKNOWN_CODE_UNCLEAR"),
    (300, 7, "UNKNOWN_CODE_UNCLEAR"),
    (300, 7, "UNKNOWN_CODE_UNCLEAR"),
    (302, 7, "UNKNOWN_CODE_UNCLEAR"),
    (409, 7, "UNKNOWN_CODE_UNCLEAR"),
    (500, 7, "UNKNOWN_CODE_UNCLEAR"),
    (201, 0, "UNREADABLE_ANSWER"),
    (400, 0, "REFUSED"),
    (500, 0, "GATEWAY_FAILED"),
]


@pytest.mark.parametrize(("status", "code", "name"), BY_CODE)
def test_a_code_of_the_document_decides_and_an_unknown_one_is_never_repeated(status: int, code: int, name: str) -> None:
    failure = classify_answer(Answer(http_status=status, code=code))
    assert failure is not None
    assert failure.judgement.name == name
    assert name[:7] != "UNKNOWN" or failure.retry is Retry.NEVER


@pytest.mark.parametrize("status", [200, 409, 500])
def test_already_sent_is_no_failure_whatever_the_status(status: int) -> None:
    assert classify_answer(Answer(http_status=status, code=1236005)) is None


BY_DATA: list[tuple[Any, Failure | None]] = [
    (None, None),
    ({}, None),
    ({"message_id": "m"}, None),
    ({"automation_send_disable": None}, None),
    ({"automation_send_disable": {}}, None),
    ({"automation_send_disable": {"reason": "", "reference": ""}}, None),
    (
        {"automation_send_disable": {"reason": "by the owner"}},
        Failure(judgement=AUTOMATION_DISABLED, http_status=200, code=0, reason="by the owner"),
    ),
    (
        {"automation_send_disable": {"reason": 7}},
        Failure(judgement=AUTOMATION_DISABLED, http_status=200, code=0),
    ),
    (
        {"automation_send_disable": "yes"},
        Failure(
            judgement=judgements.UNREADABLE_ANSWER,
            http_status=200,
            code=0,
            reason="automation_send_disable is not an object",
        ),
    ),
    (
        ["m"],
        Failure(judgement=judgements.UNREADABLE_ANSWER, http_status=200, code=0, reason="data is not an object"),
    ),
]


@pytest.mark.parametrize(("data", "failure"), BY_DATA, ids=repr)
def test_code_0_in_a_200_is_sent_unless_its_data_says_otherwise(data: Any, failure: Failure | None) -> None:
    kept = None if failure is None else replace(failure, data=data if isinstance(data, dict) else {})
    assert classify_answer(Answer(http_status=200, code=0, data=data)) == kept


def test_all_that_the_answer_says_is_kept() -> None:
    detail = {"log_id": "2026", "field_violations": []}
    answer = Answer(
        http_status=400, code=1236014, msg="risk", data={"x": 1}, error=detail, log_id="2026", retry_after=3
    )
    assert classify_answer(answer) == Failure(
        judgement=ErrorCode.CONTENT_RISK.facts,
        http_status=400,
        code=1236014,
        error_code=ErrorCode.CONTENT_RISK,
        msg="risk",
        log_id="2026",
        retry_after=3,
        detail=detail,
        data={"x": 1},
    )
