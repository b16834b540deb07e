"""The server of the measurements answers as the service does, and refuses what is no call of it."""

import socket
from collections.abc import Generator
from urllib.parse import urlsplit

import httpx
import pytest

from bench.measuring import serving

DRAFT = "/open-apis/mail/v1/user_mailboxes/me/drafts/d1"
SEND = DRAFT + "/send"
HEADERS = {"Authorization": "Bearer u-bench"}
REQUEST = f"POST {SEND} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer u-bench\r\nContent-Length: 2\r\n\r\n".encode()


@pytest.fixture
def server() -> Generator[str]:
    with serving() as url:
        yield url


def test_a_draft_is_sent_and_shown(server: str) -> None:
    sent, shown = httpx.post(server + SEND, headers=HEADERS), httpx.get(server + DRAFT, headers=HEADERS)

    assert sent.json()["data"]["message_id"]
    assert shown.json()["data"]["draft"]["message"]["subject"]


def test_a_call_without_a_token_is_refused(server: str) -> None:
    assert httpx.post(server + SEND).json()["code"] == 99991661


@pytest.mark.parametrize(("method", "path"), [("GET", SEND), ("POST", DRAFT), ("POST", "/"), ("POST", SEND + "/more")])
def test_what_is_no_operation_is_not_found(server: str, method: str, path: str) -> None:
    assert httpx.request(method, server + path, headers=HEADERS).status_code == 404


def test_a_connection_is_kept_until_the_client_wants_it_closed(server: str) -> None:
    """Requests may come in pieces or together."""
    parts = urlsplit(server)
    with socket.create_connection((parts.hostname, parts.port or 0), timeout=10) as connection:
        connection.sendall(REQUEST[:20])
        connection.sendall(REQUEST[20:])
        connection.sendall(b"{}" + REQUEST + b"{}" + REQUEST.replace(b"Host", b"Connection: close\r\nHost") + b"{}")
        received = b"".join(iter(lambda: connection.recv(65536), b""))

    assert received.count(b"HTTP/1.1 200 OK") == 3
    assert received.count(b"Connection: close") == 1
