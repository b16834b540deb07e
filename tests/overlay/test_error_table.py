"""For every code of the document the SDK does what the document says, sync and async, against the sandbox."""

import json
import re
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

import pytest

from feishu_mail import SEND_DRAFT, FeishuMailError, OutcomeUnknown, RetryPolicy, SentDraft
from feishu_mail_sandbox.control import SandboxControl
from feishu_mail_sandbox.document import resolved
from tests.overlay.conftest import Outcomes

DOCUMENT = json.loads(files("feishu_mail_openapi").joinpath("feishu-mail.json").read_text(encoding="utf-8"))
SEND = DOCUMENT["paths"]["/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}/send"]["post"]


ERRORS: dict[str, Mapping[str, Any]] = {
    name: example
    for response in SEND["responses"].values()
    for name, reference in resolved(DOCUMENT, response)["content"]["application/json"]["examples"].items()
    if (example := resolved(DOCUMENT, reference))["value"]["code"] != 0
}


@pytest.mark.parametrize("name", ERRORS)
def test_each_code_is_reported_as_the_document_says(
    name: str, outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    error = ERRORS[name]
    code = error["value"]["code"]

    result = outcome_of(f"code-{code}", base_url=feishu_mail_sandbox.base_url)

    if error["x-outcome"] == "done":
        assert isinstance(result, SentDraft)
        assert (result.already_sent, result.message_id, result.thread_id) == (True, None, None)
        return
    assert isinstance(result, FeishuMailError)
    assert result.outcome == error["x-outcome"]
    assert isinstance(result, OutcomeUnknown) == (error["x-outcome"] == "unknown")
    assert result.code == code
    assert result.error_code is not None
    assert result.error_code.name == name
    assert result.msg == error["value"]["msg"]
    assert result.http_status in SEND_DRAFT.errors[code].http_statuses
    assert re.fullmatch(r"\d{14}[0-9A-F]{20}", result.log_id or "")
    assert result.advice == " ".join(error["description"].split())
    assert result.advice_zh == error["x-description-zh"]
    assert result.affects == error["x-affects"]
    assert result.draft_id == f"code-{code}"
    repeatable = error["x-retry"] in ("after_delay", "after_reset")
    assert result.attempts == (RetryPolicy().max_attempts if repeatable else 1)
    assert result.attempts == len(feishu_mail_sandbox.requests())


def test_a_missing_scope_is_named(outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl) -> None:
    result = outcome_of("code-99991679", base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, FeishuMailError)
    assert [each["subject"] for each in result.detail["permission_violations"]] == ["mail:user_mailbox.message:send"]


def test_what_the_advice_refers_to_is_there(outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl) -> None:
    result = outcome_of("code-21000", base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, FeishuMailError)
    assert "data.challenge_url" in result.advice
    assert result.data["challenge_url"].startswith("https://")


def test_200_with_code_0_is_not_sent_when_automated_sending_is_off(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["automation_disabled"])

    result = outcome_of(draft_id, base_url=feishu_mail_sandbox.base_url)

    assert isinstance(result, FeishuMailError)
    assert (result.outcome, result.code, result.http_status, result.affects) == ("not_done", 0, 200, "mailbox")
    said = result.data["automation_send_disable"]
    assert said["reason"].startswith("Automation send is disabled")
    assert said["reason"] not in str(result)
    assert said["reference"].startswith("https://")
    assert feishu_mail_sandbox.deliveries() == []
