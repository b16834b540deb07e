"""The CPU time of what the SDK adds to a send, one thing at a time, and of whole sends with logging off and on."""

import argparse
import logging
import sys
import threading
import time
from collections.abc import Callable, MutableSequence
from datetime import UTC, datetime

sys.path.append(sys.argv[1])

import httpx
import pyperf

from feishu_mail import FeishuMail, RetryPolicy, classify_answer, read_answer
from feishu_mail.access_tokens import TokenSource, conceal
from feishu_mail.arguments import DEFAULT_TIMEOUT, check_id
from feishu_mail.http_clients import new_client
from feishu_mail.mailbox_locks import MailboxLocks
from feishu_mail.send_call import SendCall
from feishu_mail.send_request import build_request
from feishu_mail.unsettled import UnsettledSends

BODY = b'{"code": 0, "msg": "success", "data": {"message_id": "197c5d72e22e1d79", "thread_id": "197c5d72e22e1d78"}}'
HEADERS = httpx.Headers(
    {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(BODY)),
        "X-Tt-Logid": "20260101000000C0FFEE00000000000001",
        "Date": "Thu, 01 Jan 2026 00:00:00 GMT",
    }
)
TOKEN = "u-bench"
PATH = "/open-apis/mail/v1/user_mailboxes/me/drafts/draft-1/send"
INNER_LOOPS = 10


class Discarding(logging.Handler):
    """Renders each record, as any handler would, and keeps none."""

    def emit(self, record: logging.LogRecord) -> None:
        """Renders the record."""
        self.format(record)


def parts(base_url: str) -> dict[str, Callable[[], object]]:
    """Returns what is measured without sending anything."""
    url, timeout = httpx.URL(base_url), httpx.Timeout(DEFAULT_TIMEOUT)
    bare_client, own_client = httpx.Client(), new_client(url, timeout)
    locks, unsettled = MailboxLocks(threading.Lock), UnsettledSends()
    tokens = TokenSource(conceal(TOKEN))
    token, policy = tokens.token(), RetryPolicy()
    this_send, mailbox = (base_url, "draft-1"), (base_url, "me", None)

    def check_arguments() -> None:
        check_id("draft_id", "draft-1")
        check_id("user_mailbox_id", "me")

    def take_turn() -> None:
        with locks.of(mailbox):
            pass

    def keep_to_policy() -> None:
        call = SendCall(
            draft_id="draft-1",
            user_mailbox_id="me",
            policy=policy,
            can_refresh=tokens.can_refresh,
            unsettled=unsettled.recall(this_send),
        )
        call.begin_attempt(token)
        unsettled.forget(this_send)

    def classify() -> None:
        classify_answer(read_answer(200, HEADERS, BODY, now=datetime.now(UTC), secrets=[TOKEN]))

    def make_bare_request() -> None:
        bare_client.build_request("POST", base_url + PATH, headers={"Authorization": f"Bearer {TOKEN}"})

    def make_request() -> None:
        build_request(own_client, base_url=url, user_mailbox_id="me", draft_id="draft-1", token=token, timeout=timeout)

    return {
        "arguments": check_arguments,
        "locks": take_turn,
        "token": tokens.token,
        "policy": keep_to_policy,
        "request-bare": make_bare_request,
        "request": make_request,
        "classification": classify,
    }


def logging_levels() -> dict[str, tuple[str, int]]:
    """Returns whose records are rendered during whole sends, and from which level on."""
    return {
        "send-logging-off": ("", logging.WARNING),
        "send-logging-own": ("feishu_mail", logging.DEBUG),
        "send-logging-all": ("", logging.DEBUG),
    }


def add_arguments(command: MutableSequence[str], options: argparse.Namespace) -> None:
    """Hands pyperf's own process what this one was given."""
    command += ["--url", options.url]


def timed(call: Callable[[], object], times: int) -> float:
    """Returns the CPU seconds of as many calls."""
    began = time.process_time()
    for _ in range(times):
        call()
    return time.process_time() - began


def main() -> None:
    """Measures each, and leaves the writing of the results to pyperf."""
    tools = sys.argv.pop(1)
    runner = pyperf.Runner(program_args=("-I", __file__, tools), add_cmdline_args=add_arguments)
    runner.argparser.add_argument("--url", required=True)
    options = runner.parse_args()
    for name, call in parts(options.url).items():
        # Ten times as often as whole sends, which take that much longer.
        runner.bench_time_func(
            name,
            lambda loops, call=call: timed(call, loops * INNER_LOOPS),
            inner_loops=INNER_LOOPS,
        )

    for name, (logger, level) in logging_levels().items():
        opened: list[FeishuMail] = []

        def measure(loops: int, logger: str = logger, level: int = level, opened: list[FeishuMail] = opened) -> float:
            if not opened:
                logging.getLogger(logger).setLevel(level)
                logging.getLogger(logger).addHandler(Discarding())
                opened.append(FeishuMail(access_token=TOKEN, base_url=options.url))
            (mail,) = opened
            return timed(lambda: mail.drafts.send("draft-1"), loops)

        runner.bench_time_func(name, measure)
        for mail in opened:
            mail.close()


if __name__ == "__main__":
    main()
