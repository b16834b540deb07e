"""Tasks choose their connections one after the other; none waits for another's answer, and none for ever."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack

import anyio
import httpx
import pytest

from feishu_mail import AsyncFeishuMail, FeishuMailError, Outcome, RetryPolicy, SendOutcomeUnknown
from feishu_mail_sandbox.control import SandboxControl

ONCE = RetryPolicy(max_attempts=1)
CONNECTIONS = 100
"""As many as httpx opens for one client."""

pytestmark = pytest.mark.parametrize("backend", ["asyncio", "trio"])


@pytest.fixture
def silent_url() -> Iterator[str]:
    """Where connections come about, and nothing is ever read or answered."""
    with socket.create_server(("127.0.0.1", 0), backlog=2 * CONNECTIONS) as listener:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


@pytest.fixture
def unreachable_url() -> Iterator[str]:
    """Where no connection comes about: nobody accepts, and those who may wait for that already do."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as listener, ExitStack() as waiting:
        for _ in range(4):
            client = waiting.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_many_at_once_go_out_once_each(backend: str, feishu_mail_sandbox: SandboxControl) -> None:
    feishu_mail_sandbox.settings(rate_limit=None)
    mailboxes = [f"someone-{number}@example.com" for number in range(40)]
    drafts = {mailbox: feishu_mail_sandbox.create_draft(user_mailbox_id=mailbox) for mailbox in mailboxes}

    async def send_all() -> None:
        async with (
            AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail,
            anyio.create_task_group() as tasks,
        ):
            for mailbox, draft_id in drafts.items():
                tasks.start_soon(lambda d, m: mail.drafts.send(d, user_mailbox_id=m), draft_id, mailbox)

    anyio.run(send_all, backend=backend)

    assert sorted(mail["draft_id"] for mail in feishu_mail_sandbox.deliveries()) == sorted(drafts.values())


def test_who_gets_no_connection_is_told_in_time_that_nothing_was_sent(backend: str, silent_url: str) -> None:
    errors: list[FeishuMailError] = []

    async def send_all() -> None:
        async def send(mail: AsyncFeishuMail, number: int) -> None:
            with pytest.raises(FeishuMailError) as caught:
                await mail.drafts.send(f"d{number}", user_mailbox_id=f"someone-{number}@example.com")
            errors.append(caught.value)

        async with AsyncFeishuMail(
            access_token="u-x", base_url=silent_url, timeout=httpx.Timeout(2.5, pool=1.0), retry=ONCE
        ) as mail:
            with anyio.fail_after(10):
                async with anyio.create_task_group() as tasks:
                    for number in range(CONNECTIONS + 5):
                        tasks.start_soon(send, mail, number)

    anyio.run(send_all, backend=backend)

    outcomes = [error.outcome for error in errors]
    assert outcomes == [Outcome.NOT_SENT] * 5 + [Outcome.UNKNOWN] * CONNECTIONS
    assert {type(error.__cause__) for error in errors[:5]} == {httpx.PoolTimeout}


def test_nobody_waits_for_another_task_to_connect(
    backend: str, unreachable_url: str, feishu_mail_sandbox: SandboxControl
) -> None:
    async def send_while_another_connects() -> None:
        async with (
            AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail,
            anyio.create_task_group() as tasks,
        ):
            tasks.start_soon(lambda: mail.drafts.send("d1", base_url=unreachable_url))
            await anyio.wait_all_tasks_blocked()
            with anyio.fail_after(5):
                await mail.drafts.send(feishu_mail_sandbox.create_draft())
            tasks.cancel_scope.cancel()

    anyio.run(send_while_another_connects, backend=backend)


def test_a_cancelled_send_leaves_the_turn_to_the_next(
    backend: str, silent_url: str, feishu_mail_sandbox: SandboxControl
) -> None:
    async def cancel_and_send() -> None:
        async with AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
            for _ in range(3):
                async with anyio.create_task_group() as tasks:
                    for number in range(10):
                        mailbox = f"someone-{number}@example.com"
                        tasks.start_soon(
                            lambda m: mail.drafts.send("d1", user_mailbox_id=m, base_url=silent_url), mailbox
                        )
                    await anyio.wait_all_tasks_blocked()
                    tasks.cancel_scope.cancel()
            with anyio.fail_after(5):
                await mail.drafts.send(feishu_mail_sandbox.create_draft())

    anyio.run(cancel_and_send, backend=backend)


def test_an_answer_that_does_not_come_holds_up_nobody(
    backend: str, silent_url: str, feishu_mail_sandbox: SandboxControl
) -> None:
    async def send_meanwhile() -> None:
        async with AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
            ended: list[str] = []

            async def wait_in_vain() -> None:
                with pytest.raises(SendOutcomeUnknown):
                    await mail.drafts.send("d1", base_url=silent_url, timeout=1)
                ended.append("d1")

            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait_in_vain)
                await anyio.wait_all_tasks_blocked()
                await mail.drafts.send(feishu_mail_sandbox.create_draft())
                assert not ended

    anyio.run(send_meanwhile, backend=backend)
