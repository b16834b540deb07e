"""Sends of one mailbox take turns, because the service locks the user; other mailboxes are not held up."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import anyio
import pytest

from feishu_mail import AsyncFeishuMail, FeishuMail, RetryPolicy
from feishu_mail.wire.locks import Locks
from feishu_mail_sandbox.control import SandboxControl

ONCE = RetryPolicy(max_attempts=1)
MANY = 12


@pytest.fixture
def drafts(feishu_mail_sandbox: SandboxControl) -> list[str]:
    """Drafts of one mailbox, in a sandbox that holds the mailbox long enough for a second send to run into it."""
    feishu_mail_sandbox.settings(rate_limit=None, send_seconds=0.02)
    return [feishu_mail_sandbox.create_draft() for _ in range(MANY)]


def test_threads_never_run_into_the_lock_of_their_own_mailbox(
    drafts: list[str], feishu_mail_sandbox: SandboxControl
) -> None:
    with (
        FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail,
        ThreadPoolExecutor(MANY) as threads,
    ):
        sent = list(threads.map(mail.drafts.send, drafts))

    assert [each.attempts for each in sent] == [1] * MANY
    assert len(feishu_mail_sandbox.deliveries()) == MANY


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_never_run_into_the_lock_of_their_own_mailbox(
    backend: str, drafts: list[str], feishu_mail_sandbox: SandboxControl
) -> None:
    async def send_all() -> None:
        async with (
            AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail,
            anyio.create_task_group() as tasks,
        ):
            for draft_id in drafts:
                tasks.start_soon(mail.drafts.send, draft_id)

    anyio.run(send_all, backend=backend)

    assert len(feishu_mail_sandbox.deliveries()) == MANY


def test_a_token_callable_given_to_each_call_still_means_one_mailbox(
    drafts: list[str], feishu_mail_sandbox: SandboxControl
) -> None:
    class User:
        def token(self) -> str:
            return "u-x"

    user = User()
    with (
        FeishuMail(access_token="u-y", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail,
        ThreadPoolExecutor(MANY) as threads,
    ):
        sent = list(threads.map(lambda draft_id: mail.drafts.send(draft_id, access_token=user.token), drafts))

    assert len(sent) == MANY


def test_without_turns_the_service_would_refuse(drafts: list[str], feishu_mail_sandbox: SandboxControl) -> None:
    """Shows that the tests above can fail: clients of their own do run into each other."""
    together = threading.Barrier(MANY)

    def send(draft_id: str) -> int:
        with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
            together.wait()
            return mail.drafts.send(
                draft_id, retry=RetryPolicy(max_attempts=50, initial_backoff=0.02, jitter=0.1)
            ).attempts

    with ThreadPoolExecutor(MANY) as threads:
        attempts = list(threads.map(send, drafts))

    assert sum(attempts) > MANY
    assert 1236006 in [request["code"] for request in feishu_mail_sandbox.requests()]


def test_a_stalled_mailbox_holds_up_no_other(feishu_mail_sandbox: SandboxControl) -> None:
    stalled = feishu_mail_sandbox.create_draft(script=["stall_after_accept"])
    other = feishu_mail_sandbox.create_draft(user_mailbox_id="other@example.com")
    finished: dict[str, float] = {}

    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:

        def send_stalled() -> None:
            assert mail.drafts.send(stalled, timeout=1.0).already_sent
            finished["stalled"] = time.monotonic()

        thread = threading.Thread(target=send_stalled)
        thread.start()
        while not feishu_mail_sandbox.deliveries():
            time.sleep(0.01)
        mail.drafts.send(other, user_mailbox_id="other@example.com")
        finished["other"] = time.monotonic()
        thread.join()

    assert finished["other"] < finished["stalled"]


def test_a_cancelled_send_gives_its_turn_back(feishu_mail_sandbox: SandboxControl) -> None:
    stalled = feishu_mail_sandbox.create_draft(script=["stall_after_accept"])
    draft_id = feishu_mail_sandbox.create_draft()

    async def cancel_then_send() -> bool:
        async with AsyncFeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url) as mail:
            with anyio.move_on_after(0.2) as scope:
                await mail.drafts.send(stalled)
            await mail.drafts.send(draft_id, timeout=2)
            return scope.cancelled_caught

    assert anyio.run(cancel_then_send)
    assert len(feishu_mail_sandbox.deliveries()) == 2


def test_turns_are_forgotten_when_nobody_needs_them() -> None:
    turns = Locks(threading.Lock)
    held = [turns.of(("held", number)) for number in range(50)]
    for number in range(1_000):
        turns.of(number)
    assert len(turns._locks) < 200
    assert [turns.of(("held", number)) for number in range(50)] == held
