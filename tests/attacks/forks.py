"""A client that was in use before ``os.fork`` serves both processes: each gets its own answers, and none hangs."""

import asyncio
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import NamedTuple
from unittest.mock import patch

import trio

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail_sandbox import SandboxControl
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.sandbox_process import sandbox_process

BUSY = "busy@example.com"
# The other process may hold the mailbox at the service.
PATIENT = RetryPolicy(max_attempts=500, initial_backoff=0.002, jitter=0.002, max_backoff=0.004)
LONGEST_CHILD = 10
"""Seconds after which a child that hangs is ended by its alarm."""


class Bed(NamedTuple):
    """What a fork happens to: a client with threads in its midst, and a token that is refused now and then."""

    mail: FeishuMail
    sandbox: SandboxControl
    tally: Tally
    seconds: int = LONGEST_CHILD

    def is_answered_rightly(self, mailbox: str = "me") -> bool:
        """Reads and sends a draft; both answers must be its own."""
        draft_id = self.sandbox.create_draft(user_mailbox_id=mailbox)
        self.tally.calls += 2
        try:
            found = self.mail.drafts.get(draft_id, user_mailbox_id=mailbox).id
            sent = self.mail.drafts.send(draft_id, user_mailbox_id=mailbox).message_id
        except FeishuMailError:
            return False
        # Nobody else can have made its answer out of this draft's delivery.
        return found == draft_id and sent in {
            mail["message_id"] for mail in self.sandbox.deliveries() if mail["draft_id"] == draft_id
        }

    def fork(self, in_child: Callable[[], bool], in_parent: Callable[[], bool]) -> None:
        """Forks, and judges what becomes of both processes."""
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(self.seconds)
            try:
                os._exit(0 if in_child() else 1)
            finally:
                os._exit(2)
        self.tally.faults += 1
        self.tally.judge(in_parent(), f"the parent got an answer that was not its own, or none: {in_child}")
        ended = os.waitpid(child, 0)[1]
        self.tally.judge(ended == 0, f"the child ended with {ended}: {in_child}")


def _both_go_on(bed: Bed) -> None:
    bed.mail.drafts.get(bed.sandbox.create_draft())
    bed.fork(bed.is_answered_rightly, bed.is_answered_rightly)


def _same_busy_mailbox(bed: Bed) -> None:
    bed.fork(lambda: bed.is_answered_rightly(BUSY), bed.is_answered_rightly)


def _child_closes(bed: Bed) -> None:
    bed.mail.drafts.get(bed.sandbox.create_draft())

    def close() -> bool:
        bed.mail.close()
        return True

    bed.fork(close, bed.is_answered_rightly)


def _child_forks(bed: Bed) -> None:
    def fork_again() -> bool:
        bed.mail.drafts.get(bed.sandbox.create_draft())
        bed.fork(bed.is_answered_rightly, bed.is_answered_rightly)
        return not bed.tally.violations

    bed.fork(fork_again, bed.is_answered_rightly)


def _in_a_thread(bed: Bed) -> None:
    thread = threading.Thread(target=_both_go_on, args=[bed])
    thread.start()
    thread.join()


def _in_the_midst_of_a_send(bed: Bed) -> None:
    draft_id = bed.sandbox.create_draft()
    children: list[int] = []

    def fork_for_a_token() -> str:
        if not children:
            children.append(os.fork())
            if not children[0]:
                signal.alarm(bed.seconds)
        return "u-x"

    outcome = "interrupted"
    try:
        bed.mail.drafts.send(draft_id, access_token=fork_for_a_token)
        outcome = "done"
    except FeishuMailError as error:
        outcome = str(error.outcome)
    finally:
        if not children[0]:
            os._exit(0 if outcome == "done" else 1)
    ended = os.waitpid(children[0], 0)[1]
    bed.tally.faults += 1
    bed.tally.judge((outcome, ended) == ("done", 0), f"both sent it, but it was {outcome} and {ended}")
    sent = [mail for mail in bed.sandbox.deliveries() if mail["draft_id"] == draft_id]
    bed.tally.judge(len(sent) == 1, f"a draft that both processes sent went out {len(sent)} times")


def _event_loops(bed: Bed) -> None:
    async def is_answered_rightly(mail: AsyncFeishuMail) -> bool:
        draft_id = bed.sandbox.create_draft()
        bed.tally.calls += 2
        try:
            return (await mail.drafts.get(draft_id)).id == draft_id and bool(await mail.drafts.send(draft_id))
        except FeishuMailError:
            return False

    async def fork_inside() -> None:
        async with AsyncFeishuMail(
            access_token=lambda: "u-x", base_url=bed.sandbox.base_url, retry=PATIENT, timeout=5, pace=None
        ) as mail:
            await is_answered_rightly(mail)
            for in_child in (
                lambda: asyncio.run(is_answered_rightly(mail)),
                lambda: trio.run(is_answered_rightly, mail),
            ):
                await asyncio.to_thread(bed.fork, in_child, bed.is_answered_rightly)
            bed.tally.judge(await is_answered_rightly(mail), "the parent's event loop is of no more use")

    asyncio.run(fork_inside())


def _multiprocessing(bed: Bed) -> None:
    context = multiprocessing.get_context("fork")
    process = context.Process(target=_exit_by, args=[bed.is_answered_rightly])
    process.start()
    bed.tally.faults += 1
    bed.tally.judge(bed.is_answered_rightly(), "the parent of a process got an answer that was not its own")
    process.join(bed.seconds)
    bed.tally.judge(process.exitcode == 0, f"a process ended with {process.exitcode}")
    process.kill()


def _exit_by(is_right: Callable[[], bool]) -> None:
    os._exit(0 if is_right() else 1)


FORKS = (
    _both_go_on,
    _same_busy_mailbox,
    _child_closes,
    _child_forks,
    _in_a_thread,
    _in_the_midst_of_a_send,
    _event_loops,
    _multiprocessing,
)


def fork_and_send(times: int, chance: Random, seconds: int = LONGEST_CHILD) -> Tally:
    """Forks about so many times with a client that three threads are using."""
    tally = Tally()
    with sandbox_process() as box:
        box.control.settings(send_seconds=0.002)
        tokens = iter(lambda: chance.choice(["u-x", "u-x", "u-expired"]), None)
        with FeishuMail(
            access_token=lambda: next(tokens), base_url=box.control.base_url, retry=PATIENT, timeout=5, pace=None
        ) as mail:
            bed = Bed(mail, box.control, tally, seconds)
            with _threads_that_send(bed):
                while tally.faults < times and len(tally.violations) < 100:
                    FORKS[tally.faults % len(FORKS)](bed)
    return tally


@contextmanager
def _threads_that_send(bed: Bed) -> Iterator[None]:
    is_over = threading.Event()

    def send_all() -> None:
        while not is_over.is_set():
            bed.tally.judge(bed.is_answered_rightly(BUSY), "a thread got an answer that was not its own, or none")

    threads = [threading.Thread(target=send_all, daemon=True) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join(bed.seconds)
            bed.tally.judge(not thread.is_alive(), "a thread hangs")


def fork_and_share(times: int, chance: Random) -> Tally:
    """Does the same to a client that goes on with its parent's locks and connections."""
    with patch.object(os, "getpid", return_value=1):
        return fork_and_send(min(times, 10), chance, seconds=1)


ATTACK = Attack(on_the_sdk=fork_and_send, on_a_weak_client=fork_and_share, short=30, long=500)

if __name__ == "__main__":
    run(ATTACK)
