"""A sandbox that runs for days beside a browser: no web page can steer it, and nothing in it grows without bound."""

import http.client
import json
import socket
from urllib.parse import urlsplit

import pytest

from feishu_mail_sandbox.control import SandboxControl, SandboxRefusal
from feishu_mail_sandbox.state import MOST_REQUESTS


def control(sandbox: SandboxControl, method: str, name: str, **headers: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=10)
    try:
        connection.request(method, f"/_sandbox/{name}", headers=headers)
        answer = connection.getresponse()
        assert "error" in json.loads(answer.read()) or answer.status == 200
        return answer.status
    finally:
        connection.close()


@pytest.mark.parametrize(("method", "name"), [("POST", "reset"), ("GET", "deliveries"), ("GET", "requests")])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "evil.example:80"},
        {"Host": "127.0.0.1.evil.example"},
    ],
    ids=str,
)
def test_another_sites_page_can_neither_steer_it_nor_look_into_it(
    headers: dict[str, str], method: str, name: str, feishu_mail_sandbox: SandboxControl
) -> None:
    """By its own address, or under a name of its own that leads to this machine."""
    feishu_mail_sandbox.create_draft("d1")
    assert control(feishu_mail_sandbox, method, name, **headers) == 403
    with pytest.raises(SandboxRefusal):
        feishu_mail_sandbox.create_draft("d1")


def test_its_own_page_and_every_program_can(feishu_mail_sandbox: SandboxControl) -> None:
    port = urlsplit(feishu_mail_sandbox.base_url).port
    assert control(feishu_mail_sandbox, "POST", "reset") == 200
    assert control(feishu_mail_sandbox, "POST", "reset", Origin=feishu_mail_sandbox.base_url) == 200
    own = {"Host": f"localhost:{port}", "Origin": f"http://localhost:{port}"}
    assert control(feishu_mail_sandbox, "POST", "reset", **own) == 200


def test_its_clock_says_where_its_end_is_and_goes_on(feishu_mail_sandbox: SandboxControl) -> None:
    for _ in range(100):
        feishu_mail_sandbox.settings(clock={"advance": 1e9})
    with pytest.raises(SandboxRefusal, match=r"clock\.advance"):
        feishu_mail_sandbox.settings(clock={"advance": 1e9})
    feishu_mail_sandbox.create_draft("d1")
    feishu_mail_sandbox.settings(clock={"advance": 0})


def test_a_client_that_asks_whether_to_go_on_is_answered(feishu_mail_sandbox: SandboxControl) -> None:
    draft_id = feishu_mail_sandbox.create_draft()
    address = urlsplit(feishu_mail_sandbox.base_url)
    with socket.create_connection((address.hostname, address.port), timeout=10) as connection:
        connection.sendall(
            f"POST /open-apis/mail/v1/user_mailboxes/me/drafts/{draft_id}/send HTTP/1.1\r\nHost: {address.netloc}\r\n"
            "Authorization: Bearer u-x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n".encode()
        )
        assert connection.recv(1000).startswith(b"HTTP/1.1 100 Continue\r\n")
        connection.sendall(b"{}")
        assert connection.recv(1000).startswith(b"HTTP/1.1 200 ")
    assert len(feishu_mail_sandbox.deliveries()) == 1


def test_the_log_of_requests_keeps_the_newest(feishu_mail_sandbox: SandboxControl) -> None:
    assert MOST_REQUESTS >= 100_000, "a test counts what it made"
