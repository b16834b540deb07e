"""stamina does the waiting, from the first failure on: its hooks see every wait, and its switches apply."""

import sys
from collections.abc import Iterator

import pytest
import stamina
import stamina.instrumentation

from feishu_mail import FeishuMailError, RetryPolicy
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes

POLICY = RetryPolicy(max_attempts=4, initial_backoff=1, max_backoff=30, jitter=0)


@pytest.fixture
def retries() -> Iterator[list[tuple[int, float]]]:
    """The number and the seconds of each wait, as stamina tells them to its hooks."""
    before = stamina.instrumentation.get_on_retry_hooks()
    told: list[tuple[int, float]] = []
    stamina.instrumentation.set_on_retry_hooks([lambda details: told.append((details.retry_num, details.wait_for))])
    yield told
    stamina.instrumentation.set_on_retry_hooks(before)


def test_the_wait_after_the_first_attempt_is_the_first(
    retries: list[tuple[int, float]], outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, waits: list[float]
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[1236006] * 4)

    error = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, retry=POLICY)

    assert isinstance(error, FeishuMailError)
    assert error.attempts == len(feishu_mail_sandbox.requests()) == 4
    assert retries == [(1, 1), (2, 2), (3, 4)]
    assert waits == [1, 2, 4]


def test_a_send_that_succeeds_at_once_waits_for_nothing(
    retries: list[tuple[int, float]], outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    outcome_of(feishu_mail_sandbox.create_draft(), base_url=feishu_mail_sandbox.base_url, retry=POLICY)
    assert retries == []


def test_its_switch_turns_trying_again_off(outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[1236006])
    stamina.set_active(False)
    try:
        error = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, retry=POLICY)
    finally:
        stamina.set_active(True)

    assert isinstance(error, FeishuMailError)
    assert error.code == 1236006
    assert len(feishu_mail_sandbox.requests()) == 1


@pytest.mark.parametrize(("step", "outcome"), [("drop_after_accept", "unknown"), (1236006, "not_sent")])
def test_if_it_cannot_be_loaded_the_outcome_is_told_all_the_same(
    step: int | str,
    outcome: str,
    outcome_of: Outcomes,
    feishu_mail_sandbox: SandboxControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It is loaded with the first failure, when a process may be out of files or in the middle of an upgrade."""
    draft_id = feishu_mail_sandbox.create_draft(script=[step])
    monkeypatch.setitem(sys.modules, "stamina", None)

    error = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url, retry=POLICY)

    assert isinstance(error, FeishuMailError)
    assert error.outcome == outcome
    assert isinstance(error.__cause__, ImportError)
