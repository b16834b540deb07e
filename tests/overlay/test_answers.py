"""Reading an answer never raises, and reads a named wait as the sources say."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feishu_mail import OPERATIONS, Answer, Failure, Operation, Outcome, classify_answer, exception_for, read_answer
from feishu_mail.wire.answers import read_retry_after
from feishu_mail.wire.secrecy import without_addresses

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

RETRY_AFTER: list[tuple[dict[str, str], float | None]] = [
    ({}, None),
    ({"x-ogw-ratelimit-reset": "42"}, 42),
    ({"x-ogw-ratelimit-reset": "0"}, 0),
    ({"x-ogw-ratelimit-reset": "1.2"}, 2),
    ({"x-ogw-ratelimit-reset": " 5 "}, 5),
    ({"x-ogw-ratelimit-reset": "-1"}, None),
    ({"x-ogw-ratelimit-reset": "nan"}, None),
    ({"x-ogw-ratelimit-reset": "inf"}, None),
    ({"x-ogw-ratelimit-reset": "1e999"}, None),
    ({"x-ogw-ratelimit-reset": "soon"}, None),
    ({"x-ogw-ratelimit-reset": ""}, None),
    ({"x-ogw-ratelimit-reset": "42", "retry-after": "7"}, 42),
    ({"x-ogw-ratelimit-reset": "soon", "retry-after": "7"}, 7),
    ({"retry-after": "7"}, 7),
    ({"retry-after": "Fri, 02 Jan 2026 03:04:35 GMT"}, 30),
    ({"retry-after": "Fri, 02 Jan 2026 03:04:35 -0000"}, 30),
    ({"retry-after": "Fri, 02 Jan 2026 03:04:05 GMT"}, 0),
    ({"retry-after": "Fri, 02 Jan 2026 03:00:00 GMT"}, None),
    ({"retry-after": "Fri, 99 Jan 2026 03:00:00 GMT"}, None),
    ({"retry-after": "Fri, 02 Jan 99999 03:00:00 GMT"}, None),
    ({"x-ogw-ratelimit-limit": "20"}, None),
]


@pytest.mark.parametrize(("headers", "seconds"), RETRY_AFTER)
def test_a_named_wait_is_read(headers: dict[str, str], seconds: float | None) -> None:
    assert read_retry_after(headers, now=NOW) == seconds


def test_without_the_time_of_day_a_date_is_not_read() -> None:
    assert read_retry_after({"retry-after": "Fri, 02 Jan 2026 03:04:35 GMT"}) is None


@pytest.mark.parametrize(
    ("body", "header", "log_id"),
    [
        (b'{"code": 1, "error": {"log_id": "in-error"}, "log_id": "on-top"}', "in-header", "in-error"),
        (b'{"code": 1, "log_id": "on-top"}', "in-header", "on-top"),
        (b'{"code": 1, "error": null}', "in-header", "in-header"),
        (b'{"code": 1, "error": {"log_id": 5}}', None, None),
        (b'{"code": 1, "error": {"log_id": "two\\nlines"}}', "in-header", "in-header"),
    ],
)
def test_the_log_id_is_found_wherever_it_is(body: bytes, header: str | None, log_id: str | None) -> None:
    headers = {} if header is None else {"x-tt-logid": header}
    assert read_answer(400, headers, body).log_id == log_id


READINGS: list[tuple[bytes, dict[str, Any]]] = [
    (b"", {"problem": "the body is empty"}),
    (b" \n", {"problem": "the body is empty"}),
    (b"<html>", {"problem": "the body is not JSON"}),
    (b'{"code": 0', {"problem": "the body is not JSON"}),
    (b'{"code": ' + b"1" * 5000 + b"}", {"problem": "the body is not JSON"}),
    (b"[" * 100_000, {"problem": "the body is not JSON"}),
    (b"[0]", {"problem": "the body is not a JSON object"}),
    (b"null", {"problem": "the body is not a JSON object"}),
    (b"{}", {"problem": "the body has no numeric code"}),
    (b'{"code": true}', {"problem": "the body has no numeric code"}),
    (b'{"code": "0"}', {"problem": "the body has no numeric code"}),
    (b'{"code": 1.0}', {"problem": "the body has no numeric code"}),
    (b'{"code": 1, "code": 0}', {"problem": "the body has two codes"}),
    (b'{"code": 7, "code": 7}', {"code": 7}),
    (b'{"code": 7}', {"code": 7}),
    (b'{"code": 7, "msg": "m", "data": [1], "error": [1]}', {"code": 7}),
]


UNREAD = ("the body is not JSON", "the body has two codes")


@pytest.mark.parametrize(("body", "reading"), READINGS, ids=lambda value: repr(value)[:60])
def test_a_body_is_read_as_far_as_it_makes_sense(body: bytes, reading: dict[str, Any]) -> None:
    answer = read_answer(400, {}, body)
    assert (answer.code, answer.problem) == (reading.get("code"), reading.get("problem"))
    assert answer.body == (json.loads(body) if body.startswith(b"{") and answer.problem not in UNREAD else {})


def test_a_body_that_is_known_to_be_incomplete_is_not_looked_at() -> None:
    headers = {"x-tt-logid": "2026", "retry-after": "7"}
    assert read_answer(200, headers, b'{"code": 0}', problem="it broke off") == Answer(
        http_status=200, log_id="2026", retry_after=7, problem="it broke off"
    )


def test_a_date_is_read_with_the_time_of_day() -> None:
    headers = {"retry-after": "Fri, 02 Jan 2026 03:04:35 GMT"}
    assert read_answer(429, headers, b"", now=NOW).retry_after == 30


@pytest.mark.parametrize("beside", ["", ', "wide": [' + ", ".join(["[]"] * 100) + "]"])
@pytest.mark.parametrize("pair", [("[", "]"), ('{"a":', "}")])
def test_nesting_is_read_to_a_fixed_depth(pair: tuple[str, str], beside: str) -> None:
    def read(levels: int) -> Answer:
        inner = "1" if pair[0] != "[" else ""
        nested = pair[0] * levels + inner + pair[1] * levels
        return read_answer(400, {}, f'{{"code": 7, "data": {nested}{beside}}}'.encode())

    assert read(63).problem is None, "the body itself is a level"
    assert read(64) == Answer(http_status=400, problem="the body is nested too deeply")
    sideways = b'{"code": 7, "data": [[], ' + b"[" * 70 + b"]" * 70 + b", []]}"
    assert read_answer(400, {}, sideways).problem == "the body is nested too deeply"


def test_secrets_are_taken_out_and_the_rest_is_left() -> None:
    body = b'{"code": 7, "msg": "x token y", "data": {"token": ["a token", 1, null]}, "error": {"a": "token"}}'
    answer = read_answer(400, {"x-tt-logid": "2026token"}, body, secrets=["token", "other"])
    assert answer == Answer(
        http_status=400,
        code=7,
        body={
            "code": 7,
            "msg": "x [redacted] y",
            "data": {"[redacted]": ["a [redacted]", 1, None]},
            "error": {"a": "[redacted]"},
        },
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32", "utf-32-le"])
@pytest.mark.parametrize("quoted", ["u-token", r"\u0075-token"])
def test_what_must_stay_secret_does_not_come_back(quoted: str, encoding: str) -> None:
    body = f'{{"code": 1, "msg": "bad {quoted}", "error": {{"{quoted}": ["{quoted}"]}}}}'.encode(encoding)
    answer = read_answer(400, {}, body, secrets=["u-token"])
    assert answer.code == 1
    assert "u-token" not in repr(answer) + repr(answer.body)
    assert "[redacted]" in answer.body["msg"]


def test_what_an_answer_holds_is_not_in_its_repr() -> None:
    assert "a@b" not in repr(read_answer(200, {}, b'{"code": 0, "data": {"message_id": "<a@b>"}}'))


@pytest.mark.parametrize("alphabet", ["a", "@", "a@", "a ", "%40", "a.", "<@>"])
def test_addresses_are_looked_for_in_time_that_is_linear_in_the_text(alphabet: str) -> None:
    began = time.process_time()
    without_addresses(alphabet * (1024 * 1024 // len(alphabet)))
    assert time.process_time() - began < 5, "what is quadratic takes hours"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4),
    max_leaves=12,
)
ENVELOPES = st.fixed_dictionaries(
    {},
    optional={
        "code": JSON | st.sampled_from([0, 1236005, 1236019, 99991400]),
        "msg": JSON,
        "data": JSON | st.fixed_dictionaries({}, optional={"message_id": JSON, "automation_send_disable": JSON}),
        "error": JSON | st.fixed_dictionaries({}, optional={"log_id": JSON, "permission_violations": JSON}),
    },
)
HEADERS = st.dictionaries(
    st.sampled_from(["x-ogw-ratelimit-reset", "retry-after", "x-tt-logid", "content-type"]), st.text()
)


@given(
    status=st.integers(100, 999) | st.sampled_from([200, 400, 429, 500]),
    headers=HEADERS,
    body=st.binary() | ENVELOPES.map(lambda envelope: json.dumps(envelope).encode()),
    operation=st.sampled_from(OPERATIONS),
)
def test_any_answer_is_read_and_judged_without_raising(
    status: int, headers: dict[str, str], body: bytes, operation: Operation
) -> None:
    answer = read_answer(status, headers, body, now=NOW)
    failure = classify_answer(operation, answer)

    if failure is None:
        facts = operation.errors.get(answer.code or 0)
        assert (status, answer.code) == (200, 0) or (facts and facts.outcome is Outcome.DONE)
        return
    assert isinstance(failure, Failure)
    assert str(exception_for(failure))
    if operation.writes and 500 <= status < 600 and failure.error_code is None:
        assert failure.outcome is Outcome.UNKNOWN
