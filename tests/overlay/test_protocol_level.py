"""The protocol level stands by itself, and the decisions can be used with it and any retry library."""

import json

import pytest
import stamina
import tenacity

from feishu_mail import (
    DraftRefusedError,
    Failure,
    FeishuMailError,
    RetryPolicy,
    Wait,
    classify_answer,
    decide_retry,
    exception_for,
    read_answer,
)
from feishu_mail.access_tokens import AccessToken
from feishu_mail.exchange import RawAnswer
from feishu_mail.send_call import SendCall
from feishu_mail_client import AuthenticatedClient
from feishu_mail_client.api.drafts import send_draft
from feishu_mail_client.models import ErrorResponse, SendDraftResponse, SentMessage
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


def test_the_overlay_reads_a_success_by_the_names_of_the_generated_model() -> None:
    message = SentMessage(message_id="m1", thread_id="t1", recall_status="available")
    content = json.dumps(SendDraftResponse(code=0, msg="success", data=message).to_dict())
    call = SendCall(draft_id="d1", user_mailbox_id="me", policy=RetryPolicy(), can_refresh=False)
    call.begin_attempt(AccessToken("u-x"))

    sent = call.conclude(RawAnswer(200, {}, content.encode()))

    assert (sent.message_id, sent.thread_id, sent.recall_status) == ("m1", "t1", "available")


def send_by_hand(client: AuthenticatedClient, draft_id: str) -> SendDraftResponse:
    response = send_draft.sync_detailed("me", draft_id, client=client)
    failure = classify_answer(read_answer(response.status_code, response.headers, response.content))
    if failure is not None:
        raise exception_for(failure, draft_id)
    assert isinstance(response.parsed, SendDraftResponse)
    return response.parsed


def test_the_decision_works_with_stamina(feishu_mail_sandbox: SandboxControl) -> None:
    history: list[Failure] = []

    def wait_or_stop(error: Exception) -> float | bool:
        if not isinstance(error, FeishuMailError):
            return False
        decision = decide_retry(RetryPolicy(), tuple(history), error.failure)
        history.append(error.failure)
        return decision.at_most if isinstance(decision, Wait) else False

    draft_id = feishu_mail_sandbox.create_draft(script=[1236006, 1236010])
    with (
        AuthenticatedClient(base_url=feishu_mail_sandbox.base_url, token="u-x") as client,
        stamina.set_testing(True, attempts=10),
    ):
        for attempt in stamina.retry_context(on=wait_or_stop):
            with attempt:
                send_by_hand(client, draft_id)

    assert [failure.code for failure in history] == [1236006, 1236010]
    assert len(feishu_mail_sandbox.deliveries()) == 1


def test_the_decision_works_with_tenacity(feishu_mail_sandbox: SandboxControl) -> None:
    history: list[Failure] = []
    waits: list[float] = []

    def go_on(state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        if not isinstance(error, FeishuMailError):
            return False
        decision = decide_retry(RetryPolicy(), tuple(history), error.failure)
        history.append(error.failure)
        if isinstance(decision, Wait):
            waits.append(decision.at_least)
        return isinstance(decision, Wait)

    draft_id = feishu_mail_sandbox.create_draft(script=[1236006, 1236014])
    with AuthenticatedClient(base_url=feishu_mail_sandbox.base_url, token="u-x") as client:
        retrying = tenacity.Retrying(
            retry=go_on, wait=lambda _: waits[-1], sleep=lambda _: None, reraise=True, retry_error_callback=None
        )
        with pytest.raises(DraftRefusedError, match="1236014"):
            retrying(send_by_hand, client, draft_id)

    assert waits == [0.5]
    assert feishu_mail_sandbox.deliveries() == []
