"""One write, one connection: an answer can only answer the request that was sent for it. Reads share connections."""

import gc
import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import anyio
import httpx
import pytest

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, OutcomeUnknown, RetryPolicy, SentDraft
from feishu_mail_sandbox.control import SandboxControl

ONCE = RetryPolicy(max_attempts=1)
SENT = b'{"code":0,"msg":"success","data":{"message_id":"m"}}'
REFUSED = b'{"code":1236014,"msg":"content risk"}'


def framed(status: str, body: bytes, *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", *headers, "", ""])
    return head.encode() + body


def whole(status: str, body: bytes) -> bytes:
    return framed(status, body, f"Content-Length: {len(body)}", "Connection: keep-alive")


WRONGLY_FRAMED = {
    "an answer doubled": whole("400 Bad Request", REFUSED) + whole("200 OK", SENT),
    "a body after a 204": framed("204 No Content", whole("200 OK", SENT)),
    "a body after a 304": framed("304 Not Modified", whole("200 OK", SENT)),
    "a length too short": framed("400 Bad Request", REFUSED + whole("200 OK", SENT), f"Content-Length: {len(REFUSED)}"),
    "a length of nothing": framed("500 Error", whole("200 OK", SENT), "Content-Length: 0"),
    "something after the last chunk": framed(
        "400 Bad Request", b"0\r\n\r\n" + whole("200 OK", SENT), "Transfer-Encoding: chunked"
    ),
}


class KeepingServer:
    """Answers the first request on each connection with some bytes, and keeps connections open for more."""

    def __init__(self, first: bytes, then: bytes) -> None:
        self.connections = 0
        self._answers = [first]
        self._then = then
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.base_url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=[connection], daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            connection.settimeout(5)
            received = b""
            try:
                while chunk := connection.recv(65536):
                    received += chunk
                    if b"\r\n\r\n" in received:
                        received = b""
                        connection.sendall(self._answers.pop() if self._answers else self._then)
            except OSError:
                return

    def close(self) -> None:
        self._listener.close()


@contextmanager
def keeping(first: bytes, then: bytes) -> Iterator[KeepingServer]:
    server = KeepingServer(first, then)
    try:
        yield server
    finally:
        server.close()


def sent_one_after_the_other(way: str, base_url: str) -> list[SentDraft | FeishuMailError]:
    """Sends two drafts through one client, and returns what came of each."""

    def outcome(send: Callable[[], SentDraft]) -> SentDraft | FeishuMailError:
        try:
            return send()
        except FeishuMailError as error:
            return error

    async def send_both() -> list[SentDraft | FeishuMailError]:
        results: list[SentDraft | FeishuMailError] = []
        async with (
            httpx.AsyncClient() as http_client,
            AsyncFeishuMail(access_token="u-x", base_url=base_url, retry=ONCE) as mail,
        ):
            for draft_id in ("first", "second"):
                try:
                    results.append(await mail.drafts.send(draft_id, http_client=http_client if "own" in way else None))
                except FeishuMailError as error:
                    results.append(error)
        return results

    if "async" in way:
        return anyio.run(send_both)
    with (
        httpx.Client() if "own" in way else nullcontext() as http_client,
        FeishuMail(access_token="u-x", base_url=base_url, retry=ONCE, http_client=http_client) as mail,
    ):
        return [outcome(lambda: mail.drafts.send("first")), outcome(lambda: mail.drafts.send("second"))]


@pytest.mark.parametrize("way", ["sync", "async", "own client", "own async client"])
@pytest.mark.parametrize("answer", WRONGLY_FRAMED)
def test_what_is_left_of_an_answer_is_not_the_next_drafts(answer: str, way: str) -> None:
    with keeping(WRONGLY_FRAMED[answer], whole("400 Bad Request", REFUSED)) as server:
        _, second = sent_one_after_the_other(way, server.base_url)

    assert isinstance(second, FeishuMailError)
    assert (second.outcome, second.code) == ("not_done", 1236014)
    assert server.connections == 2


@pytest.mark.parametrize("way", ["sync", "async", "own client", "own async client"])
def test_a_refusal_left_behind_does_not_hide_that_a_mail_is_out(way: str) -> None:
    first = whole("200 OK", SENT) + whole("400 Bad Request", REFUSED)
    with keeping(first, whole("200 OK", SENT)) as server:
        results = sent_one_after_the_other(way, server.base_url)
    assert all(isinstance(result, SentDraft) for result in results)


def test_a_write_does_not_use_what_a_read_left_open(feishu_mail_sandbox: SandboxControl) -> None:
    body = b'{"code":0,"data":{"draft":{"id":"d"}}}'
    with (
        keeping(whole("200 OK", body) + whole("200 OK", SENT), whole("400 Bad Request", REFUSED)) as server,
        FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail,
    ):
        assert mail.drafts.get("d").id == "d"
        with pytest.raises(FeishuMailError, match="1236014"):
            mail.drafts.send("d")
    assert server.connections == 2


@pytest.mark.parametrize("is_async", [False, True])
def test_what_is_left_of_a_read_is_not_the_next_ones(is_async: bool) -> None:
    first, second = (
        whole("200 OK", b'{"code":0,"data":{"draft":{"id":"%s"}}}' % name) for name in (b"first", b"second")
    )

    async def read() -> list[object]:
        async with AsyncFeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail:
            return [(await mail.drafts.get("first")).id, (await mail.drafts.get("second")).id]

    with keeping(first + first, second) as server:
        if is_async:
            ids = anyio.run(read)
        else:
            with FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail:
                ids = [mail.drafts.get("first").id, mail.drafts.get("second").id]
    assert (ids, server.connections) == (["first", "second"], 2)


def test_reads_share_connections() -> None:
    body = whole("200 OK", b'{"code":0,"data":{"draft":{"id":"d"}}}')
    with (
        keeping(body, body) as server,
        FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail,
    ):
        for _ in range(5):
            mail.drafts.get("d")
        assert server.connections == 1


def test_a_write_leaves_no_socket_behind(feishu_mail_sandbox: SandboxControl) -> None:
    """The sandbox runs in this process, too, and closes its side a moment later."""
    feishu_mail_sandbox.settings(rate_limit=None)
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
        before = open_files()
        for script in (["drop_after_accept"], ["html_502"], ["truncated_body"], []) * 5:
            try:
                mail.drafts.send(feishu_mail_sandbox.create_draft(script=script))
            except OutcomeUnknown:
                continue
        deadline = time.monotonic() + 10
        while open_files() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert open_files() <= before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork_each_process_reads_its_own_answers(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(40)]
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
        mail.drafts.get(drafts[0])
        child = os.fork()
        half = drafts[::2] if child else drafts[1::2]
        is_right = all(mail.drafts.get(draft_id).id == draft_id and mail.drafts.send(draft_id) for draft_id in half)
        if not child:
            os._exit(0 if is_right else 1)
        assert is_right
        assert os.waitpid(child, 0)[1] == 0
    assert len(feishu_mail_sandbox.deliveries()) == len(drafts)


# A loop that is over leaves its connections to the garbage collector.
@pytest.mark.filterwarnings("ignore:unclosed:ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_client_serves_several_event_loops(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    mail = AsyncFeishuMail(access_token=lambda: "u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE)
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(6)]

    async def get_and_send(draft_id: str) -> None:
        await mail.drafts.get(draft_id)
        await mail.drafts.send(draft_id)

    for draft_id, backend in zip(drafts, ["asyncio", "trio"] * 3, strict=True):
        anyio.run(get_and_send, draft_id, backend=backend)
    anyio.run(mail.aclose)
    gc.collect()
    assert len(feishu_mail_sandbox.deliveries()) == len(drafts)


def test_two_event_loops_at_once_do_not_wait_for_each_other(feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    policy = RetryPolicy(max_attempts=50, initial_backoff=0.01, jitter=0.01)
    mail = AsyncFeishuMail(access_token=lambda: "u-x", base_url=feishu_mail_sandbox.base_url, retry=policy)
    drafts = [feishu_mail_sandbox.create_draft() for _ in range(20)]

    async def send_all(mine: list[str]) -> None:
        async with anyio.create_task_group() as tasks:
            for draft_id in mine:
                tasks.start_soon(mail.drafts.send, draft_id)

    threads = [threading.Thread(target=anyio.run, args=[send_all, mine]) for mine in (drafts[::2], drafts[1::2])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert len(feishu_mail_sandbox.deliveries()) == len(drafts)
