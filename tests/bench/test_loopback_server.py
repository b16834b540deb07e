"""The server of the measurements answers as the service does when a draft goes out, and refuses what is no send."""

import json
import socket
import subprocess
import sys
from urllib.parse import urlsplit

import httpx

from feishu_mail import classify_answer, read_answer
from tests.bench.conftest import ROOT

PATH = "/open-apis/mail/v1/user_mailboxes/me/drafts/d1/send"
HEADERS = {"Authorization": "Bearer u-bench"}
REQUEST = f"POST {PATH} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer u-bench\r\nContent-Length: 2\r\n\r\n".encode()


def test_a_draft_is_sent(server: str) -> None:
    answer = httpx.post(server + PATH, headers=HEADERS, trust_env=False)

    assert answer.status_code == 200
    assert answer.json()["data"]["message_id"]
    assert classify_answer(read_answer(answer.status_code, answer.headers, answer.content)) is None
    assert answer.headers["X-Tt-Logid"]


def test_the_connection_is_kept(server: str) -> None:
    with httpx.Client(trust_env=False) as client:
        ports = {_local_port(client.post(server + PATH, headers=HEADERS)) for _ in range(3)}

    assert len(ports) == 1


def _local_port(answer: httpx.Response) -> int:
    port: int = answer.extensions["network_stream"].get_extra_info("client_addr")[1]
    return port


def test_a_call_without_a_token_is_refused(server: str) -> None:
    answer = httpx.post(server + PATH, trust_env=False)

    assert (answer.status_code, answer.json()["code"]) == (400, 99991661)


def test_what_is_no_send_is_not_found(server: str) -> None:
    for method, path in (("GET", PATH), ("POST", "/"), ("POST", PATH + "/more")):
        assert httpx.request(method, server + path, headers=HEADERS, trust_env=False).status_code == 404


def test_requests_may_come_in_pieces_or_together(server: str) -> None:
    with _connected(server) as connection:
        connection.sendall(REQUEST[:20])
        connection.sendall(REQUEST[20:])
        connection.sendall(b"{}" + REQUEST + b"{}" + REQUEST.replace(b"Host", b"Connection: close\r\nHost") + b"{}")
        received = b"".join(iter(lambda: connection.recv(65536), b""))

    assert received.count(b"HTTP/1.1 200 OK") == 3
    assert json.loads(received.rpartition(b"\r\n\r\n")[2])["code"] == 0


def _connected(base_url: str) -> socket.socket:
    parts = urlsplit(base_url)
    return socket.create_connection((parts.hostname, parts.port or 0), timeout=10)


def test_it_ends_with_whoever_started_it() -> None:
    command = [sys.executable, "-I", str(ROOT / "bench" / "loopback_server.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        assert process.stdout.readline().startswith(b"http://127.0.0.1:")
        process.stdin.close()
        assert process.wait(timeout=10) == 0
