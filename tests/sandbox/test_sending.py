"""Sending: which drafts go out, once, and what every other call is told."""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feishu_mail_sandbox import SandboxControl

Send = Callable[..., httpx.Response]


def codes(answers: list[httpx.Response]) -> list[tuple[int, int]]:
    return [(answer.status_code, answer.json()["code"]) for answer in answers]


def test_a_draft_goes_out_once_and_the_ledger_says_so(sandbox: SandboxControl, send: Send) -> None:
    draft_id = sandbox.create_draft()
    answers = [send(draft_id) for _ in range(3)]
    assert codes(answers) == [(200, 0), (409, 1236005), (409, 1236005)]
    body = answers[0].json()
    assert body == {"code": 0, "msg": "success", "data": body["data"]}
    assert body["data"].keys() == {"message_id", "thread_id"}
    assert all(re.fullmatch("[0-9a-f]{16}", identifier) for identifier in body["data"].values())
    assert sandbox.deliveries() == [{"draft_id": draft_id, "user_mailbox_id": "me", **body["data"]}]


def test_every_mail_has_ids_of_its_own(sandbox: SandboxControl, send: Send) -> None:
    sent = [send(sandbox.create_draft()).json()["data"] for _ in range(20)]
    assert len({data["message_id"] for data in sent}) == len({data["thread_id"] for data in sent}) == 20


def test_a_mailbox_exists_once_it_has_a_draft_or_is_named(sandbox: SandboxControl, send: Send) -> None:
    assert codes([send("d", "a@example.com"), send("code-1236014", "a@example.com")]) == [(404, 1234013)] * 2
    sandbox.settings(mailboxes=["a@example.com"])
    assert codes([send("d", "a@example.com"), send("code-1236014", "a@example.com")]) == [
        (404, 1234050),
        (400, 1236014),
    ]
    sandbox.create_draft("d", user_mailbox_id="b@example.com")
    assert codes([send("d", "b@example.com")]) == [(200, 0)]
    assert codes([send("d", "B@example.com")]) == [(404, 1234013)]


def test_a_draft_is_in_one_mailbox_only(sandbox: SandboxControl, send: Send) -> None:
    sandbox.create_draft("d", user_mailbox_id="a@example.com", script=[1236006])
    assert codes([send("d"), send("d", "a@example.com")]) == [(404, 1234050), (429, 1236006)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    draft_id=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
    mailbox=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
)
@example(draft_id='a/b?c#d%2Fe f+g&h=i;j\\k|l"m<n>o', mailbox="草稿@例子.中国")
@example(draft_id="100%", mailbox="\x00\r\n\x7f")
@example(draft_id="...", mailbox="~")
def test_ids_arrive_as_they_are(sandbox: SandboxControl, send: Send, draft_id: str, mailbox: str) -> None:
    if {draft_id, mailbox} & {".", ".."}:
        return
    sandbox.reset()
    sandbox.create_draft(draft_id, user_mailbox_id=mailbox)
    assert codes([send(draft_id, mailbox)]) == [(200, 0)]
    delivery, request = sandbox.deliveries()[0], sandbox.requests()[0]
    assert (delivery["draft_id"], delivery["user_mailbox_id"]) == (draft_id, mailbox)
    assert (request["draft_id"], request["user_mailbox_id"]) == (draft_id, mailbox)


def test_a_script_is_consumed_one_step_per_attempt_and_then_the_draft_is_normal(
    sandbox: SandboxControl, send: Send
) -> None:
    draft_id = sandbox.create_draft(script=[1236006, 99991668, 1236019])
    assert codes([send(draft_id) for _ in range(5)]) == [
        (429, 1236006),
        (400, 99991668),
        (500, 1236019),
        (200, 0),
        (409, 1236005),
    ]


def test_steps_that_remain_are_played_after_the_mail_went_out(sandbox: SandboxControl, send: Send) -> None:
    draft_id = sandbox.create_draft(script=["empty_body", 1236019, "not_json", "truncated_body", "automation_disabled"])
    assert (send(draft_id).content, send(draft_id).status_code, send(draft_id).text) == (b"", 500, "not JSON")
    with pytest.raises(httpx.RemoteProtocolError):
        send(draft_id)
    assert "automation_send_disable" in send(draft_id).json()["data"]
    assert codes([send(draft_id)]) == [(409, 1236005)]
    assert len(sandbox.deliveries()) == 1


def test_one_send_at_a_time_in_a_mailbox(sandbox: SandboxControl, send: Send) -> None:
    drafts = [sandbox.create_draft() for _ in range(4)]
    elsewhere = sandbox.create_draft(user_mailbox_id="a@example.com")
    sandbox.settings(send_seconds=0.4)
    with ThreadPoolExecutor(5) as threads:
        other = threads.submit(send, elsewhere, "a@example.com")
        answers = list(threads.map(send, drafts))
        assert codes([other.result()]) == [(200, 0)]
    assert sorted(codes(answers)) == [(200, 0), *[(429, 1236006)] * 3]
    assert len(sandbox.deliveries()) == 2
    sandbox.settings(send_seconds=0)
    assert sorted(codes([send(draft_id) for draft_id in drafts])) == [*[(200, 0)] * 3, (409, 1236005)]


def test_a_draft_sent_twice_at_once_goes_out_once(sandbox: SandboxControl, send: Send) -> None:
    draft_id = sandbox.create_draft()
    sandbox.settings(send_seconds=0.3)
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, [draft_id] * 4))
    assert sorted(codes(answers)) == [(200, 0), *[(429, 1236006)] * 3]
    assert len(sandbox.deliveries()) == 1


def test_a_client_that_hangs_up_does_not_stop_a_send_that_began(sandbox: SandboxControl, client: httpx.Client) -> None:
    draft_id = sandbox.create_draft()
    sandbox.settings(send_seconds=0.3)
    with pytest.raises(httpx.ReadTimeout):
        client.post(
            f"/open-apis/mail/v1/user_mailboxes/me/drafts/{draft_id}/send",
            headers={"Authorization": "Bearer u-test"},
            timeout=0.1,
        )
    deadline = time.monotonic() + 5
    while not sandbox.deliveries() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert len(sandbox.deliveries()) == 1
    assert sandbox.requests()[0]["status"] is None


@pytest.mark.parametrize("content", [b'{"send_time": "1720000000"}', b' {"a": 1, "send_time": 1720000000}'])
def test_scheduled_sending_is_refused_rather_than_sent_at_once(
    sandbox: SandboxControl, send: Send, content: bytes
) -> None:
    draft_id = sandbox.create_draft(script=[1236006])
    answer = send(draft_id, content=content)
    assert (answer.status_code, answer.headers["Content-Type"]) == (501, "text/plain; charset=utf-8")
    assert "send_time" in answer.text
    assert sandbox.deliveries() == []
    assert codes([send(draft_id)]) == [(429, 1236006)]


@pytest.mark.parametrize(
    "content",
    [None, b"", b"{}", b'{"send_time": ""}', b'{"send_time": null}', b"[]", b"not JSON", b"\xff", b"[" * 100_000],
    ids=lambda content: repr(content)[:30],
)
def test_any_other_body_is_ignored(sandbox: SandboxControl, send: Send, content: bytes | None) -> None:
    assert codes([send(sandbox.create_draft(), content=content)]) == [(200, 0)]


def test_a_body_is_not_decompressed(sandbox: SandboxControl, client: httpx.Client) -> None:
    answer = client.post(
        f"/open-apis/mail/v1/user_mailboxes/me/drafts/{sandbox.create_draft()}/send",
        headers={"Authorization": "Bearer u-test", "Content-Encoding": "gzip"},
        content=b"not gzip",
    )
    assert codes([answer]) == [(200, 0)]


def test_a_body_over_the_limit_is_refused(sandbox: SandboxControl, send: Send) -> None:
    assert send(sandbox.create_draft(), content=b" " * (1024 * 1024 + 1)).status_code == 413
    assert sandbox.deliveries() == []
