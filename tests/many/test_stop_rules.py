"""What one failed call means for the other drafts: decided from what the document says about the answer."""

import pytest

from feishu_mail import SEND_DRAFT, ErrorFacts, FeishuMailError, Outcome, Retry, exception_for
from feishu_mail.many.states import DraftState
from feishu_mail.many.stop_rules import Reach, decide
from feishu_mail.outcomes import own_facts
from feishu_mail.outcomes.failures import failure_of

KNOWN = (*SEND_DRAFT.errors.values(), *SEND_DRAFT.refusals, *own_facts.OWN_FACTS)
ALL = [facts for facts in KNOWN if facts.outcome is not Outcome.DONE]


def error_of(facts: ErrorFacts) -> FeishuMailError:
    return exception_for(failure_of(SEND_DRAFT, facts))


EXPECTED: list[tuple[str, DraftState, Reach]] = [
    ("CONTENT_RISK", DraftState.NOT_SENT, Reach.DRAFT),
    ("DRAFT_NOT_FOUND", DraftState.NOT_SENT, Reach.DRAFT),
    ("UNKNOWN_CODE", DraftState.NOT_SENT, Reach.DRAFT),
    ("UNKNOWN_CODE_UNCLEAR", DraftState.UNKNOWN, Reach.DRAFT),
    ("INTERNAL_ERROR", DraftState.UNKNOWN, Reach.DRAFT),
    ("AUTOMATION_DISABLED", DraftState.HELD, Reach.MAILBOX),
    ("USER_DAILY_SEND_LIMIT", DraftState.HELD, Reach.MAILBOX),
    ("MAILBOX_NOT_FOUND", DraftState.HELD, Reach.MAILBOX),
    ("TOKEN_UNAVAILABLE", DraftState.HELD, Reach.MAILBOX),
    ("USER_SCOPE_MISSING", DraftState.HELD, Reach.MAILBOX),
    ("TENANT_DAILY_EXTERNAL_RECIPIENT_LIMIT", DraftState.HELD, Reach.RUN),
    ("IP_NOT_ALLOWED", DraftState.HELD, Reach.RUN),
    ("CERTIFICATE_REFUSED", DraftState.HELD, Reach.RUN),
    ("REDIRECTED_AFTERWARDS", DraftState.UNKNOWN, Reach.RUN),
    ("RATE_LIMITED", DraftState.PENDING, Reach.WAIT),
    ("CONCURRENT_WRITE_CONFLICT", DraftState.PENDING, Reach.PAUSE),
    ("UNREACHABLE", DraftState.PENDING, Reach.NETWORK),
    ("NO_ANSWER", DraftState.UNKNOWN, Reach.NETWORK),
]


@pytest.mark.parametrize(("name", "state", "reach"), EXPECTED)
def test_what_becomes_of_the_draft_and_of_the_others(name: str, state: DraftState, reach: Reach) -> None:
    (facts,) = [facts for facts in ALL if facts.name == name]
    verdict = decide(error_of(facts), may_be_out=False, one_user=False)
    assert (verdict.state, verdict.reach) == (state, reach)
    assert (verdict.not_before is not None) == (reach in (Reach.WAIT, Reach.PAUSE))


@pytest.mark.parametrize("facts", ALL, ids=lambda facts: facts.name)
def test_a_refusal_proves_nothing_of_a_draft_that_may_be_out(facts: ErrorFacts) -> None:
    verdict = decide(error_of(facts), may_be_out=True, one_user=False)
    expected = DraftState.SENT if facts.outcome_after_unknown is Outcome.DONE else DraftState.UNKNOWN
    assert verdict.state is expected


@pytest.mark.parametrize("facts", ALL, ids=lambda facts: facts.name)
def test_no_draft_is_called_sent_or_refused_that_may_be_out(facts: ErrorFacts) -> None:
    verdict = decide(error_of(facts), may_be_out=False, one_user=False)
    assert (verdict.state is DraftState.UNKNOWN) == (facts.outcome is Outcome.UNKNOWN)
    # Only what is worth repeating in this run stays open.
    assert not verdict.stays_open or facts.retry in (Retry.AFTER_DELAY, Retry.AFTER_RESET)


def test_a_credential_that_all_mailboxes_share_stops_the_run() -> None:
    assert decide(error_of(own_facts.TOKEN_UNAVAILABLE), may_be_out=False, one_user=True).reach is Reach.RUN


def test_how_far_a_problem_reaches_is_said_by_the_newest_answer() -> None:
    error = error_of(own_facts.NO_ANSWER)
    (quota,) = [facts for facts in ALL if facts.name == "MONTHLY_QUOTA_EXCEEDED"]
    error.__cause__ = error_of(quota)
    verdict = decide(error, may_be_out=False, one_user=False)
    assert (verdict.state, verdict.reach, verdict.failure and verdict.failure.name) == (
        DraftState.UNKNOWN,
        Reach.RUN,
        "MONTHLY_QUOTA_EXCEEDED",
    )
