"""The judge acquits what is right, and convicts each single thing that is not."""

from dataclasses import replace
from typing import Any

import pytest

from clients.cases import Case, ExpectedAnswer
from clients.judge import Happened, Sighting, complaints

MAIL = {"message_id": "m-1", "thread_id": "t-1"}
LOG_ID = "20260102030405ABC"


def case(*answers: ExpectedAnswer, deliveries: int) -> Case:
    return Case("a-case", "me", "a", "me", "u-x", (), answers, deliveries)


SENT = case(ExpectedAnswer(200, 0, None, {}), deliveries=1)
SAW_SENT = Sighting(200, 0, None, "m-1", "t-1", headers={"x-tt-logid": LOG_ID})
WENT_OUT = Happened([MAIL], 1)

LIMITED = case(
    ExpectedAnswer(429, 99991400, "RATE_LIMITED", {"x-ogw-ratelimit-limit": "20", "x-ogw-ratelimit-reset": "1"}),
    deliveries=0,
)
RATE = {"x-ogw-ratelimit-limit": "20", "x-ogw-ratelimit-reset": "1"}
SAW_LIMITED = Sighting(429, 99991400, "RATE_LIMITED", log_id=LOG_ID, headers={"x-tt-logid": LOG_ID, **RATE})
NOTHING_HAPPENED = Happened([], 1)

DISABLED = case(ExpectedAnswer(200, 0, "AUTOMATION_DISABLED", {}), deliveries=0)
SAW_DISABLED = Sighting(200, 0, "AUTOMATION_DISABLED", headers={"x-tt-logid": LOG_ID})

UNANSWERED = case(ExpectedAnswer(None, None, None, {}), deliveries=1)
PAGE = case(ExpectedAnswer(502, None, None, {}), deliveries=0)


@pytest.mark.parametrize(
    ("expected", "seen", "happened"),
    [
        (SENT, SAW_SENT, WENT_OUT),
        (LIMITED, SAW_LIMITED, NOTHING_HAPPENED),
        (DISABLED, SAW_DISABLED, NOTHING_HAPPENED),
        (UNANSWERED, Sighting(), WENT_OUT),
        (PAGE, Sighting(502), NOTHING_HAPPENED),
    ],
    ids=["sent", "limited", "disabled", "unanswered", "page"],
)
def test_what_is_right_is_acquitted(expected: Case, seen: Sighting, happened: Happened) -> None:
    assert complaints(expected, [seen], happened) == []


CONVICTED: dict[str, tuple[Case, Sighting, Happened, str]] = {
    "another status": (SENT, replace(SAW_SENT, status=201), WENT_OUT, "status is 201 instead of 200"),
    "no status": (PAGE, Sighting(), NOTHING_HAPPENED, "status is None instead of 502"),
    "a code made up": (PAGE, Sighting(502, code=0), NOTHING_HAPPENED, "code is 0 instead of None"),
    "a code as a text": (SENT, replace(SAW_SENT, code="0"), WENT_OUT, "code is '0' instead of 0"),  # type: ignore[arg-type]
    "a code as a truth value": (SENT, replace(SAW_SENT, code=False), WENT_OUT, "code is False instead of 0"),
    "no name": (LIMITED, replace(SAW_LIMITED, name=None), NOTHING_HAPPENED, "name is None instead of 'RATE_LIMITED'"),
    "a refusal taken for sent": (DISABLED, replace(SAW_DISABLED, name=None), NOTHING_HAPPENED, "AUTOMATION_DISABLED"),
    "another mail's id": (SENT, replace(SAW_SENT, message_id="m-2"), WENT_OUT, "message_id is 'm-2' instead of 'm-1'"),
    "no thread": (SENT, replace(SAW_SENT, thread_id=None), WENT_OUT, "thread_id"),
    "an id of no mail": (DISABLED, replace(SAW_DISABLED, message_id="m"), NOTHING_HAPPENED, "message_id"),
    "no log id header": (SENT, replace(SAW_SENT, headers={}), WENT_OUT, "x-tt-logid is missing"),
    "another log id": (LIMITED, replace(SAW_LIMITED, log_id="other"), NOTHING_HAPPENED, "log_id is 'other'"),
    "a log id made up": (PAGE, Sighting(502, log_id="other"), NOTHING_HAPPENED, "log_id is 'other'"),
    "no reset header": (
        LIMITED,
        replace(SAW_LIMITED, headers={**SAW_LIMITED.headers, "x-ogw-ratelimit-reset": None}),
        NOTHING_HAPPENED,
        "x-ogw-ratelimit-reset is None",
    ),
    "a rate header made up": (
        SENT,
        replace(SAW_SENT, headers={**SAW_SENT.headers, "x-ogw-ratelimit-limit": "20"}),
        WENT_OUT,
        "x-ogw-ratelimit-limit is '20' instead of None",
    ),
    "nothing went out": (SENT, SAW_SENT, Happened([], 1), "0 mails went out instead of 1"),
    "a mail went out that must not": (LIMITED, SAW_LIMITED, Happened([MAIL], 1), "1 mails went out instead of 0"),
    "repeated unasked": (UNANSWERED, Sighting(), Happened([MAIL], 2), "2 requests arrived for this draft"),
    "never arrived": (LIMITED, SAW_LIMITED, Happened([], 0), "0 requests arrived for this draft"),
}


@pytest.mark.parametrize("what", CONVICTED)
def test_what_is_wrong_is_convicted(what: str) -> None:
    expected, seen, happened, complaint = CONVICTED[what]
    assert any(complaint in text for text in complaints(expected, [seen], happened))


@pytest.mark.parametrize("seen", [[], [SAW_SENT, SAW_SENT]], ids=["silent", "talkative"])
def test_as_many_calls_are_reported_as_are_asked_for(seen: list[Any]) -> None:
    assert any("calls instead of 1" in text for text in complaints(SENT, seen, WENT_OUT))
