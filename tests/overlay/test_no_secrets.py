"""A token and a mailbox address never come out again: not in a repr, an error, a log, a traceback or a pickle."""

import asyncio
import logging
import pickle
import traceback
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy, ServiceUnavailableError
from feishu_mail_sandbox.control import SandboxControl
from tests.overlay.conftest import Outcomes
from tests.overlay.one_answer_server import answering

TOKEN = "u-SENTINEL7f1bcd13"
MAILBOX = "private.person@example.com"
SECRETS = (TOKEN, "SENTINEL", MAILBOX, "private.person", "private.person%40example.com")


def assert_clean(text: str) -> None:
    for secret in SECRETS:
        assert secret not in text


def everything_about(error: BaseException) -> str:
    """The error as a debugger, an error reporter or a log could show it, with the local variables of our frames."""
    said: list[str] = []
    chain: BaseException | None = error
    while chain is not None:
        said += [repr(chain), str(chain), repr(vars(chain)), repr(chain.args)]
        chain = chain.__cause__ or chain.__context__
    said += traceback.format_exception(error)
    for capture in traceback.TracebackException.from_exception(error, capture_locals=True).format():
        said.append(capture)
    if isinstance(error, FeishuMailError):
        said.append(pickle.dumps(error).decode("latin-1"))
    return "\n".join(said)


def outcome_in_a_clean_frame(outcome_of: Outcomes, draft_id: str, base_url: str, **options: Any) -> Any:
    """Sends so that no frame of the test itself holds the secrets: the token comes from a callable, as in services."""
    return outcome_of(draft_id, base_url=base_url, access_token=lambda: TOKEN, **options)


FAULTS = [
    "drop_after_accept",
    "stall_after_accept",
    "html_502",
    "truncated_body",
    "not_json",
    1236014,
    99991677,
    99991672,
]


@pytest.mark.parametrize("fault", FAULTS)
def test_nothing_that_is_said_about_a_failure_holds_a_secret(
    fault: int | str,
    outcome_of: Outcomes,
    feishu_mail_sandbox: SandboxControl,
    waits: list[float],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    draft_id = feishu_mail_sandbox.create_draft(user_mailbox_id=MAILBOX, script=[fault] * 5)

    error = outcome_in_a_clean_frame(
        outcome_of, draft_id, feishu_mail_sandbox.base_url, user_mailbox_id=MAILBOX, timeout=0.1
    )

    if isinstance(error, FeishuMailError):
        for said in (
            repr(error),
            str(error),
            repr(vars(error)),
            repr(error.args),
            pickle.dumps(error).decode("latin-1"),
        ):
            assert_clean(said)
        assert TOKEN not in everything_about(error)
    records = [record for record in caplog.records if not record.name.startswith("asyncio")]
    assert any(record.name == "feishu_mail" for record in records)
    for record in records:
        assert_clean(record.getMessage())
        assert_clean(repr(vars(record)))
    assert TOKEN not in repr(feishu_mail_sandbox.requests())


def test_over_our_own_connections_nothing_logs_the_address_or_the_draft(
    outcome_of: Outcomes, feishu_mail_sandbox: SandboxControl, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    draft_id = feishu_mail_sandbox.create_draft(user_mailbox_id=MAILBOX)

    outcome_in_a_clean_frame(outcome_of, draft_id, feishu_mail_sandbox.base_url, user_mailbox_id=MAILBOX)

    messages = [record.getMessage() for record in caplog.records]
    assert any(record.name.startswith("httpcore") for record in caplog.records), "this test must see what it logs"
    for message in messages:
        assert_clean(message)
        assert draft_id not in message


def test_through_a_callers_client_httpx_logs_the_real_url_as_for_anybody(
    feishu_mail_sandbox: SandboxControl, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "httpx")
    draft_id = feishu_mail_sandbox.create_draft()
    with (
        httpx.Client() as http_client,
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, http_client=http_client) as mail,
    ):
        mail.drafts.send(draft_id)
    assert f"/drafts/{draft_id}/send" in caplog.text


def test_beside_ours_other_threads_hear_all_of_httpcore(caplog: pytest.LogCaptureFixture) -> None:
    """What ends is left out of the lines about our own connections, where a server's words would be in them."""
    caplog.set_level(logging.DEBUG, "httpcore")
    with (
        answering("400 OURS", b"{}", "X: ours") as slow,
        answering("200 THEIRS", b"{}", "X: theirs") as quick,
        FeishuMail(access_token=TOKEN, base_url=slow.base_url, retry=RetryPolicy(max_attempts=1)) as mail,
        ThreadPoolExecutor() as threads,
        httpx.Client() as http_client,
    ):
        theirs = [threads.submit(http_client.get, quick.base_url) for _ in range(20)]
        ours = [threads.submit(mail.drafts.send, "draft") for _ in range(20)]
        assert {type(call.exception()) for call in ours} == {ServiceUnavailableError}
        assert {call.result().status_code for call in theirs} == {200}

    said = [record.getMessage() for record in caplog.records]
    assert sum("THEIRS" in message and "theirs" in message for message in said) == 20
    assert not any("ours" in message.lower() for message in said)
    assert sum(message.startswith("receive_response_headers.started") for message in said) == 40


def test_what_broke_on_the_way_is_chained_and_what_the_other_side_said_is_not(
    outcome_of: Outcomes, free_port: int
) -> None:
    once = RetryPolicy(max_attempts=1)
    error = outcome_of("draft", base_url=f"http://127.0.0.1:{free_port}", retry=once)
    assert isinstance(error, FeishuMailError)
    assert isinstance(error.__cause__, httpx.ConnectError)
    assert "ConnectError: " in str(error)
    with answering("200 OK", b"{}", "no header at all") as server:
        error = outcome_of("draft", base_url=server.base_url, retry=once)
    assert isinstance(error, FeishuMailError)
    assert (error.__cause__, error.failure.reason) == (None, "RemoteProtocolError")


class FromTheOutside:
    """Calls with the token as a plain string, and keeps it out of the frames of the test."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.token = TOKEN

    def construct(self) -> None:
        FeishuMail(access_token=self.token, base_url="nope")

    def construct_with_bearer(self) -> None:
        FeishuMail(access_token=f"Bearer {self.token}")

    def send(self) -> None:
        with FeishuMail(access_token="u-other", base_url=self.base_url) as mail:
            mail.drafts.send("code-1236014", access_token=self.token)

    def send_to_nobody(self) -> None:
        with FeishuMail(access_token=self.token, base_url=self.base_url) as mail:
            mail.drafts.send("..")

    def __repr__(self) -> str:
        return "FromTheOutside()"


@pytest.mark.parametrize("way", ["construct", "construct_with_bearer", "send", "send_to_nobody"])
def test_a_token_given_as_a_string_is_in_no_frame_of_ours(way: str, feishu_mail_sandbox: SandboxControl) -> None:
    with pytest.raises(FeishuMailError) as caught:
        getattr(FromTheOutside(feishu_mail_sandbox.base_url), way)()

    assert TOKEN not in everything_about(caught.value)


@pytest.mark.parametrize("client", [FeishuMail, AsyncFeishuMail])
def test_a_client_does_not_show_its_token(client: Any) -> None:
    mail = client(access_token=TOKEN)
    for thing in (mail, mail.drafts, mail._caller, mail._caller.options, mail._caller.options.tokens):
        assert_clean(repr(thing) + str(thing) + repr(vars(thing) if hasattr(thing, "__dict__") else ""))
    with pytest.raises(TypeError):
        pickle.dumps(mail)


def test_the_library_configures_no_logging(feishu_mail_sandbox: SandboxControl) -> None:
    before = (logging.getLogger().handlers[:], logging.getLogger().level, logging.getLogger("feishu_mail").handlers[:])
    with FeishuMail(
        access_token=TOKEN, base_url=feishu_mail_sandbox.base_url, retry=RetryPolicy(max_attempts=1)
    ) as mail:
        mail.drafts.send(feishu_mail_sandbox.create_draft())
    after = (logging.getLogger().handlers[:], logging.getLogger().level, logging.getLogger("feishu_mail").handlers[:])
    assert before == after


def locals_after(error: BaseException) -> str:
    """What an error reporter would find in the frames below the test's own."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename != __file__]
    return "\n".join(f"{frame.f_code.co_name}: {frame.f_locals!r}" for frame in frames)


def test_a_cancelled_call_leaves_no_token_in_the_frames_that_it_went_through(
    feishu_mail_sandbox: SandboxControl,
) -> None:
    draft_id = feishu_mail_sandbox.create_draft(script=["stall_after_accept"])
    base_url = feishu_mail_sandbox.base_url

    async def cancel() -> BaseException:
        async with AsyncFeishuMail(access_token=lambda: TOKEN, base_url=base_url) as mail:
            task = asyncio.create_task(mail.drafts.send(draft_id))
            while not feishu_mail_sandbox.deliveries():  # noqa: ASYNC110 -- it is in another thread
                await asyncio.sleep(0.01)
            task.cancel()
            try:
                await task
            except asyncio.CancelledError as error:
                return error
            raise AssertionError("it was cancelled")

    left = locals_after(asyncio.run(cancel()))
    assert "exchange_async" in left, "this test must see the frames"
    assert TOKEN not in left


def test_so_does_an_interrupted_one(feishu_mail_sandbox: SandboxControl) -> None:
    class Interrupted(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            headers = request.headers.raw
            raise KeyboardInterrupt(len(headers))

    with (
        httpx.Client(transport=Interrupted()) as http_client,
        FeishuMail(access_token=lambda: TOKEN, base_url=feishu_mail_sandbox.base_url) as mail,
        pytest.raises(KeyboardInterrupt) as caught,
    ):
        mail.drafts.send("d", http_client=http_client)

    frames = [frame for frame, _ in traceback.walk_tb(caught.value.__traceback__) if frame.f_code.co_name != "send"]
    assert TOKEN not in repr([frame.f_locals for frame in frames[1:]])
