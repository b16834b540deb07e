"""The judge acquits what is right, and convicts each single thing that is not."""

from dataclasses import replace
from typing import Any

import pytest

from clients.cases import Answer, Case
from clients.judge import Happened, Sighting, complaints

MAIL = {"message_id": "m-1", "thread_id": "t-1"}
LOG_ID = "20260102030405ABC"
WITH_LOG_ID = {"x-tt-logid": LOG_ID}
NOTHING_HAPPENED = Happened([], 1)


def case(*answers: Answer, deliveries: int = 0) -> Case:
    request = {"user_mailbox_id": "me", "draft_id": "a", "access_token": "u-x"}
    return Case(
        name="a-case",
        about="",
        operation="sendDraft",
        drafts=[],
        request=request,
        answers=answers,
        deliveries=deliveries,
    )


def saw(status: int, headers: dict[str, str | None] | None = None, **envelope: Any) -> Sighting:
    return Sighting("a-case", status, envelope or None, WITH_LOG_ID if headers is None else headers)


SENT = case({"status": 200, "code": 0}, deliveries=1)
SAW_SENT = saw(200, code=0, data=MAIL)
WENT_OUT = Happened([MAIL], 1)

RATE = {"x-ogw-ratelimit-limit": "20", "x-ogw-ratelimit-reset": "1"}
LIMITED = case({"status": 429, "code": 99991400, "headers": RATE})
SAW_LIMITED = saw(429, {**WITH_LOG_ID, **RATE}, code=99991400, error={"log_id": LOG_ID})

DISABLE = {"reason": "switched off"}
DISABLED = case({"status": 200, "code": 0, "data": {"message_id": None, "automation_send_disable": DISABLE}})
SAW_DISABLED = saw(200, code=0, data={"automation_send_disable": {**DISABLE, "reference": "https://example.com"}})

LISTED = case({"status": 200, "code": 0, "data": {"items": [{"id": "a"}, {"id": "b"}], "has_more": False}})
SAW_LIST = saw(200, code=0, data={"items": [{"id": "a"}, {"id": "b"}], "has_more": False})

UNANSWERED = case({"status": None, "code": None}, deliveries=1)
SAW_NOTHING = Sighting("a-case")
PAGE = case({"status": 502, "code": None})
SAW_PAGE = saw(502, {})


@pytest.mark.parametrize(
    ("expected", "seen", "happened"),
    [
        (SENT, SAW_SENT, WENT_OUT),
        (LIMITED, SAW_LIMITED, NOTHING_HAPPENED),
        (LIMITED, replace(SAW_LIMITED, envelope={"code": 99991400, "log_id": LOG_ID}), NOTHING_HAPPENED),
        (DISABLED, SAW_DISABLED, NOTHING_HAPPENED),
        (LISTED, SAW_LIST, NOTHING_HAPPENED),
        (UNANSWERED, SAW_NOTHING, WENT_OUT),
        (PAGE, SAW_PAGE, NOTHING_HAPPENED),
    ],
    ids=["sent", "limited", "log-id-outside", "disabled", "listed", "unanswered", "page"],
)
def test_what_is_right_is_acquitted(expected: Case, seen: Sighting, happened: Happened) -> None:
    assert complaints(expected, [seen], happened) == []


CONVICTED: dict[str, tuple[Case, Sighting, Happened, str]] = {
    "another status": (SENT, replace(SAW_SENT, status=201), WENT_OUT, "status is 201 instead of 200"),
    "no status": (PAGE, SAW_NOTHING, NOTHING_HAPPENED, "status is None instead of 502"),
    "a code made up": (PAGE, saw(502, {}, code=0), NOTHING_HAPPENED, "code is 0 instead of None"),
    "a code as a text": (SENT, saw(200, code="0", data=MAIL), WENT_OUT, "code is '0' instead of 0"),
    "a code as a truth value": (SENT, saw(200, code=False, data=MAIL), WENT_OUT, "code is False instead of 0"),
    "a refusal taken for sent": (DISABLED, saw(200, code=0), NOTHING_HAPPENED, "data.automation_send_disable is None"),
    "another mail's id": (
        SENT,
        saw(200, code=0, data={**MAIL, "message_id": "m-2"}),
        WENT_OUT,
        "data.message_id is 'm-2' instead of 'm-1'",
    ),
    "no thread": (SENT, saw(200, code=0, data={"message_id": "m-1"}), WENT_OUT, "data.thread_id is None"),
    "no data": (SENT, saw(200, code=0, data=None), WENT_OUT, "data.message_id is None"),
    "an id of no mail": (DISABLED, saw(200, code=0, data=MAIL), NOTHING_HAPPENED, "data.message_id is 'm-1'"),
    "another order": (
        LISTED,
        saw(200, code=0, data={"items": [{"id": "b"}, {"id": "a"}], "has_more": False}),
        NOTHING_HAPPENED,
        "data.items[0].id is 'b' instead of 'a'",
    ),
    "one too few": (LISTED, saw(200, code=0, data={"items": [{"id": "a"}]}), NOTHING_HAPPENED, "data.items is [{"),
    "no log id header": (SENT, replace(SAW_SENT, headers={}), WENT_OUT, "x-tt-logid is missing"),
    "another log id": (
        LIMITED,
        replace(SAW_LIMITED, envelope={"code": 99991400, "error": {"log_id": "other"}}),
        NOTHING_HAPPENED,
        "log_id is 'other'",
    ),
    "a log id made up": (PAGE, saw(502, {}, log_id="other"), NOTHING_HAPPENED, "log_id is 'other'"),
    "no reset header": (
        LIMITED,
        replace(SAW_LIMITED, headers={**SAW_LIMITED.headers, "x-ogw-ratelimit-reset": None}),
        NOTHING_HAPPENED,
        "headers.x-ogw-ratelimit-reset is None",
    ),
    "a rate header made up": (
        SENT,
        replace(SAW_SENT, headers={**SAW_SENT.headers, "x-ogw-ratelimit-limit": "20"}),
        WENT_OUT,
        "headers.x-ogw-ratelimit-limit is '20' instead of None",
    ),
    "nothing went out": (SENT, SAW_SENT, Happened([], 1), "0 mails went out instead of 1"),
    "a mail went out that must not": (LIMITED, SAW_LIMITED, Happened([MAIL], 1), "1 mails went out instead of 0"),
    "repeated unasked": (UNANSWERED, SAW_NOTHING, Happened([MAIL], 2), "2 such requests arrived instead of 1"),
    "never arrived": (LIMITED, SAW_LIMITED, Happened([], 0), "0 such requests arrived instead of 1"),
}


@pytest.mark.parametrize("what", CONVICTED)
def test_what_is_wrong_is_convicted(what: str) -> None:
    expected, seen, happened, complaint = CONVICTED[what]
    assert any(complaint in text for text in complaints(expected, [seen], happened))


@pytest.mark.parametrize("seen", [[], [SAW_SENT, SAW_SENT]], ids=["silent", "talkative"])
def test_as_many_calls_are_reported_as_are_asked_for(seen: list[Sighting]) -> None:
    assert any("calls were reported instead of 1" in text for text in complaints(SENT, seen, WENT_OUT))
