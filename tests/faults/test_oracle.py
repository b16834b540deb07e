"""The judge sees what it is there to see: clients that are wrong on purpose are convicted, each of its own fault."""

from dataclasses import replace

import pytest

from feishu_mail import RetryPolicy
from tests.faults.fault_table import Fault
from tests.faults.matrix import ONCE, RESEND, FaultBed
from tests.faults.oracle import Cell, Observation, violations
from tests.faults.senders import Call, Report, Sender, send_sync


def writes_the_mail_anew(call: Call) -> Report:
    """What most people's retry does: whatever failed, make the mail once more and send that."""
    first = send_sync(call)
    if first.outcome == "sent":
        return first
    call.draft_id = call.new_draft()
    return send_sync(call)


def tries_for_ever(call: Call) -> Report:
    """Repeats the call until it is sent, whatever the answer and the policy say."""
    told = send_sync(call)
    for _ in range(2):
        if told.outcome != "sent":
            again = send_sync(call)
            told = replace(again, attempts=told.attempts + again.attempts)
    return told


def calls_every_failure_unsent(call: Call) -> Report:
    """Knows success and failure only."""
    told = send_sync(call)
    return told if told.outcome == "sent" else replace(told, outcome="not_sent")


def hopes_for_the_best(call: Call) -> Report:
    """Takes what may be out for sent."""
    told = send_sync(call)
    return replace(told, outcome="sent") if told.outcome == "unknown" else told


def never_knows(call: Call) -> Report:
    """Is always right, and of no use."""
    return replace(send_sync(call), outcome="unknown")


def never_tries_again(call: Call) -> Report:
    """Ignores a policy that says to resend."""
    call.policy = RetryPolicy(max_attempts=1)
    return send_sync(call)


CONVICTIONS: list[tuple[Sender, str]] = [
    (writes_the_mail_anew, "2 mails went out"),
    (tries_for_ever, "requests were made"),
    (calls_every_failure_unsent, "reported not_sent, but 1 went out"),
    (hopes_for_the_best, "reported sent, but 0 went out"),
    (never_knows, "reported unknown, but sent can be told"),
    (never_tries_again, "1 requests were made, 2 are right"),
]


@pytest.mark.parametrize(("sender", "violation"), CONVICTIONS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_client_that_retries_or_reports_blindly_is_convicted(sender: Sender, violation: str, bed: FaultBed) -> None:
    told: list[str] = []
    for fault in bed.faults[::7]:
        for rules in (RESEND, ONCE):
            told += bed.run(Cell(fault, 1, rules), sender)
    assert any(violation in each for each in told), told


HONEST = Observation("sent", 2, 2, 1, seconds=0.1, waited=1.0)
CELL = Cell(Fault(name="lost", outcome="unknown", repeated=True), 1, RESEND)


@pytest.mark.parametrize(
    ("observation", "expected"),
    [
        (HONEST, []),
        (replace(HONEST, reported="RecursionError"), ["ended with RecursionError, which is not ours"]),
        (replace(HONEST, deliveries=0), ["reported sent, but 0 went out"]),
        (replace(HONEST, deliveries=2), ["2 mails went out", "reported sent, but 2 went out"]),
        (replace(HONEST, reported="not_sent"), ["reported not_sent, but 1 went out"]),
        (replace(HONEST, reported="unknown"), ["reported unknown, but sent can be told"]),
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
