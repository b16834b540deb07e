"""An operation that is added to the document is served at once, by its own facts, without a change of the sandbox."""

import copy
import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl, running_sandbox
from feishu_mail_sandbox.document import DocumentError, read_document
from feishu_mail_sandbox.plain_page import plain_page

OPENAPI: dict[str, Any] = json.loads(
    (resources.files("feishu_mail_openapi") / "feishu-mail.json").read_text(encoding="utf-8")
)
DRAFT = "/open-apis/mail/v1/user_mailboxes/{user_mailbox_id}/drafts/{draft_id}"


def refusal(code: int, text: str) -> dict[str, Any]:
    example = {
        "summary": text,
        "description": text,
        "x-outcome": "not_done",
        "x-retry": "never",
        "x-affects": "draft",
        "value": {"code": code, "msg": text, "error": {"log_id": "PLACEHOLDER"}},
    }
    return {"description": text, "content": {"application/json": {"examples": {"REFUSED": example}}}}


def success(**data: Any) -> dict[str, Any]:
    value = {"code": 0, "msg": "success", "data": data}
    return {"description": "Done.", "content": {"application/json": {"examples": {"DONE": {"value": value}}}}}


def operation(operation_id: str, **responses: Any) -> dict[str, Any]:
    names = {"400": "BadRequest", "401": "Unauthorized", "429": "ReadTooManyRequests"}
    gateway = {status: {"$ref": f"#/components/responses/{name}"} for status, name in names.items()}
    return {
        "operationId": operation_id,
        "summary": f"The operation {operation_id}.",
        "x-idempotency": "idempotent",
        "x-required-scopes": ["mail:user_mailbox.message:modify"],
        "x-rate-limit": {"calls": 2, "seconds": 60},
        "parameters": [{"$ref": "#/components/parameters/UserMailboxId"}, {"$ref": "#/components/parameters/DraftId"}],
        "responses": {**gateway, **responses},
    }


def extended() -> dict[str, Any]:
    openapi = copy.deepcopy(OPENAPI)
    openapi["paths"][DRAFT]["delete"] = operation("deleteDraft", **{"200": success()})
    # Of sendDraft the code 1236005 says that the mail is out.
    refused = refusal(1236005, "approved by another person")
    approve_draft = operation("approveDraft", **{"201": success(approved=True), "403": refused})
    # Its parameters may stand at the path.
    parameters = approve_draft.pop("parameters")
    openapi["paths"][f"{DRAFT}/approve"] = {"parameters": parameters, "post": approve_draft}
    return openapi


@pytest.fixture
def sandbox() -> Iterator[SandboxControl]:
    with running_sandbox(document=read_document(extended())) as control:
        yield control


def called(sandbox: SandboxControl, method: str, path: str) -> httpx.Response:
    url = sandbox.base_url + path
    return httpx.request(method, url, headers={"Authorization": "Bearer u-test"}, trust_env=False)


def approve(sandbox: SandboxControl, draft_id: str, user_mailbox_id: str = "me") -> httpx.Response:
    path = DRAFT.format(user_mailbox_id=user_mailbox_id, draft_id=draft_id)
    return called(sandbox, "POST", f"{path}/approve")


def delete(sandbox: SandboxControl, draft_id: str) -> httpx.Response:
    return called(sandbox, "DELETE", DRAFT.format(user_mailbox_id="me", draft_id=draft_id))


def test_it_answers_its_documented_success(sandbox: SandboxControl) -> None:
    approved, deleted = approve(sandbox, "d"), delete(sandbox, "d")
    assert (approved.status_code, approved.json()["data"]) == (201, {"approved": True})
    assert (deleted.status_code, deleted.json()) == (200, {"code": 0, "msg": "success", "data": {}})
    assert [request["operation"] for request in sandbox.requests()] == ["approveDraft", "deleteDraft"]
    assert called(sandbox, "PUT", DRAFT).status_code == 404


def test_its_codes_mean_what_they_mean_there(sandbox: SandboxControl) -> None:
    sandbox.settings(rate_limit=None)
    send = DRAFT.format(user_mailbox_id="me", draft_id="code-1236005") + "/send"
    scripted = sandbox.create_draft(script=[{"operation": "approveDraft", "step": 1236005}])
    for answer in (approve(sandbox, "code-1236005"), approve(sandbox, scripted)):
        assert (answer.status_code, answer.json()["msg"]) == (403, "approved by another person")
    assert called(sandbox, "POST", send).status_code == 409
    assert approve(sandbox, scripted).json()["code"] == 0
    # What is not in its own table is no magic id of its, even where another operation has it.
    assert delete(sandbox, "code-1236005").json()["code"] == 0


def test_the_gateway_is_before_it_and_its_window_is_its_own(sandbox: SandboxControl) -> None:
    url = sandbox.base_url + DRAFT.format(user_mailbox_id="me", draft_id="d")
    refused = httpx.delete(url, headers={"Authorization": "Bearer u-no-scope"}, trust_env=False).json()
    assert refused["error"]["permission_violations"][0]["subject"] == "mail:user_mailbox.message:modify"
    assert [delete(sandbox, "d").json()["code"] for _ in range(3)] == [0, 0, 99991400]
    assert approve(sandbox, "d").json()["code"] == 0
    sandbox.settings(rate_limits={"deleteDraft": None})
    assert [delete(sandbox, "d").json()["code"] for _ in range(3)] == [0, 0, 0]


def test_faults_spoil_it_too(sandbox: SandboxControl) -> None:
    steps = ["html_502", "empty_body", "unknown_members"]
    draft_id = sandbox.create_draft(script=[{"operation": "deleteDraft", "step": step} for step in steps])
    sandbox.settings(rate_limit=None)
    assert delete(sandbox, draft_id).status_code == 502
    assert delete(sandbox, draft_id).content == b""
    assert delete(sandbox, draft_id).json()["data"].keys() == {"added_later"}


def test_a_mailbox_that_does_not_exist_is_refused_where_the_document_has_a_code_for_it() -> None:
    openapi = extended()
    openapi["paths"][DRAFT]["delete"]["responses"]["404"] = {"$ref": "#/components/responses/MailboxNotFound"}
    with running_sandbox(document=read_document(openapi)) as control:
        path = DRAFT.format(user_mailbox_id="nobody@example.com", draft_id="d")
        assert called(control, "DELETE", path).json()["code"] == 1234013
        assert approve(control, "d", "nobody@example.com").json()["code"] == 0


def test_a_refusal_with_code_0_is_known_by_its_extension() -> None:
    openapi = extended()
    refused = {"value": {"code": 0, "msg": "success", "data": {"blocked": "by policy"}}, "x-when-filled": "blocked"}
    examples = openapi["paths"][DRAFT]["delete"]["responses"]["200"]["content"]["application/json"]["examples"]
    openapi["paths"][DRAFT]["delete"]["responses"]["200"]["content"]["application/json"]["examples"] = {
        "BLOCKED": refused,
        **examples,
    }
    with running_sandbox(document=read_document(openapi)) as control:
        draft_id = control.create_draft(script=[{"operation": "deleteDraft", "step": "automation_disabled"}])
        assert [delete(control, draft_id).json()["data"] for _ in range(2)] == [{"blocked": "by policy"}, {}]


def test_an_operation_without_a_rate_limit_has_no_window() -> None:
    openapi = extended()
    del openapi["paths"][DRAFT]["delete"]["x-rate-limit"]
    with running_sandbox(document=read_document(openapi)) as control:
        assert {delete(control, "d").json()["code"] for _ in range(30)} == {0}
        assert control.settings()["rate_limits"]["deleteDraft"] is None
        assert "x-ogw-ratelimit-limit" not in delete(control, "code-99991400").headers


def test_one_that_does_not_say_what_the_gateway_answers_is_refused() -> None:
    openapi = extended()
    del openapi["paths"][DRAFT]["delete"]["responses"]["400"]
    with (
        pytest.raises(DocumentError, match=r"deleteDraft has no example with code \d+"),
        running_sandbox(document=read_document(openapi)),
    ):
        raise AssertionError("it must not start")


def test_it_is_on_the_plain_page(sandbox: SandboxControl) -> None:
    control_plane = httpx.get(f"{sandbox.base_url}/_sandbox/control-plane.json", trust_env=False).json()
    page = plain_page(extended(), control_plane, sandbox.base_url)
    assert f"POST {DRAFT}/approve" in page
    assert "approved by another person" in page
