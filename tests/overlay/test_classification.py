"""What an answer, or the lack of one, is judged to mean: only what is sure is called "not sent"."""

import ssl
from typing import Any

import httpx
import pytest

from feishu_mail import (
    GET_DRAFT,
    SEND_DRAFT,
    Answer,
    Operation,
    Outcome,
    Retry,
    SendDraftErrorCode,
    classify_answer,
)
from feishu_mail.outcomes import own_facts
from feishu_mail.outcomes.classification import classify_loss, judge_status, unreadable
from feishu_mail.outcomes.facts import Affects, ErrorFacts, Texts, by_code
from feishu_mail.outcomes.failures import Failure, failure_of
from feishu_mail.wire.exchange import lost
from feishu_mail.wire.messages import Attempt, Route

REQUEST = httpx.Request("POST", "http://127.0.0.1")


def lost_to(error: Exception) -> Failure:
    return classify_loss(SEND_DRAFT, lost(error, Attempt(REQUEST, Route(None, None), writes=True), is_own=True))


def failed(facts: ErrorFacts, **said: Any) -> Failure:
    return failure_of(SEND_DRAFT, facts, **said)


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
    failure = lost_to(error)
    assert (failure.outcome, failure.facts.name, failure.retry) == (Outcome.NOT_DONE, name, retry)
    assert (failure.operation, failure.reason) == (SEND_DRAFT.name, type(error).__name__)


def test_what_the_operating_system_says_is_quoted_and_what_a_proxy_says_is_not() -> None:
    error = httpx.ConnectError("what the library makes of it")
    error.__cause__ = RuntimeError("between")
    error.__cause__.__context__ = ConnectionRefusedError(111, "Connection refused")
    assert lost_to(error).reason == "ConnectError: [Errno 111] Connection refused"
    assert lost_to(httpx.ProxyError("407 ask a@b.com")).reason == "ProxyError"
    error.__cause__ = OSError("no file of a@b.com")
    assert lost_to(error).reason == "ConnectError: [redacted]"


@pytest.mark.parametrize("error", MAY_BE_SENT, ids=lambda value: type(value).__name__)
def test_everything_else_may_be_sent(error: Exception) -> None:
    failure = lost_to(error)
    assert (failure.outcome, failure.reason) == (Outcome.UNKNOWN, type(error).__name__)


def test_a_refused_certificate_is_not_tried_again() -> None:
    error = httpx.ConnectError("handshake")
    error.__cause__ = ssl.SSLCertVerificationError("self-signed")
    failure = lost_to(error)
    assert (failure.facts.name, failure.retry) == ("CERTIFICATE_REFUSED", Retry.NEVER)


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
    answer = Answer(http_status=status, problem="the body is empty")
    assert classify_answer(SEND_DRAFT, answer) == failed(
        judge_status(status), http_status=status, reason="the body is empty"
    )


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
    (400, 0, "UNREADABLE_ANSWER"),
    (500, 0, "UNREADABLE_ANSWER"),
    (307, 0, "UNREADABLE_ANSWER"),
]


@pytest.mark.parametrize(("status", "code", "name"), BY_CODE)
def test_a_code_of_the_document_decides_and_an_unknown_one_is_never_repeated(status: int, code: int, name: str) -> None:
    failure = classify_answer(SEND_DRAFT, Answer(http_status=status, code=code))
    assert failure is not None
    assert failure.facts.name == name
    assert name[:7] != "UNKNOWN" or failure.retry is Retry.NEVER


@pytest.mark.parametrize("status", [200, 409, 500])
def test_already_sent_is_no_failure_whatever_the_status(status: int) -> None:
    assert classify_answer(SEND_DRAFT, Answer(http_status=status, code=1236005)) is None


(AUTOMATION_DISABLED,) = SEND_DRAFT.refusals
BY_DATA: list[tuple[Any, ErrorFacts | None, str | None]] = [
    (None, None, None),
    ({}, None, None),
    ({"message_id": "m"}, None, None),
    ({"automation_send_disable": None}, None, None),
    ({"automation_send_disable": {}}, None, None),
    ({"automation_send_disable": {"reason": "", "reference": ""}}, None, None),
    ({"automation_send_disable": {"reason": "by the owner"}}, AUTOMATION_DISABLED, None),
    ({"automation_send_disable": {"reason": 7}}, AUTOMATION_DISABLED, None),
    ({"automation_send_disable": "yes"}, own_facts.UNREADABLE_ANSWER, "automation_send_disable is not an object"),
    (["m"], own_facts.UNREADABLE_ANSWER, "data is not an object"),
]


@pytest.mark.parametrize(("data", "facts", "reason"), BY_DATA, ids=repr)
def test_code_0_in_a_200_is_sent_unless_its_data_says_otherwise(
    data: Any, facts: ErrorFacts | None, reason: str | None
) -> None:
    failure = classify_answer(SEND_DRAFT, Answer(http_status=200, code=0, body={"data": data}))
    kept = data if isinstance(data, dict) else {}
    assert failure == (facts and failed(facts, http_status=200, code=0, reason=reason, data=kept))


def test_all_that_the_answer_says_is_kept_but_for_addresses() -> None:
    detail = {"log_id": "2026", "field_violations": [], "x": ["e@f.com"]}
    body = {"code": 1236014, "msg": "risk for Aba@AAC.com, c%40d.com!", "data": {"x": 1}, "error": detail}
    answer = Answer(http_status=400, code=1236014, body=body, log_id="2026", retry_after=3)
    assert classify_answer(SEND_DRAFT, answer) == failed(
        SEND_DRAFT.errors[1236014],
        http_status=400,
        code=1236014,
        error_code=SendDraftErrorCode.CONTENT_RISK,
        msg="[redacted]",
        log_id="2026",
        retry_after=3,
        detail={**detail, "x": ["[redacted]"]},
        data={"x": 1},
    )


def contradicting_send() -> Operation:
    """An operation in which send's "already sent" is a plain refusal, and its "content risk" means that it was done."""

    def facts(code: int, outcome: Outcome) -> ErrorFacts:
        texts = Texts("text", "文字")
        return ErrorFacts(
            name=f"CODE_{code}",
            code=code,
            outcome=outcome,
            retry=Retry.NEVER,
            affects=Affects.REQUEST,
            summary=texts,
            advice=texts,
        )

    return Operation(
        name="another",
        idempotency=SEND_DRAFT.idempotency,
        rate_limit=SEND_DRAFT.rate_limit,
        module="",
        success="",
        error_codes=SendDraftErrorCode,
        errors=by_code(facts(1236005, Outcome.NOT_DONE), facts(1236014, Outcome.DONE)),
    )


def test_the_facts_of_one_operation_never_judge_an_answer_to_another() -> None:
    already_sent, risk = Answer(http_status=409, code=1236005), Answer(http_status=400, code=1236014)
    another = contradicting_send()

    assert classify_answer(SEND_DRAFT, already_sent) is None
    refused = classify_answer(another, already_sent)
    assert refused is not None
    assert refused.outcome is Outcome.NOT_DONE
    assert classify_answer(another, risk) is None
    refused = classify_answer(SEND_DRAFT, risk)
    assert refused is not None
    assert (refused.outcome, refused.name) == (Outcome.NOT_DONE, "CONTENT_RISK")


def test_a_refusal_with_code_0_is_the_operations_own() -> None:
    answer = Answer(http_status=200, code=0, body={"data": {"automation_send_disable": {"reason": "off"}}})
    assert classify_answer(SEND_DRAFT, answer) is not None
    assert classify_answer(contradicting_send(), answer) is None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(http_status=404, code=1234050),
        Answer(http_status=400, code=99991668),
        Answer(http_status=502),
        Answer(http_status=200, problem="the body is empty"),
        Answer(http_status=500, code=7),
    ],
)
def test_what_only_reads_has_no_outcome(answer: Answer) -> None:
    failure = classify_answer(GET_DRAFT, answer)
    assert failure is not None
    assert (failure.outcome, failure.outcome_in_words) == (None, None)


def test_a_success_that_cannot_be_used_keeps_what_it_said() -> None:
    answer = Answer(http_status=200, code=0, log_id="L", body={"code": 0, "msg": "success"})
    expected = failed(own_facts.UNREADABLE_ANSWER, reason="no data", http_status=200, code=0, log_id="L", msg="success")
    assert unreadable(SEND_DRAFT, answer, "no data") == expected
