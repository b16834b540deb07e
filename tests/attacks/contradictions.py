"""An answer that contradicts itself is ``unknown``, and nothing of one answer goes out with the next request."""

import json
from collections.abc import Callable
from random import Random
from socket import socket

import httpx

from feishu_mail import FeishuMail, FeishuMailError, RetryPolicy
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.raw_server import framed
from tests.faults.connections import heads, listening

ONCE = RetryPolicy(max_attempts=1)
NAMES = ('"code"', '"\\u0063ode"', '"c\\u006fd\\u0065"')
REFUSALS = ("1236014", "1234050", "1236003")
DATA = ('{"automation_send_disable": {"reason": "off"}}', '{"message_id": "m"}', "{}", "null")
NO_CODES = ("false", "0.0", '"0"', "null", "[0]", '{"code": 0}', "-0.0", "0e0", "1e400", "NaN")
Send = Callable[[str, str], str]
"""Sends a draft to a base URL, and returns the outcome."""


def contradict(times: int, chance: Random) -> Tally:
    """Answers so many sends with contradictions."""
    with FeishuMail(access_token="u-x", base_url="http://127.0.0.1:1", retry=ONCE, timeout=5, pace=None) as mail:

        def send(draft_id: str, base_url: str) -> str:
            try:
                mail.drafts.send(draft_id, base_url=base_url)
            except FeishuMailError as error:
                return str(error.outcome)
            return "done"

        return _judge(send, times, chance)


def contradict_the_naive(times: int, chance: Random) -> Tally:
    """Does the same to a client that reads the last code, whatever came with it."""
    with httpx.Client(headers={"Connection": "close"}) as client:

        def send(draft_id: str, base_url: str) -> str:
            try:
                return "not_done" if client.post(f"{base_url}/{draft_id}").json()["code"] else "done"
            except ValueError:
                return "unknown"

        return _judge(send, times, chance)


def _judge(send: Send, times: int, chance: Random) -> Tally:
    tally = Tally()
    answer = (200, "")
    requests: list[str] = []

    def serve(connection: socket) -> None:
        for head in heads(connection):
            requests.append(head)
            status, body = answer
            connection.sendall(framed(f"{status} X", body.encode(), f"Content-Length: {len(body)}", "Set-Cookie: a=1"))

    with listening(serve) as port:
        for number in range(times):
            answer = _contradiction(chance)
            outcome = send(f"draft{number}", f"http://127.0.0.1:{port}")
            tally.calls += 1
            tally.faults += 1
            tally.judge(outcome == "unknown", f"{outcome}, from {answer}")
    tally.judge(not any("cookie:" in request.lower() for request in requests), "a cookie of one answer was sent back")
    return tally


def _contradiction(chance: Random) -> tuple[int, str]:
    kind = chance.randrange(4)
    if kind == 0:
        codes = [chance.choice(REFUSALS), "0", *chance.sample(["0", *REFUSALS, *NO_CODES], chance.randrange(3))]
        chance.shuffle(codes)
        members = [f"{chance.choice(NAMES)}: {code}" for code in codes]
        members.insert(chance.randrange(len(members)), f'"msg": {json.dumps(chance.choice(["ok", "refused", "code"]))}')
        return chance.choice([200, 400, 500]), "{" + ", ".join(members) + "}"
    if kind == 1:
        return chance.choice([201, 202, 204, 400, 403, 404, 409, 429, 500, 502]), '{"code": 0, "data": {}}'
    if kind == 2:
        first, second = chance.sample(DATA, 2)
        return chance.choice([200, 400, 500]), f'{{"code": 0, "data": {first}, "data": {second}}}'
    return chance.choice([200, 201, 500]), f'{{"code": {chance.choice(NO_CODES)}, "data": {{}}}}'


ATTACK = Attack(on_the_sdk=contradict, on_a_weak_client=contradict_the_naive, short=500, long=20_000)

if __name__ == "__main__":
    run(ATTACK)
