"""What the overlay's tests share: sending sync and async in the same words, and waits that take no time."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, SentDraft
from feishu_mail_sandbox.control import SandboxControl
from tests.instant_waits import instant_waits

CLIENT_OPTIONS = ("access_token", "base_url", "timeout", "retry", "http_client", "allow_insecure_http")

Send = Callable[..., SentDraft]
Outcomes = Callable[..., SentDraft | FeishuMailError]


@pytest.fixture(params=["sync", "asyncio", "trio"])
def send(request: pytest.FixtureRequest) -> Send:
    """Sends one draft with a fresh client; options of the client and of the call are mixed."""
    if request.param == "sync":
        return _send_sync
    return lambda draft_id, **options: _send_async(request.param, draft_id, options)


def _split(options: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    options = {"access_token": "u-test", **options}
    for_client = {name: value for name, value in options.items() if name in CLIENT_OPTIONS}
    return for_client, {name: value for name, value in options.items() if name not in CLIENT_OPTIONS}


def _send_sync(draft_id: str, **options: Any) -> SentDraft:
    for_client, for_call = _split(options)
    with FeishuMail(**for_client) as mail:
        return mail.drafts.send(draft_id, **for_call)


def _send_async(backend: str, draft_id: str, options: dict[str, Any]) -> SentDraft:
    for_client, for_call = _split(options)

    async def send() -> SentDraft:
        async with AsyncFeishuMail(**for_client) as mail:
            return await mail.drafts.send(draft_id, **for_call)

    return anyio.run(send, backend=backend)


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


@pytest.fixture
def waits(feishu_mail_sandbox: SandboxControl) -> Iterator[list[float]]:
    """Waits take no time, but move the sandbox's clock; their seconds are collected here."""
    collected: list[float] = []

    def waited(seconds: float) -> None:
        collected.append(seconds)
        feishu_mail_sandbox.settings(clock={"advance": seconds})

    with instant_waits(waited):
        yield collected
