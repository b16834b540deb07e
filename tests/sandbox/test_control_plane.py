"""The control plane: its fixed names, its clear refusals, and what it never shows."""

import socket
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl, SandboxRefusal
from feishu_mail_sandbox.document import load_document

Send = Callable[..., httpx.Response]

DEFAULTS: dict[str, Any] = {
    "rate_limit": {"calls": 20, "seconds": 60},
    "rate_limits": {
        operation["operationId"]: operation["x-rate-limit"]
        for operations in load_document().openapi["paths"].values()
        for operation in operations.values()
    },
    "send_seconds": 0,
    "mailboxes": [],
    "clock": {"advanced": 0},
}


def test_it_is_healthy(client: httpx.Client) -> None:
    assert client.get("/_sandbox/health").status_code == 200


def test_a_draft_gets_a_uuid_unless_it_is_given_an_id(client: httpx.Client) -> None:
    for content in (b"", b"{}", b'{"draft_id": null, "user_mailbox_id": null, "script": null}'):
        answer = client.post("/_sandbox/drafts", content=content)
        assert answer.json().keys() == {"draft_id"}
        assert uuid.UUID(answer.json()["draft_id"]).version == 4
    assert client.post("/_sandbox/drafts", json={"draft_id": "mine"}).json() == {"draft_id": "mine"}


def test_a_reset_goes_back_to_the_start(feishu_mail_sandbox: SandboxControl, send: Send) -> None:
    feishu_mail_sandbox.settings(
        rate_limit={"calls": 1, "seconds": 5}, send_seconds=0.01, mailboxes=["a@example.com"], clock={"advance": 5}
    )
    feishu_mail_sandbox.create_draft("d", user_mailbox_id="b@example.com")
    assert send("d", "b@example.com").json()["code"] == 0
    feishu_mail_sandbox.reset()
    assert feishu_mail_sandbox.deliveries() == []
    assert feishu_mail_sandbox.requests() == []
    assert feishu_mail_sandbox.settings() == DEFAULTS
    assert [send("d", mailbox).json()["code"] for mailbox in ("me", "a@example.com", "b@example.com")] == [
        1234050,
        1234013,
        1234013,
    ]
    feishu_mail_sandbox.create_draft("d")


def test_settings_answer_with_all_that_is_in_force(feishu_mail_sandbox: SandboxControl) -> None:
    assert feishu_mail_sandbox.settings(send_seconds=0.5) == {**DEFAULTS, "send_seconds": 0.5}
    feishu_mail_sandbox.settings(clock={"advance": 60})
    assert feishu_mail_sandbox.settings(rate_limit=None, mailboxes=["a"], clock={"advance": 1.5}) == {
        "rate_limit": None,
        "rate_limits": dict.fromkeys(DEFAULTS["rate_limits"]),
        "send_seconds": 0.5,
        "mailboxes": ["a"],
        "clock": {"advanced": 61.5},
    }


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"rate_limits": None}, "rate_limits must be an object"),
        ({"rate_limits": {"sendDrafts": None}}, "no operation 'sendDrafts'; known: listDrafts, getDraft,.* sendDraft"),
        ({"rate_limits": {"getDraft": {"calls": 0, "seconds": 1}}}, "rate_limits.getDraft.calls"),
        ({"rate_limit": None, "rate_limits": {"getDraft": {}}}, "rate_limits.getDraft must .* or null"),
        ({"rate": None}, "unknown setting 'rate'"),
        ({"rate_limit": 20}, "rate_limit"),
        ({"rate_limit": {}}, "rate_limit"),
        ({"rate_limit": {"calls": 20}}, "rate_limit"),
        ({"rate_limit": {"calls": 20, "seconds": 60, "burst": 1}}, "rate_limit"),
        ({"rate_limit": {"calls": 0, "seconds": 60}}, "rate_limit.calls"),
        ({"rate_limit": {"calls": True, "seconds": 60}}, "rate_limit.calls"),
        ({"rate_limit": {"calls": 1.5, "seconds": 60}}, "rate_limit.calls"),
        ({"rate_limit": {"calls": 1, "seconds": 0}}, "rate_limit.seconds"),
        ({"rate_limit": {"calls": 1, "seconds": "60"}}, "rate_limit.seconds"),
        ({"rate_limit": {"calls": 1, "seconds": 10**400}}, "rate_limit.seconds"),
        ({"send_seconds": -1}, "send_seconds"),
        ({"send_seconds": None}, "send_seconds"),
        ({"send_seconds": False}, "send_seconds"),
        ({"send_seconds": float("nan")}, "send_seconds"),
        ({"send_seconds": float("inf")}, "send_seconds"),
        ({"mailboxes": "a@example.com"}, "mailboxes"),
        ({"mailboxes": ["a", 1]}, "mailboxes"),
        ({"mailboxes": [""]}, "mailboxes"),
        ({"clock": 60}, "clock"),
        ({"clock": {"set": 60}}, "clock"),
        ({"clock": {"advance": -1}}, "clock.advance"),
    ],
)
def test_an_unusable_setting_is_refused_by_name_and_changes_nothing(
    feishu_mail_sandbox: SandboxControl, settings: dict[str, Any], named: str
) -> None:
    with pytest.raises(SandboxRefusal, match=named):
        feishu_mail_sandbox.settings(**{"send_seconds": 0.1, "mailboxes": ["a"], **settings})
    assert feishu_mail_sandbox.settings() == DEFAULTS


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("drop_befor_accept", 'unknown script step "drop_befor_accept".*drop_before_accept.*1236006'),
        ("1236006", 'unknown script step "1236006".*as numbers'),
        (5, "code 5 is not in the document.*1236006"),
        (0, "code 0 is not in the document"),
        (True, "unknown script step true"),
        (1236006.0, "unknown script step 1236006.0"),
        (None, "unknown script step null"),
        ({"code": 1236006}, "unknown script step.*looks like"),
        ({"operation": "getDraft"}, "unknown script step.*looks like"),
        (
            {"operation": "listDrafts", "step": 1236006},
            '"listDrafts" is no .* on a draft; .*getDraft,.* sendDraft',
        ),
        ({"operation": ["getDraft"], "step": 1236006}, "is no operation on a draft"),
        ({"operation": "getDraft", "step": 1236014}, "code 1236014 is not in the document for getDraft"),
        ({"operation": "getDraft", "step": "automation_disabled"}, "unknown script step .* for getDraft"),
        ({"operation": "getDraft", "step": {"operation": "getDraft", "step": 1236006}}, "unknown script step"),
    ],
)
def test_an_unknown_step_is_refused_with_the_list_of_known_ones(
    feishu_mail_sandbox: SandboxControl, step: Any, message: str
) -> None:
    with pytest.raises(SandboxRefusal, match=message):
        feishu_mail_sandbox.create_draft("d", script=["html_502", step])
    feishu_mail_sandbox.create_draft("d")


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"{", 400, "not JSON"),
        (b"\xff", 400, "not JSON"),
        (b"[" * 100_000, 400, "not JSON"),
        (b"1" * 5000, 400, "not JSON"),
        (b"[]", 400, "must be a JSON object"),
        (b'{"scripts": []}', 400, "scripts"),
        (b'{"\\ud800": []}', 400, "unknown member"),
        (b'{"script": "html_502"}', 400, "script must be a list"),
        (b'{"draft_id": 5}', 400, "draft_id"),
        (b'{"draft_id": ""}', 400, "draft_id"),
        (b'{"draft_id": ".."}', 400, "draft_id"),
        (b'{"draft_id": "\\ud800"}', 400, "draft_id"),
        (b'{"user_mailbox_id": "."}', 400, "user_mailbox_id"),
        (b'{"draft_id": "code-1236006"}', 400, "answers its code"),
        (b'{"user_mailbox_id": "code-1234017"}', 400, "answers its code"),
        (b'{"draft_id": "taken"}', 409, "taken"),
        (b" " * (1024 * 1024 + 1), 413, "1 MiB"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_draft_that_cannot_be_made_is_refused_clearly(
    feishu_mail_sandbox: SandboxControl, client: httpx.Client, content: bytes, status: int, message: str
) -> None:
    feishu_mail_sandbox.create_draft("taken")
    answer = client.post("/_sandbox/drafts", content=content)
    assert answer.status_code == status
    assert message in answer.json()["error"]


@pytest.mark.parametrize(
    ("method", "name", "allowed"),
    [
        ("POST", "health", "GET"),
        ("GET", "reset", "POST"),
        ("GET", "drafts", "POST"),
        ("DELETE", "deliveries", "GET"),
        ("POST", "requests", "GET"),
        ("PUT", "settings", "POST"),
    ],
)
def test_a_wrong_method_is_told_the_right_one(client: httpx.Client, method: str, name: str, allowed: str) -> None:
    answer = client.request(method, f"/_sandbox/{name}")
    assert (answer.status_code, answer.headers["Allow"]) == (405, allowed)
    assert allowed in answer.json()["error"]


@pytest.mark.parametrize("path", ["/_sandbox", "/_sandbox/nothing", "/_sandbox/drafts/d"])
def test_an_unknown_control_path_is_told_the_known_ones(client: httpx.Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert "/_sandbox/health" in answer.json()["error"]


def test_requests_are_listed_in_order_of_arrival_without_the_control_plane(
    sandbox: SandboxControl, client: httpx.Client, send: Send
) -> None:
    sandbox.create_draft("a b")
    client.get("/nowhere?u-secret")
    send("a b")
    send("a b", token="u-expired")
    path = "/open-apis/mail/v1/user_mailboxes/me/drafts/a%20b/send"
    call = {"method": "POST", "path": path, "operation": "sendDraft", "user_mailbox_id": "me", "draft_id": "a b"}
    nowhere = {"method": "GET", "path": "/nowhere", "operation": None, "user_mailbox_id": None, "draft_id": None}
    assert sandbox.requests() == [
        {**nowhere, "status": 404, "code": None},
        {**call, "status": 200, "code": 0},
        {**call, "status": 401, "code": 99991677},
    ]


@pytest.mark.parametrize("token", ["u-SENTINEL", "t-SENTINEL", "SENTINEL", "eyJ-SENTINEL"])
def test_no_token_is_ever_shown(sandbox: SandboxControl, client: httpx.Client, send: Send, token: str) -> None:
    draft_id = sandbox.create_draft(script=[1236006])
    answers = [send(draft_id, token=token) for _ in range(3)]
    shown = [client.get(f"/_sandbox/{name}") for name in ("requests", "deliveries", "health")]
    assert not any("SENTINEL" in f"{answer.headers}{answer.text}" for answer in [*answers, *shown])


def test_no_token_is_logged_even_when_the_request_is_not_http(
    feishu_mail_sandbox: SandboxControl, caplog: pytest.LogCaptureFixture
) -> None:
    parts = urlsplit(feishu_mail_sandbox.base_url)
    with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
        connection.sendall(b"POST / HTTP/1.1\r\nAuthorization: Bearer u-SENTINEL\x00\r\n\r\n")
        assert connection.recv(65536).startswith(b"HTTP/1.0 400 ")
    assert "SENTINEL" not in caplog.text


def test_the_control_object_takes_only_an_address_it_can_use(feishu_mail_sandbox: SandboxControl) -> None:
    for unusable in ("127.0.0.1:8080", "https://127.0.0.1", "", "http://"):
        with pytest.raises(ValueError, match=r"looks like http://127\.0\.0\.1:8080"):
            SandboxControl(unusable)
    again = SandboxControl(feishu_mail_sandbox.base_url + "/")
    assert again.base_url == feishu_mail_sandbox.base_url
    assert again.base_url in repr(again)


def test_the_control_object_ignores_proxies(
    feishu_mail_sandbox: SandboxControl, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert feishu_mail_sandbox.deliveries() == []
