"""What may be out is remembered under every spelling of its service, beside other calls, and within a bound."""

import gc
import tracemalloc
from contextlib import suppress
from random import Random
from threading import Thread
from unittest.mock import patch

import httpx

from feishu_mail import FeishuMail, FeishuMailError, Pace, RetryPolicy
from feishu_mail.calls import callers
from feishu_mail.calls.remembered_calls import call_key
from feishu_mail_sandbox import SandboxControl, running_sandbox
from tests.attacks.attack import Attack, Tally, run

WIDE = Pace(calls=1_000_000, seconds=60)
ONCE = RetryPolicy(max_attempts=1)
SPELLINGS = ("{}/", "{}//", "HTTP://127.0.0.1:{port}", "http://localhost:{port}", "http://LOCALHOST:{port}/")
MAILBOXES = ("me", "a@example.com", "A@EXAMPLE.COM")
MOST_BYTES = 1_000
"""For each call that is remembered."""


def ask_again(times: int, chance: Random) -> Tally:
    """Leaves so many drafts unknown, and sends them again in other ways, where the service has forgotten them."""
    tally = Tally()
    with running_sandbox() as sandbox:
        sandbox.settings(rate_limit=None, mailboxes=list(MAILBOXES))
        with FeishuMail(access_token="u-x", base_url=sandbox.base_url, retry=ONCE, timeout=5, pace=WIDE) as mail:
            for _ in range(times // 10):
                _ask_by_another_spelling(mail, sandbox, tally, chance)
                _ask_while_another_asks(mail, sandbox, tally)
            _fill(mail, tally, 12 * times)
    return tally


def _outcome(mail: FeishuMail, draft_id: str, **options: str) -> str:
    try:
        mail.drafts.send(draft_id, **options)  # type: ignore[arg-type]
    except FeishuMailError as error:
        return str(error.outcome)
    return "done"


def _ask_by_another_spelling(mail: FeishuMail, sandbox: SandboxControl, tally: Tally, chance: Random) -> None:
    draft_id = sandbox.create_draft(script=["vanish_after_accept"])
    first = _outcome(mail, draft_id)
    port = sandbox.base_url.rpartition(":")[2]
    spelling = chance.choice(SPELLINGS).format(sandbox.base_url, port=port)
    then = _outcome(mail, draft_id, base_url=spelling, user_mailbox_id=chance.choice(MAILBOXES))
    tally.calls += 2
    tally.faults += 1
    tally.judge((first, then) == ("unknown", "unknown"), f"{spelling}: {first}, then {then}, and the mail is out")


def _ask_while_another_asks(mail: FeishuMail, sandbox: SandboxControl, tally: Tally) -> None:
    """The one is accepted and waits for its answer; the other, through another mailbox's turn, is refused."""
    draft_id = sandbox.create_draft(script=["stall_after_accept", 1234050, 1234050])
    first = Thread(target=_outcome, args=[mail.with_options(timeout=0.3), draft_id])
    first.start()
    while not any(sent["draft_id"] == draft_id for sent in sandbox.deliveries()):
        pass
    during = _outcome(mail, draft_id, user_mailbox_id="a@example.com")
    first.join()
    then = _outcome(mail, draft_id)
    tally.calls += 3
    tally.faults += 1
    tally.judge((during, then) == ("unknown", "unknown"), f"{during}, then {then}, and the mail is out")


def _fill(mail: FeishuMail, tally: Tally, times: int) -> None:
    """Leaves so many drafts with long ids and long answers unknown."""
    answer = b'{"code": 99999999, "msg": "%s"}' % (b"x" * 70 * 1024)
    transport = httpx.MockTransport(lambda request: httpx.Response(500, content=answer))
    with httpx.Client(transport=transport) as http_client:
        tracemalloc.start()
        before = 0
        for number in range(times):
            if number == times // 2:
                gc.collect()
                before = tracemalloc.get_traced_memory()[0]
            with suppress(FeishuMailError):
                mail.drafts.send(f"{number:04}" * 1_000, http_client=http_client)
        gc.collect()
        each = (tracemalloc.get_traced_memory()[0] - before) / (times - times // 2)
        tracemalloc.stop()
    tally.calls += times
    tally.faults += times
    tally.judge(each < MOST_BYTES, f"a call that is remembered takes {each:.0f} bytes")


def ask_the_forgetful(times: int, chance: Random) -> Tally:
    """Does the same to a client that remembers a draft by what the caller wrote, and whole."""
    with patch.object(callers, "call_key", lambda *words: call_key(*words, str(chance.random()))):
        return ask_again(times, chance)


ATTACK = Attack(on_the_sdk=ask_again, on_a_weak_client=ask_the_forgetful, short=100, long=1_000)

if __name__ == "__main__":
    run(ATTACK)
