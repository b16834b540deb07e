"""An interrupt at any moment: other threads go on, and what may be out is never called unsent, then or later."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from unittest.mock import patch

from feishu_mail import FeishuMail, FeishuMailError, OutcomeUnknown, Pace, RetryPolicy
from feishu_mail.calls.remembered_calls import RememberedCalls
from feishu_mail_sandbox import SandboxControl
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.sandbox_process import sandbox_process

ONCE = RetryPolicy(max_attempts=1)
WIDE = Pace(calls=1_000_000, seconds=60)
IN_THE_CLIENT = "100@example.com"
_HEED = "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler); "
HEEDING = (sys.executable, "-c", _HEED + "from feishu_mail.command_line import main; sys.exit(main())")
"""The command line where Ctrl-C is heeded; a job in the background inherits that it is ignored."""


class Interrupted(KeyboardInterrupt):
    """Comes from the alarm."""


def interrupt(times: int, chance: Random) -> Tally:
    """Interrupts sends of this process, and of the command line every fiftieth time, at moments by chance."""
    tally = Tally()
    with sandbox_process() as box:
        sandbox = box.control
        for _ in range(times // 50):
            _interrupt_the_command_line(sandbox, tally, chance)
        with (
            FeishuMail(access_token="u-x", base_url=sandbox.base_url, retry=ONCE, timeout=5, pace=WIDE) as mail,
            _another_thread_that_sends(mail, sandbox, tally),
        ):
            for _ in range(times):
                _interrupt_a_send(mail, sandbox, tally, chance)
    return tally


def _interrupt_a_send(mail: FeishuMail, sandbox: SandboxControl, tally: Tally, chance: Random) -> None:
    # The service has forgotten the draft when it is sent again.
    draft_id = sandbox.create_draft(user_mailbox_id=IN_THE_CLIENT, script=["unknown_members", 1234050])
    outcome = "interrupted"
    signal.signal(signal.SIGALRM, _raise)
    try:
        try:
            signal.setitimer(signal.ITIMER_REAL, chance.uniform(0.00005, 0.004))
            mail.drafts.send(draft_id, user_mailbox_id=IN_THE_CLIENT)
            outcome = "done"
        except FeishuMailError as error:
            outcome = str(error.outcome)
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
    except Interrupted:
        tally.faults += 1
    tally.calls += 1
    if outcome != "interrupted":
        return
    may_be_out = mail.drafts.may_be_out(draft_id)
    with suppress(OutcomeUnknown):
        try:
            mail.drafts.send(draft_id, user_mailbox_id=IN_THE_CLIENT)
        except FeishuMailError as error:
            if error.outcome == "unknown":
                raise
            tally.judge(not _is_out(sandbox, draft_id), "a mail that went out was called unsent by a later call")
    tally.calls += 1
    requests = 0 if may_be_out else sum(draft_id in str(request) for request in sandbox.requests())
    tally.judge(requests <= 1, "a request had left, and the client denied it")


def _raise(number: int, frame: object) -> None:
    raise Interrupted


def _is_out(sandbox: SandboxControl, draft_id: str) -> bool:
    return any(mail["draft_id"] == draft_id for mail in sandbox.deliveries())


@contextmanager
def _another_thread_that_sends(mail: FeishuMail, sandbox: SandboxControl, tally: Tally) -> Iterator[None]:
    is_over = threading.Event()

    def send_all() -> None:
        while not is_over.is_set():
            mail.drafts.send(sandbox.create_draft())
            tally.calls += 1

    thread = threading.Thread(target=send_all, daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(10)
        tally.judge(not thread.is_alive(), "another thread hangs")


def _interrupt_the_command_line(sandbox: SandboxControl, tally: Tally, chance: Random) -> None:
    draft_id = sandbox.create_draft(script=chance.choice([[], ["stall_after_accept"], [99991400]]))
    number = chance.choice([signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    environment = {**os.environ, "FEISHU_BASE_URL": sandbox.base_url, "FEISHU_USER_ACCESS_TOKEN": "u-x"}
    with subprocess.Popen(
        [*HEEDING, "send", draft_id],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        time.sleep(chance.uniform(0.1, 0.6))
        process.send_signal(number)
        stdout, stderr = process.communicate(timeout=20)
    is_out = _is_out(sandbox, draft_id)
    said = stdout + stderr
    tally.calls += 1
    tally.faults += 1
    tally.judge(not is_out or re.search("Sent|may be out", said) is not None, f"it is out, but was said: {said!r}")
    has_left = any(draft_id in str(request) for request in sandbox.requests())
    tally.judge(has_left or "may be out" not in said, f"nothing left, but was said: {said!r}")


def interrupt_the_forgetful(times: int, chance: Random) -> Tally:
    """Does the same to a client that remembers nothing of an interrupted call."""
    with (
        patch.object(RememberedCalls, "earlier", return_value=None),
        patch.object(RememberedCalls, "was_done", return_value=False),
    ):
        return interrupt(times, chance)


ATTACK = Attack(on_the_sdk=interrupt, on_a_weak_client=interrupt_the_forgetful, short=300, long=10_000)

if __name__ == "__main__":
    run(ATTACK)
