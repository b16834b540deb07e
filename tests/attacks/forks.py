"""A client that was in use before ``os.fork`` serves both processes: each reads its own answers, and none hangs."""

import os
import signal
from random import Random
from unittest.mock import patch

from feishu_mail import FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail_sandbox import SandboxControl, running_sandbox
from tests.attacks.attack import Attack, Tally, run

ONCE = RetryPolicy(max_attempts=1)
LONGEST_CHILD = 10
"""Seconds after which a child that hangs is ended by its alarm."""


def fork_and_send(times: int, chance: Random) -> Tally:
    """Forks so many times with a warm client; both processes read and send."""
    tally = Tally()
    with running_sandbox() as sandbox:
        sandbox.settings(rate_limit=None)
        with FeishuMail(access_token="u-x", base_url=sandbox.base_url, retry=ONCE, timeout=5) as mail:
            for _ in range(times):
                _fork_once(mail, sandbox, tally)
    return tally


def _fork_once(mail: FeishuMail, sandbox: SandboxControl, tally: Tally) -> None:
    warm, *drafts = (sandbox.create_draft() for _ in range(3))
    mail.drafts.get(warm)
    child = os.fork()
    if child == 0:
        signal.alarm(LONGEST_CHILD)
        os._exit(0 if _is_answered_rightly(mail, drafts[0]) else 1)
    is_right = _is_answered_rightly(mail, drafts[1])
    ended = os.waitpid(child, 0)[1]
    tally.calls += 4
    tally.faults += 1
    tally.judge(is_right, "the parent got an answer that was not its own, or none")
    tally.judge(ended == 0, f"the child ended with {ended}")
    sent = [mail["draft_id"] for mail in sandbox.deliveries()]
    tally.judge(sorted(sent) == sorted(drafts), f"{len(sent)} mails went out, of 2")
    sandbox.reset()
    sandbox.settings(rate_limit=None)


def _is_answered_rightly(mail: FeishuMail, draft_id: str) -> bool:
    try:
        return mail.drafts.get(draft_id).id == draft_id and mail.drafts.send(draft_id).draft_id == draft_id
    except FeishuMailError:
        return False


def fork_and_share(times: int, chance: Random) -> Tally:
    """Does the same to a client that goes on with its parent's connections."""
    with patch.object(os, "getpid", return_value=1):
        return fork_and_send(times, chance)


ATTACK = Attack(on_the_sdk=fork_and_send, on_a_weak_client=fork_and_share, short=30, long=500)

if __name__ == "__main__":
    run(ATTACK)
