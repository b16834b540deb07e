"""Every fault: what the client sees, whether the mail went out, and what the draft answers from then on."""

import socket
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import httpx
import pytest

from feishu_mail_sandbox import SandboxControl, running_sandbox
from feishu_mail_sandbox.document import load_document
from feishu_mail_sandbox.faults import FAULTS, UNDOCUMENTED_CODE

Send = Callable[..., httpx.Response]


def received(base_url: str, draft_id: str, seconds: float = 5) -> bytes:
    """Returns every byte that a send is answered with, until the connection ends or the time is over."""
    parts = urlsplit(base_url)
    with socket.create_connection((parts.hostname, parts.port), timeout=seconds) as connection:
        connection.sendall(
            f"POST /open-apis/mail/v1/user_mailboxes/me/drafts/{draft_id}/send HTTP/1.1\r\n"
            "Host: sandbox\r\nAuthorization: Bearer u-test\r\nConnection: close\r\n\r\n".encode()
        )
        content = b""
        try:
            while chunk := connection.recv(65536):
                content += chunk
        except ConnectionResetError:
            content += b"(reset)"
        except TimeoutError:
            content += b"(silence)"
        return content


NOTHING = (None, None, None)
HTML = "text/html; charset=utf-8"
ENVELOPE = "application/json; charset=utf-8"

# step: status and content type; code in the requests log; mails that went out; code of the next attempt
TABLE = {
    "drop_before_accept": (NOTHING, 0, 0),
    "drop_after_accept": (NOTHING, 1, 1236005),
    "stall_after_accept": (NOTHING, 1, 1236005),
    "vanish_after_accept": (NOTHING, 1, 1234050),
    "html_502": ((502, HTML, None), 0, 0),
    "status_520": ((520, HTML, None), 0, 0),
    "empty_body": ((200, ENVELOPE, None), 1, 1236005),
    "truncated_body": ((200, ENVELOPE, None), 1, 1236005),
    "not_json": ((200, ENVELOPE, None), 1, 1236005),
    "automation_disabled": ((200, ENVELOPE, 0), 0, 0),
    "json_without_code": ((200, ENVELOPE, None), 0, 0),
    "undocumented_code": ((400, ENVELOPE, UNDOCUMENTED_CODE), 0, 0),
    "unknown_members": ((200, ENVELOPE, 0), 1, 1236005),
}


def test_the_table_is_complete() -> None:
    assert TABLE.keys() == FAULTS.keys()


@pytest.mark.parametrize("step", TABLE)
def test_what_went_out_and_what_comes_next(sandbox: SandboxControl, send: Send, step: str) -> None:
    (status, content_type, code), deliveries, next_code = TABLE[step]
    draft_id = sandbox.create_draft(script=[step])
    content = received(sandbox.base_url, draft_id, 0.3 if step == "stall_after_accept" else 5)
    if status is None:
        assert content in (b"", b"(reset)", b"(silence)")
        assert (content == b"(silence)") is (step == "stall_after_accept")
    else:
        assert content.startswith(f"HTTP/1.1 {status} ".encode())
        assert f"\r\nContent-Type: {content_type}\r\n".encode() in content
    assert len(sandbox.deliveries()) == deliveries
    assert [(request["status"], request["code"]) for request in sandbox.requests()] == [(status, code)]
    assert send(draft_id).json()["code"] == next_code
    assert len(sandbox.deliveries()) == 1


def test_an_empty_body_is_empty(sandbox: SandboxControl, send: Send) -> None:
    assert send(sandbox.create_draft(script=["empty_body"])).content == b""


def test_a_truncated_body_is_half_of_what_was_announced(sandbox: SandboxControl) -> None:
    head, _, body = received(sandbox.base_url, sandbox.create_draft(script=["truncated_body"])).partition(b"\r\n\r\n")
    announced = next(line for line in head.decode().split("\r\n") if line.startswith("Content-Length: "))
    assert body.startswith(b'{"code": 0')
    assert len(body) == int(announced.removeprefix("Content-Length: ")) // 2


def test_a_body_that_is_not_json_claims_to_be(sandbox: SandboxControl, send: Send) -> None:
    answer = send(sandbox.create_draft(script=["not_json"]))
    with pytest.raises(ValueError, match="Expecting value"):
        answer.json()
    assert "X-Tt-Logid" in answer.headers


def test_automation_disabled_is_a_success_that_sent_nothing(sandbox: SandboxControl, send: Send) -> None:
    data = send(sandbox.create_draft(script=["automation_disabled"])).json()["data"]
    assert data["automation_send_disable"].keys() == {"reason", "reference"}
    assert "message_id" not in data


def test_the_undocumented_code_is_not_in_the_document() -> None:
    assert UNDOCUMENTED_CODE not in load_document().operations["sendDraft"].errors


def test_unknown_members_stand_beside_the_known_ones(sandbox: SandboxControl, send: Send) -> None:
    answer = send(sandbox.create_draft(script=["unknown_members"])).json()
    (mail,) = sandbox.deliveries()
    assert answer.keys() == {"code", "msg", "data", "added_later"}
    assert answer["data"].keys() == {"message_id", "thread_id", "added_later"}
    assert answer["data"]["message_id"] == mail["message_id"]


def test_a_draft_that_vanished_is_gone_with_its_script_and_its_id_stays_taken(
    sandbox: SandboxControl, send: Send
) -> None:
    draft_id = sandbox.create_draft(script=["vanish_after_accept", "html_502"])
    received(sandbox.base_url, draft_id)
    assert [send(draft_id).json()["code"] for _ in range(2)] == [1234050] * 2
    assert len(sandbox.deliveries()) == 1
    with pytest.raises(ValueError, match="there is, or was, a draft"):
        sandbox.create_draft(draft_id)


def test_a_draft_that_went_out_before_can_vanish_too(sandbox: SandboxControl, send: Send) -> None:
    draft_id = sandbox.create_draft(script=["empty_body", "vanish_after_accept"])
    assert send(draft_id).content == b""
    assert received(sandbox.base_url, draft_id) in (b"", b"(reset)")
    assert send(draft_id).json()["code"] == 1234050
    assert len(sandbox.deliveries()) == 1


def test_a_fault_waits_its_turn_like_any_send(sandbox: SandboxControl, send: Send) -> None:
    parts = urlsplit(sandbox.base_url)
    slow, faulty = sandbox.create_draft(), sandbox.create_draft(script=["drop_after_accept"])
    sandbox.settings(send_seconds=30)
    with socket.create_connection((parts.hostname, parts.port)) as connection:
        connection.sendall(
            f"POST /open-apis/mail/v1/user_mailboxes/me/drafts/{slow}/send HTTP/1.1\r\n"
            "Host: sandbox\r\nAuthorization: Bearer u-test\r\n\r\n".encode()
        )
        while not sandbox.requests():
            time.sleep(0.01)
        assert send(faulty).json()["code"] == 1236006
    assert sandbox.deliveries() == []


def test_a_stalled_answer_does_not_hold_up_the_mailbox_or_the_end_of_the_sandbox() -> None:
    with running_sandbox() as control:
        parts = urlsplit(control.base_url)
        stalled = control.create_draft(script=["stall_after_accept"])
        with socket.create_connection((parts.hostname, parts.port), timeout=5) as connection:
            connection.sendall(
                f"POST /open-apis/mail/v1/user_mailboxes/me/drafts/{stalled}/send HTTP/1.1\r\n"
                "Host: sandbox\r\nAuthorization: Bearer u-test\r\n\r\n".encode()
            )
            while not control.deliveries():
                time.sleep(0.01)
            assert b'"code": 0' in received(control.base_url, control.create_draft())
            began = time.monotonic()
            # Leaving the block below while the answer is open must not wait for it.
            connection_of_the_stalled_answer = connection.dup()
    with connection_of_the_stalled_answer as connection:
        assert connection.recv(1) == b""
    assert time.monotonic() - began < 2
