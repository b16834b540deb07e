"""What the gateway does before any mail service is asked: paths, credentials, and the rate limit."""

import re
from collections.abc import Callable

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl
from feishu_mail_sandbox.gateway import refused_credential

Send = Callable[..., httpx.Response]
SendRaw = Callable[[str, str], tuple[int, str, bytes]]

MAILBOXES = "/open-apis/mail/v1/user_mailboxes"
SEND = f"{MAILBOXES}/me/drafts/d/send"


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", SEND),
        ("PUT", SEND),
        ("DELETE", SEND),
        ("OPTIONS", SEND),
        ("OPTIONS", "*"),
        ("POST", "/"),
        ("POST", "/nowhere"),
        ("POST", SEND + "/"),
        ("POST", SEND + "/more"),
        ("POST", "/" + SEND),
        ("POST", SEND.upper()),
        ("POST", f"{MAILBOXES}/me/drafts//send"),
        ("POST", f"{MAILBOXES}//drafts/d/send"),
        ("POST", f"{MAILBOXES}/me/drafts/./send"),
        ("POST", f"{MAILBOXES}/me/drafts/../send"),
        ("POST", f"{MAILBOXES}/me/drafts/%2e%2E/send"),
        ("POST", f"{MAILBOXES}/other/../me/drafts/d/send"),
        ("POST", f"{MAILBOXES}/me/drafts/%FF%FE/send"),
        ("POST", f"{MAILBOXES}/me/drafts/%ED%A0%80/send"),
        ("POST", f"{MAILBOXES}/me/drafts/100%/send"),
        ("POST", f"{MAILBOXES}/me/drafts/%zz/send"),
        ("POST", f"http://127.0.0.1{SEND}"),
    ],
)
def test_an_unknown_path_or_method_is_a_plain_404_whatever_the_token(
    sandbox: SandboxControl, send_raw: SendRaw, method: str, target: str
) -> None:
    sandbox.create_draft("d")
    assert send_raw(method, target) == (404, "text/plain; charset=utf-8", b"404 page not found")
    assert sandbox.deliveries() == []


def test_a_query_is_not_part_of_the_path(sandbox: SandboxControl, send_raw: SendRaw) -> None:
    sandbox.create_draft("d")
    assert send_raw("POST", SEND + "?a=/b")[0] == 200
    assert sandbox.requests()[0]["path"] == SEND


@pytest.mark.parametrize(
    ("authorization", "status", "code"),
    [
        (None, 400, 99991661),
        ("", 400, 99991661),
        ("u-test", 400, 99991661),
        ("bearer u-test", 400, 99991661),
        ("Basic dTpw", 400, 99991661),
        ("Bearer", 400, 99991661),
        ("Bearer t-test", 400, 99991663),
        ("Bearer a-test", 400, 99991671),
        ("Bearer U-test", 400, 99991671),
        ("Bearer u-invalid", 400, 99991668),
        ("Bearer u-expired", 401, 99991677),
        ("Bearer u-no-scope", 400, 99991679),
        ("Bearer u-test", 200, 0),
        ("Bearer eyJhbGciOiJFUzI1NiIs", 200, 0),
    ],
)
def test_the_credential_decides_before_anything_else(
    sandbox: SandboxControl, client: httpx.Client, authorization: str | None, status: int, code: int
) -> None:
    sandbox.create_draft("d")
    answer = client.post(SEND, headers={} if authorization is None else {"Authorization": authorization})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert len(sandbox.deliveries()) == (1 if code == 0 else 0)
    # Authentication is checked before parameters.
    absent = client.post(SEND.replace("/d/", "/absent/"), headers=answer.request.headers)
    assert absent.json()["code"] == (code or 1234050)


@pytest.mark.parametrize(
    ("authorization", "code"),
    [("Bearer ", 99991661), ("Bearer \t ", 99991661), ("Bearer  u-test ", None), (" Bearer u-test", 99991661)],
)
def test_blanks_that_http_clients_do_not_send(authorization: str, code: int | None) -> None:
    assert refused_credential(authorization) == code


def test_a_missing_token_is_answered_as_seen_live(sandbox: SandboxControl, client: httpx.Client) -> None:
    body = client.post(SEND).json()
    assert body["msg"] == "Missing access token for authorization. Please make a request with token attached."
    assert body["error"]["log_id"] in body["error"]["troubleshooter"]


@pytest.mark.parametrize("draft_id", ["d", "absent", "code-1236019", "code-99991661"])
def test_every_envelope_has_the_log_id_of_its_own_call(sandbox: SandboxControl, send: Send, draft_id: str) -> None:
    sandbox.create_draft("d")
    first, second = send(draft_id), send(draft_id)
    for answer in (first, second):
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        assert re.fullmatch(r"20[0-9]{12}[0-9A-F]{20}", answer.headers["X-Tt-Logid"])
        if answer.json()["code"]:
            assert answer.json()["error"]["log_id"] == answer.headers["X-Tt-Logid"]
    assert first.headers["X-Tt-Logid"] != second.headers["X-Tt-Logid"]


def test_twenty_calls_a_minute_pass_and_the_next_names_the_wait(
    feishu_mail_sandbox: SandboxControl, send: Send
) -> None:
    assert {send("absent").json()["code"] for _ in range(20)} == {1234050}
    refused = send("absent")
    assert (refused.status_code, refused.json()["code"]) == (429, 99991400)
    assert refused.headers["x-ogw-ratelimit-limit"] == "20"
    wait = int(refused.headers["x-ogw-ratelimit-reset"])
    assert 50 <= wait <= 60
    feishu_mail_sandbox.settings(clock={"advance": wait})
    assert send("absent").json()["code"] == 1234050


def test_the_limit_is_shared_by_mailboxes_and_not_used_up_by_refused_calls(
    feishu_mail_sandbox: SandboxControl, send: Send
) -> None:
    feishu_mail_sandbox.settings(rate_limit={"calls": 1, "seconds": 10}, mailboxes=["a@example.com"])
    assert send("absent", token="u-expired").json()["code"] == 99991677
    assert send("absent").json()["code"] == 1234050
    for _ in range(5):
        assert send("absent", "a@example.com").json()["code"] == 99991400
    feishu_mail_sandbox.settings(clock={"advance": 10})
    assert send("absent", "a@example.com").json()["code"] == 1234050


def test_a_call_over_the_limit_leaves_the_draft_and_its_script_alone(
    feishu_mail_sandbox: SandboxControl, send: Send
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=[1236006])
    feishu_mail_sandbox.settings(rate_limit={"calls": 1, "seconds": 10})
    send("absent")
    assert send(draft_id).json()["code"] == 99991400
    feishu_mail_sandbox.settings(rate_limit=None)
    assert [send(draft_id).json()["code"] for _ in range(3)] == [1236006, 0, 1236005]


@pytest.mark.parametrize("limit", [None, {"calls": 7, "seconds": 30}])
def test_a_scripted_rate_limit_has_the_rate_headers_too(
    feishu_mail_sandbox: SandboxControl, send: Send, limit: dict[str, int] | None
) -> None:
    feishu_mail_sandbox.settings(rate_limit=limit)
    for draft_id in (feishu_mail_sandbox.create_draft(script=[99991400]), "code-99991400"):
        headers = send(draft_id).headers
        assert headers["x-ogw-ratelimit-limit"] == ("7" if limit else "20")
        assert headers["x-ogw-ratelimit-reset"] == "1"
    assert "x-ogw-ratelimit-limit" not in send("code-1236010").headers
