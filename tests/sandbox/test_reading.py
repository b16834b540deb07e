"""Reading drafts: what can be got and listed, in which mailbox, and what a wrong parameter is told."""

import base64
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl
from feishu_mail_sandbox.control import OperationStep
from feishu_mail_sandbox.document import load_document
from feishu_mail_sandbox.faults import FAULTS

Send = Callable[..., httpx.Response]
MAILBOXES = "/open-apis/mail/v1/user_mailboxes"
ERRORS = {name: operation.errors for name, operation in load_document().operations.items()}


@pytest.fixture
def get(client: httpx.Client) -> Send:
    """Reads what is below the mailboxes."""

    def read(path: str, **query: str | int) -> httpx.Response:
        return client.get(f"{MAILBOXES}/{path}", params=query, headers={"Authorization": "Bearer u-test"})

    return read


def outcome(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["code"]


def ids(answer: httpx.Response) -> list[str]:
    return [item["id"] for item in answer.json()["data"]["items"]]


def message(answer: httpx.Response) -> dict[str, Any]:
    found: dict[str, Any] = answer.json()["data"]["draft"]["message"]
    return found


def decoded(text: str) -> str:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()


def test_a_draft_is_there_until_it_is_sent(sandbox: SandboxControl, get: Send, send: Send) -> None:
    draft_id = sandbox.create_draft()
    answer = get(f"me/drafts/{draft_id}")
    assert outcome(answer) == (200, 0)
    assert answer.json().keys() == {"code", "msg", "data"}
    assert answer.json()["data"]["draft"]["id"] == draft_id
    assert outcome(send(draft_id)) == (200, 0)
    assert outcome(get(f"me/drafts/{draft_id}")) == (404, 1234050)
    assert [request["operation"] for request in sandbox.requests()] == ["getDraft", "sendDraft", "getDraft"]


def test_reading_delivers_nothing(sandbox: SandboxControl, get: Send) -> None:
    draft_id = sandbox.create_draft()
    assert [outcome(get(f"me/drafts{path}")) for path in ("", f"/{draft_id}", f"/{draft_id}")] == [(200, 0)] * 3
    assert sandbox.deliveries() == []


def test_a_format_is_as_much_of_the_message_as_was_asked_for(sandbox: SandboxControl, get: Send) -> None:
    path = f"me/drafts/{sandbox.create_draft()}"
    full = message(get(path))
    assert message(get(path, format="full")) == full
    bodies = {name for name in full if name.startswith("body_")}
    assert message(get(path, format="metadata")) == {name: each for name, each in full.items() if name not in bodies}
    assert {decoded(full[name]) for name in bodies} == {"Hello", "<p>Hello</p>"}
    raw = message(get(path, format="raw"))
    assert raw.keys() == {"raw"}
    assert f"Subject: {full['subject']}\r\n" in decoded(raw["raw"])
    assert full["to"][0]["mail_address"] in decoded(raw["raw"])


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("me/drafts/d", {"format": "FULL"}),
        ("me/drafts/d", {"format": ""}),
        ("me/drafts", {"page_size": "0"}),
        ("me/drafts", {"page_size": "101"}),
        ("me/drafts", {"page_size": "-1"}),
        ("me/drafts", {"page_size": "2.0"}),
        ("me/drafts", {"page_size": ""}),
        ("me/drafts", {"page_size": "٣"}),
        ("me/drafts", {"page_size": "9" * 5000}),
        ("me/drafts", {"page_token": ""}),
        ("me/drafts", {"page_token": "never-given"}),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_parameter_that_cannot_be_used_is_refused(
    sandbox: SandboxControl, get: Send, path: str, query: dict[str, str]
) -> None:
    sandbox.create_draft("d", script=[{"operation": "getDraft", "step": 1236019}])
    assert outcome(get(path, **query)) == (400, 1234008)
    # Nothing of the draft's script is used up.
    assert outcome(get("me/drafts/d")) == (500, 1236019)


def test_a_parameter_that_the_operation_does_not_have_is_ignored(sandbox: SandboxControl, get: Send) -> None:
    sandbox.create_draft("d")
    assert outcome(get("me/drafts/d", page_size=0, anything="")) == (200, 0)
    assert ids(get("me/drafts", format="none")) == ["d"]


def test_the_list_has_the_mailboxs_unsent_drafts_in_order_of_creation(
    sandbox: SandboxControl, get: Send, send: Send
) -> None:
    assert get("me/drafts").json()["data"] == {"items": [], "has_more": False}
    for draft_id in "cab":
        sandbox.create_draft(draft_id)
    sandbox.create_draft("elsewhere", user_mailbox_id="a@example.com")
    assert ids(get("me/drafts")) == ["c", "a", "b"]
    assert ids(get("a%40example.com/drafts")) == ["elsewhere"]
    send("a")
    assert ids(get("me/drafts")) == ["c", "b"]


def test_a_page_has_twenty_drafts_unless_it_is_asked_for_another_number(sandbox: SandboxControl, get: Send) -> None:
    drafts = [sandbox.create_draft() for _ in range(45)]
    pages, query = list[list[str]](), dict[str, str]()
    while True:
        page = get("me/drafts", **query)
        pages.append(ids(page))
        assert ("page_token" in page.json()["data"]) is page.json()["data"]["has_more"]
        if not page.json()["data"]["has_more"]:
            break
        query = {"page_token": page.json()["data"]["page_token"]}
    assert pages == [drafts[:20], drafts[20:40], drafts[40:]]
    exactly = get("me/drafts", page_size=45)
    assert (ids(exactly), exactly.json()["data"]["has_more"]) == (drafts, False)


def test_a_page_goes_on_where_the_one_before_ended_whatever_was_sent_meanwhile(
    sandbox: SandboxControl, get: Send, send: Send
) -> None:
    for draft_id in "abcde":
        sandbox.create_draft(draft_id)
    token = get("me/drafts", page_size=2).json()["data"]["page_token"]
    for draft_id in "abc":
        send(draft_id)
    assert ids(get("me/drafts", page_size=2, page_token=token)) == ["d", "e"]


def test_a_page_token_is_of_one_mailbox(sandbox: SandboxControl, get: Send) -> None:
    for mailbox in ("me", "me", "a@example.com"):
        sandbox.create_draft(user_mailbox_id=mailbox)
    token = get("me/drafts", page_size=1).json()["data"]["page_token"]
    assert outcome(get("a%40example.com/drafts", page_token=token)) == (400, 1234008)


def test_a_mailbox_that_does_not_exist_has_nothing_to_read(sandbox: SandboxControl, get: Send) -> None:
    sandbox.create_draft("d", user_mailbox_id="a@example.com")
    for path in ("b@example.com/drafts", "b@example.com/drafts/d", "b@example.com/drafts/code-1236006"):
        assert outcome(get(path)) == (404, 1234013)
    assert outcome(get("me/drafts/d")) == (404, 1234050)
    assert outcome(get("a@example.com/drafts/d")) == (200, 0)


@pytest.mark.parametrize(
    ("path", "code", "error"),
    [
        *[(f"me/drafts/code-{code}", code, error) for code, error in ERRORS["getDraft"].items()],
        *[(f"code-{code}/drafts", code, error) for code, error in ERRORS["listDrafts"].items()],
    ],
)
def test_a_magic_id_answers_the_operations_own_table(
    sandbox: SandboxControl, get: Send, path: str, code: int, error: Any
) -> None:
    answer = get(path)
    assert outcome(answer) == (error.status, code)
    assert {**answer.json(), "error": None} == {**error.body, "error": None}


def test_a_code_of_another_operation_is_no_magic_id(sandbox: SandboxControl, get: Send) -> None:
    assert outcome(get("me/drafts/code-1236014")) == (404, 1234050)
    assert outcome(get("code-1234050/drafts")) == (404, 1234013)


def test_the_missing_scope_is_the_operations_own(sandbox: SandboxControl, client: httpx.Client, send: Send) -> None:
    read = client.get(f"{MAILBOXES}/me/drafts", headers={"Authorization": "Bearer u-no-scope"}).json()
    for answer, scope in ((read, "readonly"), (send("d", token="u-no-scope").json(), "send")):
        assert answer["error"]["permission_violations"][0]["subject"] == f"mail:user_mailbox.message:{scope}"
        assert f"[mail:user_mailbox.message:{scope}]" in answer["msg"]


def test_each_operation_takes_its_own_steps_out_of_the_script(sandbox: SandboxControl, get: Send, send: Send) -> None:
    conflict, spoilt = (OperationStep(operation="getDraft", step=step) for step in (1236006, "not_json"))
    draft_id = sandbox.create_draft(script=[conflict, 1236019, spoilt])
    assert outcome(send(draft_id)) == (500, 1236019)
    answer = get(f"me/drafts/{draft_id}")
    assert (outcome(answer), answer.json()["msg"]) == ((429, 1236006), "too many request")
    assert get(f"me/drafts/{draft_id}").text == "not JSON"
    assert outcome(get(f"me/drafts/{draft_id}")) == (200, 0)
    assert outcome(send(draft_id)) == (200, 0)


@pytest.mark.parametrize("step", sorted(FAULTS.keys() - {"automation_disabled", "stall_after_accept"}))
def test_a_fault_spoils_a_read_as_it_spoils_a_send(sandbox: SandboxControl, get: Send, step: str) -> None:
    draft_id = sandbox.create_draft(script=[{"operation": "getDraft", "step": step}])
    try:
        answer = get(f"me/drafts/{draft_id}")
    except httpx.RemoteProtocolError:
        assert step in {"drop_before_accept", "drop_after_accept", "vanish_after_accept", "truncated_body"}
    else:
        whole = answer.content.startswith(b"{") and json.loads(answer.content).get("code") == 0
        assert whole is (step == "unknown_members")
    assert outcome(get(f"me/drafts/{draft_id}")) == ((404, 1234050) if step == "vanish_after_accept" else (200, 0))
    assert sandbox.deliveries() == []


def test_a_failed_read_is_not_spoilt(sandbox: SandboxControl, get: Send, send: Send) -> None:
    draft_id = sandbox.create_draft(script=[{"operation": "getDraft", "step": "not_json"}])
    send(draft_id)
    assert outcome(get(f"me/drafts/{draft_id}")) == (404, 1234050)


def test_every_operation_has_a_rate_window_of_its_own(
    feishu_mail_sandbox: SandboxControl, get: Send, send: Send
) -> None:
    feishu_mail_sandbox.settings(rate_limit={"calls": 1, "seconds": 60}, rate_limits={"sendDraft": None})
    assert [outcome(get("me/drafts")) for _ in range(2)] == [(200, 0), (429, 99991400)]
    assert [outcome(get("me/drafts/d")) for _ in range(2)] == [(404, 1234050), (429, 99991400)]
    assert [outcome(send("d")) for _ in range(3)] == [(404, 1234050)] * 3
    feishu_mail_sandbox.settings(rate_limits={"getDraft": {"calls": 2, "seconds": 60}})
    assert [get("me/drafts/d").json()["code"] for _ in range(3)] == [1234050, 1234050, 99991400]
    refused = get("me/drafts")
    assert (outcome(refused), refused.headers["x-ogw-ratelimit-limit"]) == ((429, 99991400), "1")
