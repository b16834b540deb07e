"""A sandbox that runs for days beside a browser: no web page can steer it, and nothing in it grows without bound."""

import http.client
import json
import socket
from random import Random
from urllib.parse import urlsplit

import pytest

from feishu_mail_sandbox.control import SandboxControl, SandboxRefusal
from feishu_mail_sandbox.state import LONGEST_LOGGED, MOST_REQUESTS
from tests.attacks.hostile_requests import FROM_ELSEWHERE
from tests.attacks.sandbox import visit
from tests.sandbox.conftest import SendRaw


def control(sandbox: SandboxControl, method: str, name: str, **headers: str) -> int:
    connection = http.client.HTTPConnection(urlsplit(sandbox.base_url).netloc, timeout=10)
    try:
        connection.request(method, f"/_sandbox/{name}", headers=headers)
        answer = connection.getresponse()
        assert "error" in json.loads(answer.read()) or answer.status == 200
        return answer.status
    finally:
        connection.close()


def test_no_page_of_another_site_steers_it_and_no_request_breaks_it() -> None:
    """`make attacks` tries many more."""
    tally = visit(300, Random(1))
    assert tally.violations == []
    assert tally.calls > len(FROM_ELSEWHERE)


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


def test_the_log_of_requests_keeps_the_newest_and_no_more_of_each_than_helps(
    feishu_mail_sandbox: SandboxControl, send_raw: SendRaw
) -> None:
    assert MOST_REQUESTS >= 100_000, "a test counts what it made"
    assert send_raw("GET", "/" + "a" * 5_000)[0] == 404
    assert [len(request["path"]) for request in feishu_mail_sandbox.requests()] == [LONGEST_LOGGED]
