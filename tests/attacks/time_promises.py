"""No attempt starts after ``max_seconds``, however slow tokens are, and none outlives its timeouts when it drips."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from socket import socket
from unittest.mock import patch

from feishu_mail import FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail.calls import call as calls
from tests.attacks.attack import Attack, Tally, run
from tests.faults.connections import listening

AT_ONCE = 20
SLACK = 0.5
"""Seconds that a busy machine may add."""
ANSWERS = (
    b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 18\r\n\r\n" + b'{"code": 99991677}',
    b"HTTP/1.1 409 Conflict\r\nContent-Length: 17\r\n\r\n" + b'{"code": 1236006}',
    b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n",
)


def delay(times: int, chance: Random) -> Tally:
    """Makes so many calls with slow tokens and dripping answers."""
    tally = Tally()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        for _ in threads.map(lambda seed: _delay_once(Random(seed), tally), [chance.random() for _ in range(times)]):
            pass
    return tally


def _delay_once(chance: Random, tally: Tally) -> None:
    arrivals: list[float] = []

    def serve(connection: socket) -> None:
        arrivals.append(time.monotonic())
        connection.recv(65536)
        answer = chance.choice(ANSWERS)
        if chance.random() < 0.5:
            connection.sendall(answer)
            return
        for byte in answer * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.01)

    def token() -> str:
        asked.append(0.0)
        time.sleep(chance.uniform(0.2, 1.5) if len(asked) > 1 else 0)
        return f"u-{len(asked)}"

    asked: list[float] = []
    max_seconds, timeout = chance.uniform(0.05, 0.4), chance.uniform(0.05, 0.3)
    policy = RetryPolicy(max_seconds=max_seconds, initial_backoff=0.01, jitter=0.01)
    with (
        listening(serve) as port,
        FeishuMail(access_token=token, base_url=f"http://127.0.0.1:{port}", retry=policy, timeout=timeout) as mail,
        suppress(FeishuMailError),
    ):
        mail.drafts.send("draft")
    ended = time.monotonic()
    tally.calls += 1
    tally.faults += len(arrivals)
    late = arrivals[-1] - arrivals[0] - max_seconds
    tally.judge(late < SLACK, f"an attempt started {late:.1f} s too late")
    waited = ended - arrivals[-1] - sum([timeout, 1.5 * (len(asked) > 1)])
    tally.judge(waited < SLACK, f"an attempt took {waited:.1f} s too long")


def delay_the_patient(times: int, chance: Random) -> Tally:
    """Does the same to a client that looks at the clock before it waits only."""
    with patch.object(calls, "decide_start", return_value=None):
        return delay(times, chance)


ATTACK = Attack(on_the_sdk=delay, on_a_weak_client=delay_the_patient, short=100, long=2_000)

if __name__ == "__main__":
    run(ATTACK)
