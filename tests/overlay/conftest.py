"""What the overlay's tests share: sending sync and async in the same words, and waits that take no time."""

import socket
from collections.abc import Callable
from typing import Any

import anyio
import pytest

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, SentDraft
from feishu_mail_sandbox.control import SandboxControl

CLIENT_OPTIONS = ("access_token", "base_url", "timeout", "retry", "http_client", "allow_insecure_http", "on_retry")

Send = Callable[..., SentDraft]
Outcomes = Callable[..., SentDraft | FeishuMailError]


@pytest.fixture
def waits() -> list[float]:
    """The seconds that were waited between attempts; waiting takes no time, but moves the sandbox's clock."""
    return []


@pytest.fixture
def sleep(feishu_mail_sandbox: SandboxControl, waits: list[float]) -> Callable[[float], None]:
    """Waits without taking time."""

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        feishu_mail_sandbox.settings(clock={"advance": seconds})

    return sleep


@pytest.fixture(params=["sync", "asyncio", "trio"])
def send(request: pytest.FixtureRequest, sleep: Callable[[float], None]) -> Send:
    """Sends one draft with a fresh client; options of the client and of the call are mixed."""

    def send(draft_id: str, **options: Any) -> SentDraft:
        options = {"access_token": "u-test", **options}
        for_client = {name: value for name, value in options.items() if name in CLIENT_OPTIONS}
        for_call = {name: value for name, value in options.items() if name not in CLIENT_OPTIONS}
        if request.param == "sync":
            with FeishuMail(**for_client, sleep=sleep) as mail:
                return mail.drafts.send(draft_id, **for_call)
        return anyio.run(_send_async, for_client, sleep, draft_id, for_call, backend=request.param)

    return send


async def _send_async(
    for_client: dict[str, Any], sleep: Callable[[float], None], draft_id: str, for_call: dict[str, Any]
) -> SentDraft:
    async def sleep_async(seconds: float) -> None:
        sleep(seconds)

    async with AsyncFeishuMail(**for_client, sleep=sleep_async) as mail:
        return await mail.drafts.send(draft_id, **for_call)


@pytest.fixture
def outcome_of(send: Send) -> Outcomes:
    """Sends and returns what came of it, raised or returned."""

    def outcome_of(draft_id: str, **options: Any) -> SentDraft | FeishuMailError:
        try:
            return send(draft_id, **options)
        except FeishuMailError as error:
            return error

    return outcome_of


@pytest.fixture
def free_port() -> int:
    """A port on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
