"""Reading an answer never raises, and reads a named wait as the sources say."""

import json
from base64 import b64encode, urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feishu_mail import (
    OPERATIONS,
    SEND_DRAFT,
    Answer,
    Failure,
    Operation,
    Outcome,
    classify_answer,
    exception_for,
    read_answer,
)
from feishu_mail.wire.answers import read_retry_after
from feishu_mail.wire.redaction import REDACTED
from feishu_mail.wire.secrecy import AccessToken

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


IN_ERROR, ON_TOP, IN_HEADER = (f"20260102030405{letter * 20}" for letter in "0Ac")


def test_without_the_time_of_day_a_date_is_not_read() -> None:
    assert read_retry_after({"retry-after": "Fri, 02 Jan 2026 03:04:35 GMT"}) is None


@pytest.mark.parametrize(
    ("members", "header", "log_id"),
    [
        ({"error": {"log_id": IN_ERROR}, "log_id": ON_TOP}, IN_HEADER, IN_ERROR),
        ({"log_id": ON_TOP}, IN_HEADER, ON_TOP),
        ({"error": None}, IN_HEADER, IN_HEADER),
        ({"error": {"log_id": 5}}, None, None),
        ({"error": {"log_id": IN_ERROR + "\n"}}, IN_HEADER, IN_HEADER),
        ({}, "free text", None),
        ({}, IN_HEADER[:-1], None),
        ({}, IN_HEADER + "0", None),
    ],
)
def test_the_log_id_is_found_wherever_it_is(members: dict[str, Any], header: str | None, log_id: str | None) -> None:
    headers = {} if header is None else {"x-tt-logid": header}
    assert read_answer(400, headers, json.dumps({"code": 1, **members}).encode()).log_id == log_id


MANY = "the body has more values than any answer"
READINGS: list[tuple[bytes, dict[str, Any]]] = [
    (b"", {"problem": "the body is empty"}),
    (b" \n", {"problem": "the body is empty"}),
    (b"<html>", {"problem": "the body is not JSON"}),
    (b'{"code": 0', {"problem": "the body is not JSON"}),
    (b'{"code": ' + b"1" * 5000 + b"}", {"problem": "the body is not JSON"}),
    (b"[" * 30_000, {"problem": "the body is not JSON"}),
    (b"[" * 100_000, {"problem": MANY}),
    (b'{"code": 7, "data": [' + b"1," * 39_994 + b"1]}", {"problem": MANY}),
    (b'{"code": 7, "data": [' + b"1," * 39_993 + b"1]}", {"code": 7}),
    (b'{"code": 7, "msg": "' + b'[{,:\\"' * 40_000 + b'"}', {"code": 7}),
    (b'"' + b'\\"' * 40_000, {"problem": "the body is not JSON"}),
    (b'\xef\xbb\xbf{"code": 7}', {"code": 7}),
    ('{"code": 7}'.encode("utf-16"), {"problem": "the body is not JSON"}),
    (b'{"code": 9223372036854775807}', {"code": 2**63 - 1}),
    (b'{"code": 9223372036854775808}', {"problem": "the body has no numeric code"}),
    (b'{"code": -9223372036854775808}', {"code": -(2**63)}),
    (b'{"code": -9223372036854775809}', {"problem": "the body has no numeric code"}),
    (b"[0]", {"problem": "the body is not a JSON object"}),
    (b"null", {"problem": "the body is not a JSON object"}),
    (b"{}", {"problem": "the body has no numeric code"}),
    (b'{"code": true}', {"problem": "the body has no numeric code"}),
    (b'{"code": "0"}', {"problem": "the body has no numeric code"}),
    (b'{"code": 1.0}', {"problem": "the body has no numeric code"}),
    (b'{"code": 1, "code": 0}', {"problem": "the body has two values under one name"}),
    (b'{"code": 1, "c\\u006fde": 0}', {"problem": "the body has two values under one name"}),
    (b'{"code": 7, "data": {"a": 1}, "data": {"a": 2}}', {"problem": "the body has two values under one name"}),
    (b'{"code": 7, "data": [{"a": null, "b": 1, "a": {}}]}', {"problem": "the body has two values under one name"}),
    (b'{"code": 7, "code": 7, "data": {"a": [1], "a": [1]}}', {"code": 7}),
    (b'{"code": 7, "code": 7}', {"code": 7}),
    (b'{"code": 7}', {"code": 7}),
    (b'{"code": 7, "msg": "m", "data": [1], "error": [1]}', {"code": 7}),
]


UNREAD = ("the body is not JSON", "the body has two values under one name", MANY)


@pytest.mark.parametrize(("body", "reading"), READINGS, ids=lambda value: repr(value)[:60])
def test_a_body_is_read_as_far_as_it_makes_sense(body: bytes, reading: dict[str, Any]) -> None:
    answer = read_answer(400, {}, body)
    assert (answer.code, answer.problem) == (reading.get("code"), reading.get("problem"))
    assert answer.body == (json.loads(body) if b"{" in body[:4] and answer.problem not in UNREAD else {})


def test_a_body_that_is_known_to_be_incomplete_is_not_looked_at() -> None:
    headers = {"x-tt-logid": ON_TOP, "retry-after": "7"}
    assert read_answer(200, headers, b'{"code": 0}', problem="it broke off") == Answer(
        http_status=200, log_id=ON_TOP, retry_after=7, problem="it broke off"
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


def test_a_text_that_holds_a_secret_is_replaced_and_the_rest_is_left() -> None:
    body = b'{"code": 7, "msg": "x token y", "data": {"token": ["a token", 1, null]}, "error": {"a": "b"}}'
    answer = read_answer(400, {}, body, token=AccessToken("token"))
    data = {REDACTED: [REDACTED, 1, None]}
    assert answer == Answer(
        http_status=400, code=7, body={"code": 7, "msg": REDACTED, "data": data, "error": {"a": "b"}}
    )


TOKEN = "eyJhbGciOi.J7f1bcd13-sEnT_inel"
SPELLINGS = [
    f"Bearer {TOKEN}",
    TOKEN[:16],
    TOKEN.upper(),
    TOKEN[::-1],
    " ".join(TOKEN),
    "\u200b".join(TOKEN),
    "".join(chr(ord(letter) + 0xFEE0) for letter in TOKEN),
    quote(TOKEN).replace("-", "%2D"),
    "".join(f"%25{ord(letter):02x}" for letter in TOKEN),
    "".join(f"&#{ord(letter)};" if place % 3 else letter for place, letter in enumerate(TOKEN)),
    "".join(f"&amp;#x{ord(letter):04X};" for letter in TOKEN),
    "".join(f"\\u{ord(letter):04x}" for letter in TOKEN),
    "".join(f"\\{ord(letter):03o}" for letter in TOKEN),
    "".join(f"={ord(letter):02X}" for letter in TOKEN),
    TOKEN.encode().hex(":"),
    *(b64encode(b"x" * before + TOKEN.encode() + b"!").decode() for before in range(3)),
    urlsafe_b64encode(f"Bearer {TOKEN}".encode()).decode(),
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_a_token_does_not_come_back_in_another_spelling(spelling: str) -> None:
    body = {"code": 1, "msg": f"bad {spelling}", "error": {spelling: [f"({spelling})"]}, "data": {"message_id": "m"}}
    answer = read_answer(400, {}, json.dumps(body).encode(), token=AccessToken(TOKEN))
    assert answer.body == {"code": 1, "msg": REDACTED, "error": {REDACTED: [REDACTED]}, "data": {"message_id": "m"}}


def test_nor_does_a_log_id_that_is_one() -> None:
    headers = {"x-tt-logid": "20260102030405" + TOKEN[:10].encode().hex()}
    answer = read_answer(400, headers, b"{}", token=AccessToken(TOKEN))
    assert answer.log_id is None


@pytest.mark.parametrize(("length", "is_long"), [(16 * 1024, False), (16 * 1024 + 1, True)])
def test_of_a_long_answer_only_the_code_is_taken(length: int, is_long: bool) -> None:
    body = b'{"code": 7, "msg": "%s", "error": {"x": "u-token"}, "data": {"x": 1}}'
    answer = read_answer(400, {}, body % (b"," * (length + 2 - len(body))), token=AccessToken("u-token"))
    failure = classify_answer(SEND_DRAFT, answer)
    assert failure is not None
    assert (answer.is_long, answer.code, answer.body["error"]) == (is_long, 7, {"x": REDACTED})
    assert (failure.msg is None, failure.detail == {}, failure.data == {}) == (is_long,) * 3


def test_what_an_answer_holds_is_not_in_its_repr() -> None:
    assert "a@b" not in repr(read_answer(200, {}, b'{"code": 0, "data": {"message_id": "<a@b>"}}'))


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
