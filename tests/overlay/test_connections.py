"""One write, one connection: an answer can only answer the request that was sent for it. Reads share connections."""

import os
import time
from itertools import product
from pathlib import Path
from random import Random

import pytest

from feishu_mail import FeishuMail, OutcomeUnknown, RetryPolicy
from feishu_mail_sandbox.control import SandboxControl
from tests.attacks.event_loops import call_from_loops
from tests.attacks.forks import FORKS, fork_and_send
from tests.attacks.leftover_bytes import APART, LATE, ORDERS, WAYS, judge_cases
from tests.attacks.raw_server import answering_raw, whole

ONCE = RetryPolicy(max_attempts=1)
WRONG = (
    "doubled",
    "a body after a 204",
    "length too short",
    "chunked, something behind",
    "filling a read",
    APART,
    LATE,
)


def test_whatever_is_left_of_an_answer_each_call_gets_its_own() -> None:
    """`make attacks` tries many more."""
    tally = judge_cases(product(WRONG, WAYS, ORDERS, [True]))
    assert tally.violations == []
    assert tally.calls == 3 * len(WRONG) * len(WAYS) * len(ORDERS)


def test_reads_share_connections() -> None:
    body = whole("200 OK", b'{"code":0,"data":{"draft":{"id":"d"}}}')
    with (
        answering_raw(lambda path: [body]) as server,
        FeishuMail(access_token="u-x", base_url=server.base_url, retry=ONCE) as mail,
    ):
        for _ in range(5):
            mail.drafts.get("d")
        assert server.connections == 1


def test_a_write_leaves_no_socket_behind(feishu_mail_sandbox: SandboxControl) -> None:
    """The sandbox runs in this process, too, and closes its side a moment later."""
    feishu_mail_sandbox.settings(rate_limit=None)
    with FeishuMail(access_token="u-x", base_url=feishu_mail_sandbox.base_url, retry=ONCE) as mail:
        before = open_files()
        for script in (["drop_after_accept"], ["html_502"], ["truncated_body"], []) * 5:
            try:
                mail.drafts.send(feishu_mail_sandbox.create_draft(script=script))
            except OutcomeUnknown:
                continue
        deadline = time.monotonic() + 10
        while open_files() > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert open_files() <= before


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on this system")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_after_a_fork_each_process_gets_its_own_answers_and_none_hangs() -> None:
    """`make attacks` forks more often."""
    tally = fork_and_send(len(FORKS), Random(1))
    assert tally.violations == []
    assert tally.faults >= len(FORKS)


# A loop that is over leaves its connections, and what it had begun, to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_one_client_serves_several_event_loops_at_once_and_one_after_the_other() -> None:
    """`make attacks` runs more of them."""
    tally = call_from_loops(3, Random(1))
    assert tally.violations == []
    assert tally.calls > 0
