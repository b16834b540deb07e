"""The protocol level stands by itself, and the decisions can be used with it."""

import pytest

from feishu_mail import (
    SEND_DRAFT,
    Failure,
    FeishuMailError,
    RetryPolicy,
    Stop,
    StopReason,
    Wait,
    classify_answer,
    decide_retry,
    exception_for,
    read_answer,
)
from feishu_mail_client import AuthenticatedClient
from feishu_mail_client.api.drafts import send_draft
from feishu_mail_client.models import ErrorResponse, SendDraftResponse
from feishu_mail_sandbox.control import SandboxControl


def test_the_generated_client_works_without_the_overlay(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft()
    with AuthenticatedClient(base_url=feishu_mail_sandbox.base_url, token="u-x") as client:
        sent = send_draft.sync("me", draft_id, client=client)
        refused = send_draft.sync("me", draft_id, client=client)

    assert isinstance(sent, SendDraftResponse)
    assert sent.code == 0
    assert isinstance(refused, ErrorResponse)
    assert refused.code == 1236005


def send_by_hand(client: AuthenticatedClient, draft_id: str) -> SendDraftResponse:
    response = send_draft.sync_detailed("me", draft_id, client=client)
    failure = classify_answer(SEND_DRAFT, read_answer(response.status_code, response.headers, response.content))
    if failure is not None:
        raise exception_for(failure)
    assert isinstance(response.parsed, SendDraftResponse)
    return response.parsed


def test_the_decision_works_in_a_loop_of_the_callers_own(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[1236006, 1236014])
    history: list[Failure] = []
    waits: list[float] = []
    decision: Wait | Stop = Wait(0, 0)
    with AuthenticatedClient(base_url=feishu_mail_sandbox.base_url, token="u-x") as client:
        while isinstance(decision, Wait):
            waits.append(decision.at_least)
            with pytest.raises(FeishuMailError) as caught:
                send_by_hand(client, draft_id)
            decision = decide_retry(RetryPolicy(), SEND_DRAFT.idempotency, history, caught.value.failure)
            history.append(caught.value.failure)

    assert waits == [0, 0.5]
    assert decision == Stop(StopReason.NOT_RETRYABLE)
    assert [failure.code for failure in history] == [1236006, 1236014]
    assert feishu_mail_sandbox.deliveries() == []
