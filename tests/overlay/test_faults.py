"""Whatever goes wrong on the way, the reported outcome is true, and no mail goes out twice.

The judge is the sandbox's delivery ledger.
"""

import pytest

from feishu_mail import FeishuMailError, OutcomeUnknown, RetryPolicy, SentDraft
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes

# On a busy machine the sandbox needs a moment to take the mail, before it stalls.
QUICK = {"timeout": 0.5}

# fault step, then what the default policy makes of it: outcome, deliveries, "already sent", attempts
AFTER_RESENDING = {
    "drop_before_accept": ("done", 1, False, 2),
    "drop_after_accept": ("done", 1, True, 2),
    "stall_after_accept": ("done", 1, True, 2),
    "html_502": ("done", 1, False, 2),
    "status_520": ("done", 1, False, 2),
    "empty_body": ("done", 1, True, 2),
    "truncated_body": ("done", 1, True, 2),
    "not_json": ("done", 1, True, 2),
    "automation_disabled": ("not_done", 0, None, 1),
    "json_without_code": ("done", 1, False, 2),
    "undocumented_code": ("not_done", 0, None, 1),
    "unknown_members": ("done", 1, False, 1),
    "vanish_after_accept": ("unknown", 1, None, 2),
}

# the same when nothing is sent again: only the answer itself can tell
AFTER_ONE_ATTEMPT = {
    "drop_before_accept": ("unknown", 0),
    "drop_after_accept": ("unknown", 1),
    "stall_after_accept": ("unknown", 1),
    "html_502": ("unknown", 0),
    "status_520": ("unknown", 0),
    "empty_body": ("unknown", 1),
    "truncated_body": ("unknown", 1),
    "not_json": ("unknown", 1),
    "automation_disabled": ("not_done", 0),
    "json_without_code": ("unknown", 0),
    "undocumented_code": ("not_done", 0),
    "vanish_after_accept": ("unknown", 1),
}


@pytest.mark.parametrize("fault", AFTER_RESENDING)
def test_with_the_default_policy(
    fault: str, outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    outcome, deliveries, already_sent, attempts = AFTER_RESENDING[fault]
    draft_id = feishu_mail_sandbox.create_draft(script=[fault])

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, **QUICK)

    assert len(feishu_mail_sandbox.deliveries()) == deliveries
    assert result.attempts == attempts == len(feishu_mail_sandbox.requests())
    if isinstance(result, SentDraft):
        assert outcome == "done"
        assert result.already_sent is already_sent
    else:
        assert result.outcome == outcome


@pytest.mark.parametrize(
    "policy", [RetryPolicy(after_unknown="raise"), RetryPolicy(max_attempts=1)], ids=["raise", "once"]
)
@pytest.mark.parametrize("fault", AFTER_ONE_ATTEMPT)
def test_without_sending_again(
    fault: str, policy: RetryPolicy, outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    outcome, deliveries = AFTER_ONE_ATTEMPT[fault]
    draft_id = feishu_mail_sandbox.create_draft(script=[fault])

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, retry=policy, **QUICK)

    assert isinstance(result, FeishuMailError)
    assert result.outcome == outcome
    assert len(feishu_mail_sandbox.deliveries()) == deliveries
    assert len(feishu_mail_sandbox.requests()) == 1


@pytest.mark.parametrize("position", [0, 1, 4], ids=["first", "second", "last"])
@pytest.mark.parametrize("fault", AFTER_ONE_ATTEMPT)
def test_the_report_is_true_wherever_the_fault_strikes(
    fault: str, position: int, outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[*[1236006] * position, fault])

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, **QUICK)

    deliveries = len(feishu_mail_sandbox.deliveries())
    outcome = "done" if isinstance(result, SentDraft) else result.outcome
    assert deliveries <= 1
    assert outcome != "done" or deliveries == 1
    assert outcome != "not_done" or deliveries == 0


def test_a_draft_that_is_gone_after_an_unanswered_attempt_is_not_called_unsent(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["vanish_after_accept"])

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, OutcomeUnknown)
    assert result.code is None, "the first failure stands"
    assert isinstance(result.__cause__, FeishuMailError)
    assert result.__cause__.code == 1234050, "the second is chained"


def test_a_refusal_after_an_unanswered_attempt_does_not_undo_it(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["drop_after_accept", 1234017])

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, OutcomeUnknown)
    assert len(feishu_mail_sandbox.deliveries()) == 1


def test_a_service_that_is_not_there_got_nothing(outcome_of: Outcomes, waits: list[float], free_port: int) -> None:
    result = outcome_of("draft", base_url=f"http://127.0.0.1:{free_port}")

    assert isinstance(result, FeishuMailError)
    assert (result.outcome, result.attempts, len(waits)) == ("not_done", 5, 4)


def test_a_wait_that_the_service_names_is_kept_to_the_second(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    feishu_mail_sandbox.settings(rate_limit={"calls": 1, "seconds": 42})
    assert isinstance(outcome_of(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url), SentDraft)

    result = outcome_of(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, SentDraft)
    assert result.attempts == 2
    assert len(waits) == 1
    assert 41 <= waits[0] <= 42


def test_a_named_wait_over_the_budget_is_raised_at_once(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    feishu_mail_sandbox.settings(rate_limit={"calls": 1, "seconds": 3600})
    outcome_of(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url)

    result = outcome_of(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, FeishuMailError)
    assert (result.code, result.attempts, waits) == (99991400, 1, [])
    assert result.retry_after is not None
    assert 3590 <= result.retry_after <= 3600


def test_backing_off_grows_and_stays_within_the_policy(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[1236006] * 4)
    policy = RetryPolicy(initial_backoff=1, jitter=0.25, max_backoff=3)

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, retry=policy)

    assert isinstance(result, SentDraft)
    for wait, (least, most) in zip(waits, [(1, 1.25), (2, 2.25), (3, 3), (3, 3)], strict=True):
        assert least <= wait <= most
