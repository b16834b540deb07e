"""The judge sees what it is there to see: clients that are wrong on purpose are convicted, each of its own fault."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from feishu_mail import RetryPolicy
from tests.faults.fault_table import Fault
from tests.faults.matrix import ONCE, RESEND, FaultBed
from tests.faults.oracle import Cell, Observation, violations
from tests.faults.ways import SYNC, Call, Caller, Report, Way


def writes_the_mail_again(call: Call) -> Sequence[Report]:
    """What most people's retry does: whatever failed, make the mail once more and send that."""
    first, following = SYNC(call)
    if first.outcome != "done":
        first, _ = SYNC(replace(call, draft_id=call.new_draft()))
    return first, following


def tries_for_ever(call: Call) -> Sequence[Report]:
    """Repeats the call until it is sent, whatever the answer and the policy say."""
    first, following = SYNC(call)
    for _ in range(2):
        if first.outcome != "done":
            again, _ = SYNC(call)
            first = replace(again, attempts=(first.attempts or 0) + (again.attempts or 0))
    return first, following


def calls_every_failure_unsent(call: Call) -> Sequence[Report]:
    """Knows success and failure only."""
    first, following = SYNC(call)
    return first if first.outcome == "done" else replace(first, outcome="not_done"), following


def hopes_for_the_best(call: Call) -> Sequence[Report]:
    """Takes what may be out for sent."""
    first, following = SYNC(call)
    return replace(first, outcome="done") if first.outcome == "unknown" else first, following


def never_knows(call: Call) -> Sequence[Report]:
    """Is always right, and of no use."""
    first, following = SYNC(call)
    return replace(first, outcome="unknown"), following


def never_tries_again(call: Call) -> Sequence[Report]:
    """Ignores a policy that says to resend."""
    call.policy = RetryPolicy(max_attempts=1)
    return SYNC(call)


def takes_what_is_left(call: Call) -> Sequence[Report]:
    """Reads on where the answer before ended, as over a connection that it shares."""
    first, following = SYNC(call)
    return first, replace(following, id="never-given")


CONVICTIONS: list[tuple[Caller, str]] = [
    (writes_the_mail_again, "2 mails went out"),
    (tries_for_ever, "2 requests were made, 1 are right"),
    (calls_every_failure_unsent, "reported not_done, but 1 went out"),
    (hopes_for_the_best, "reported done, but 0 went out"),
    (never_knows, "reported unknown, but done can be told"),
    (never_tries_again, "1 requests were made, 2 are right"),
    (takes_what_is_left, "the next draft: took another's answer for its own"),
]


@pytest.mark.parametrize(("caller", "violation"), CONVICTIONS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_client_that_retries_or_reports_blindly_is_convicted(caller: Caller, violation: str, bed: FaultBed) -> None:
    way = Way("sendDraft", caller)
    found: list[str] = []
    for fault in bed.faults()[::7]:
        for rules in (RESEND, ONCE):
            found += bed.run(Cell(fault, 1, rules), way)
    assert violation in found


HONEST = Observation("done", 2, 2, 1, seconds=0.1, waited=1.0)
CELL = Cell(Fault(name="lost", outcome="unknown", repeated=True), 1, RESEND)


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (HONEST, []),
        (
            replace(HONEST, reported="RecursionError"),
            ["ended with RecursionError, which is not ours", "reported RecursionError, but done can be told"],
        ),
        (replace(HONEST, deliveries=0), ["reported done, but 0 went out"]),
        (replace(HONEST, deliveries=2), ["2 mails went out", "reported done, but 2 went out"]),
        (
            replace(HONEST, reported="not_done"),
            ["reported not_done, but 1 went out", "reported not_done, but done can be told"],
        ),
        (replace(HONEST, reported="unknown"), ["reported unknown, but done can be told"]),
        (replace(HONEST, is_anothers=True), ["took another's answer for its own"]),
        (replace(HONEST, reported_attempts=1), ["1 attempts were reported, 2 were made"]),
        (
            replace(HONEST, made_attempts=3),
            ["3 requests were made, 2 are right", "2 attempts were reported, 3 were made"],
        ),
        (replace(HONEST, waited=11), ["waited 11.0 s of 10"]),
        (replace(HONEST, seconds=2.5), ["took 2.5 s for 2 attempts"]),
    ],
)
def test_each_broken_promise_is_named(observation: Observation, expected: list[str]) -> None:
    assert list(violations(CELL, observation, max_seconds=10, attempt_seconds=1)) == expected
