"""An answer may be anything: what comes out is a sent draft or one of our exceptions, with the right outcome."""

import json

import pytest

from feishu_mail import (
    APIError,
    FeishuMailError,
    OutcomeUnknown,
    RateLimitError,
    RetryPolicy,
    SentDraft,
    ServiceUnavailableError,
)
from tests.overlay.conftest import Outcomes
from tests.overlay.one_answer_server import answering

ONCE = RetryPolicy(max_attempts=1)
LOG_ID = "2026010203040500C0FFEE00C0FFEE00C0"
HTML = b"<html>it works</html>"


def envelope(code: int, **others: object) -> bytes:
    return json.dumps({"code": code, "msg": "text", **others}).encode()


REFUSALS = {
    "HTML with 200": ("200 OK", HTML, OutcomeUnknown),
    "empty 200": ("200 OK", b"", OutcomeUnknown),
    "204": ("204 No Content", b"", OutcomeUnknown),
    "a cut object": ("200 OK", b'{"code": 0, "da', OutcomeUnknown),
    "a list": ("200 OK", b"[0]", OutcomeUnknown),
    "deep nesting": ("200 OK", b"[" * 100_000, OutcomeUnknown),
    "deep nesting that ends": ("200 OK", b'{"code": 0, "data": ' + b"[" * 600 + b"]" * 600 + b"}", OutcomeUnknown),
    "no code": ("200 OK", b'{"data": {}}', OutcomeUnknown),
    "a code that is true": ("200 OK", b'{"code": true}', OutcomeUnknown),
    "over 1 MiB": ("200 OK", envelope(0, data={"message_id": "x" * 1024 * 1024}), OutcomeUnknown),
    "data that is a list": ("200 OK", envelope(0, data=[1]), OutcomeUnknown),
    "a malformed automation flag": ("200 OK", envelope(0, data={"automation_send_disable": "yes"}), OutcomeUnknown),
    "an undocumented 2xx": ("299 Strange", envelope(0, data={"message_id": "m"}), OutcomeUnknown),
    "code 0 with 400": ("400 Bad Request", envelope(0), OutcomeUnknown),
    "two codes": ("200 OK", b'{"code":1236014,"code":0}', OutcomeUnknown),
    "a code over int64": ("400 Bad Request", envelope(2**63), ServiceUnavailableError),
    "two codes the other way round": ("200 OK", b'{"code":0,"code":1236014}', OutcomeUnknown),
    "a refusal, then a success": (
        *("200 OK", b'{"code":0,"data":{"automation_send_disable":{"reason":"off"}},"data":{"message_id":"m"}}'),
        OutcomeUnknown,
    ),
    "a success, then a refusal": (
        *("200 OK", b'{"code":0,"data":{"message_id":"m"},"data":{"automation_send_disable":{"reason":"off"}}}'),
        OutcomeUnknown,
    ),
    "a mark that is filled, then not": (
        *("200 OK", b'{"code":0,"data":{"automation_send_disable":{"reason":"off"},"automation_send_disable":null}}'),
        OutcomeUnknown,
    ),
    "code 0 with 500": ("500 Error", envelope(0), OutcomeUnknown),
    "HTML with 400": ("400 Bad Request", HTML, ServiceUnavailableError),
    "the gateway's 404": ("404 Not Found", b"404 page not found", ServiceUnavailableError),
    "HTML with 408": ("408 Request Timeout", HTML, OutcomeUnknown),
    "HTML with 409": ("409 Conflict", HTML, OutcomeUnknown),
    "HTML with 429": ("429 Too Many Requests", HTML, RateLimitError),
    "HTML with 499": ("499 Client Closed", HTML, OutcomeUnknown),
    "HTML with 503": ("503 Unavailable", HTML, OutcomeUnknown),
    "520": ("520 Web Server Returned an Unknown Error", HTML, OutcomeUnknown),
    "999": ("999 Odd", HTML, OutcomeUnknown),
    "an unknown code": ("400 Bad Request", envelope(1239999), APIError),
    "an unknown code with 200": ("200 OK", envelope(1239999), APIError),
    "an unknown code with 429": ("429 Too Many Requests", envelope(1239999), APIError),
    "an unknown code with 500": ("500 Error", envelope(1239999), OutcomeUnknown),
    "an unknown code with 409": ("409 Conflict", envelope(1239999), OutcomeUnknown),
    "a negative code": ("400 Bad Request", envelope(-1), APIError),
    "no HTTP at all": ("rubbish", HTML, OutcomeUnknown),
}


@pytest.mark.parametrize("answer", REFUSALS)
def test_an_odd_answer_is_our_exception_with_the_right_outcome(answer: str, outcome_of: Outcomes) -> None:
    status, body, expected = REFUSALS[answer]
    with answering(status, body) as server:
        result = outcome_of("draft", base_url=server.base_url, retry=ONCE)

    assert type(result) is expected
    assert isinstance(result, FeishuMailError)
    assert result.outcome == ("unknown" if expected is OutcomeUnknown else "not_done")


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "500 Error"])
def test_an_unknown_code_is_kept_and_never_sent_again(status: str, outcome_of: Outcomes, waits: list[float]) -> None:
    with answering(status, envelope(1239999, error={"log_id": LOG_ID, "new_member": 1})) as server:
        result = outcome_of("draft", base_url=server.base_url)

    assert isinstance(result, FeishuMailError)
    assert (result.code, result.error_code, result.msg, result.log_id) == (1239999, None, "text", LOG_ID)
    assert result.detail["new_member"] == 1
    assert len(server.requests) == 1
    assert "1239999" in str(result)


SUCCESSES: dict[str, tuple[object, str | None, str | None, str | None]] = {
    "as documented": ({"message_id": "m", "thread_id": "t"}, "m", "t", None),
    "recallable": ({"message_id": "m", "thread_id": "t", "recall_status": "available"}, "m", "t", "available"),
    "unknown members": ({"message_id": "m", "thread_id": "t", "new": [1]}, "m", "t", None),
    "ids missing": ({}, None, None, None),
    "ids that are no ids": ({"message_id": "of a@b.com", "thread_id": "a%40b.com"}, "of a@b.com", "a%40b.com", None),
    "ids of a wrong type": ({"message_id": 1, "thread_id": None}, None, None, None),
    "data null": (None, None, None, None),
    "an empty automation flag": ({"message_id": "m", "automation_send_disable": {}}, "m", None, None),
    "an automation flag of blanks": (
        {"message_id": "m", "automation_send_disable": {"reason": "", "reference": ""}},
        *("m", None, None),
    ),
    "recall status of an early kind": ({"message_id": "m", "recall_status": {"status": 1}}, "m", None, None),
}


@pytest.mark.parametrize("answer", SUCCESSES)
def test_a_success_is_kept_whatever_is_missing_or_new_in_it(answer: str, outcome_of: Outcomes) -> None:
    data, *expected = SUCCESSES[answer]
    with answering("200 OK", envelope(0, data=data), f"X-Tt-Logid: {LOG_ID}") as server:
        result = outcome_of("draft", base_url=server.base_url, retry=ONCE)

    assert isinstance(result, SentDraft)
    assert [result.message_id, result.thread_id, result.recall_status] == expected
    assert "b.com" not in repr(result)
    assert (result.already_sent, result.attempts, result.log_id) == (False, 1, LOG_ID)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_token_goes_nowhere_else(status: int, outcome_of: Outcomes) -> None:
    with (
        answering("200 OK", envelope(0, data={})) as elsewhere,
        answering(f"{status} Moved", b"", f"Location: {elsewhere.base_url}/") as server,
    ):
        result = outcome_of("draft", base_url=server.base_url)

    assert isinstance(result, FeishuMailError)
    assert result.outcome == ("unknown" if status in (302, 303) else "not_done")
    assert len(server.requests) == 1
    assert elsewhere.requests == []


def test_a_redirect_to_nonsense_is_our_exception(outcome_of: Outcomes) -> None:
    with answering("302 Found", b"", "Location: http://[") as server:
        result = outcome_of("draft", base_url=server.base_url, retry=ONCE)

    assert isinstance(result, OutcomeUnknown)


def test_a_compressed_body_that_is_broken_is_our_exception(outcome_of: Outcomes) -> None:
    with answering("200 OK", b"not gzip", "Content-Encoding: gzip") as server:
        result = outcome_of("draft", base_url=server.base_url, retry=ONCE)

    assert isinstance(result, OutcomeUnknown)


def test_a_limit_without_an_envelope_waits_as_its_header_says(outcome_of: Outcomes, waits: list[float]) -> None:
    with answering("429 Too Many Requests", HTML, "Retry-After: 7") as server:
        result = outcome_of("draft", base_url=server.base_url)

    assert isinstance(result, RateLimitError)
    assert result.retry_after == 7
    assert waits == [7, 7, 7, 7]
