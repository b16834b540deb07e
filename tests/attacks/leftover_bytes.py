"""An answer can only answer the request that was sent for it, whatever bytes came before it on any connection.

A raw server frames the first answer of a client wrongly, with a forged answer among its bytes: a success where the next
call is refused, a refusal where it is not. The next two calls must get their own, which name the draft.
"""

import os
import threading
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import ExitStack
from functools import cache
from itertools import product
from random import Random
from typing import Any, NamedTuple
from unittest.mock import patch

import anyio
import httpx

from feishu_mail import AsyncFeishuMail, FeishuMail, FeishuMailError, RetryPolicy
from feishu_mail.calls import callers
from feishu_mail.wire import connections, requests
from tests.attacks.attack import Attack, Tally, run
from tests.attacks.framings import FRAMINGS, First
from tests.attacks.raw_server import answering_raw, certificate, whole

WAYS = tuple(f"{way}{how}" for way in ("sync", "asyncio", "trio") for how in ("", ", TLS", ", own client"))
ORDERS = (("send", "send"), ("send", "get"), ("get", "send"), ("get", "get"))
APART = "in time, and another in the next record"
LATE = "in time, then late bytes"
BEFORE = "in time, after bytes that came with the connection"
Kind = tuple[str, str, tuple[str, str], bool]
UNREADABLE = ("unknown None", "None None")
ONCE = RetryPolicy(max_attempts=1)
PATIENCE = 0.08
"""Seconds for the first answer, which may never be whole. The others, which are judged, have all the time they need."""


class Case(NamedTuple):
    """Three calls of one client: the first answer is framed wrongly, those to the others are not."""

    number: int
    framing: str
    way: str
    operations: tuple[str, str]
    refuses: bool
    late_bytes_are_sent: threading.Event

    def honest(self, operation: str, draft_id: str) -> tuple[str, bytes]:
        """Returns the answer that is meant for this call and for no other."""
        if operation == "get":
            return "200 OK", b'{"code":0,"data":{"draft":{"id":"%s"}}}' % draft_id.encode()
        if self.refuses:
            return "400 Bad Request", b'{"code":1236014,"msg":"content risk"}'
        return "200 OK", b'{"code":0,"data":{"message_id":"%s"}}' % draft_id.encode()

    def expected(self, operation: str, draft_id: str) -> str:
        """Returns what that answer comes to."""
        return "not_done 1236014" if operation == "send" and self.refuses else f"done {draft_id}"

    def forged(self) -> bytes:
        """Returns an answer that would be wrong for any call, most of all for the next."""
        if self.operations[1] == "send" and not self.refuses:
            return whole("404 Not Found", b'{"code":1234050,"msg":"draft not found"}')
        return whole("200 OK", b'{"code":0,"data":{"message_id":"forged","draft":{"id":"forged"}}}')

    @property
    def first(self) -> First:
        """What the first answer is made of."""
        return First(*self.honest(self.operations[0], f"{self.number}.0"), self.forged())

    @property
    def first_bytes(self) -> bytes:
        """What is written for the first call."""
        return FRAMINGS[self.framing](self.first) if self.framing in FRAMINGS else self.first.own

    def answer(self, operation: str, position: int) -> Iterator[bytes | tuple[bytes, bytes]]:
        """Returns the pieces of an answer."""
        if not position and self.framing == APART:
            yield self.first_bytes, self.forged()
            return
        yield whole(*self.honest(operation, f"{self.number}.{position}")) if position else self.first_bytes
        if not position and self.framing == LATE:
            try:
                threading.Event().wait(0.005)
                yield self.forged()
            finally:
                self.late_bytes_are_sent.set()


def frame_wrongly(times: int, chance: Random) -> Tally:
    """Makes so many cases, each with a client of its own."""
    kinds: list[Kind] = list(product([*FRAMINGS, APART, LATE], WAYS, ORDERS, (True, False)))
    # Reads share connections. What comes on one while its next request leaves cannot be known for another's answer.
    kinds += product([BEFORE], WAYS, [order for order in ORDERS if "send" in order], (True, False))
    chance.shuffle(kinds)
    return judge_cases([kinds[number % len(kinds)] for number in range(times)])


def judge_cases(kinds: Iterable[Kind]) -> Tally:
    """Tries each framing in its way, with its two operations, where the calls are refused or not."""
    tally = Tally()
    cases = [Case(number, *kind, threading.Event()) for number, kind in enumerate(kinds)]

    def answer(path: str) -> Iterable[bytes | tuple[bytes, bytes]]:
        draft_id, _, rest = path.partition("/drafts/")[2].partition("?")[0].partition("/")
        number, position = map(int, draft_id.split("."))
        return cases[number].answer(rest or "get", position)

    with ExitStack() as stack:
        tls, chain = stack.enter_context(certificate()) or (None, "")
        stack.enter_context(patch.dict(os.environ, {"SSL_CERT_FILE": chain}))
        # For want of time: each client would make the same.
        stack.enter_context(patch.object(connections, "_new_tls_context", cache(connections._new_tls_context)))
        plain, secure = (stack.enter_context(answering_raw(answer, context)) for context in (None, tls))
        for case in cases:
            server = secure if "TLS" in case.way else plain
            server.unasked = case.forged() if case.framing == BEFORE else b""
            backend = "trio" if "trio" in case.way else "asyncio"
            results = anyio.run(_call_three_times, case, server.base_url, backend=backend)
            _judge(case, results, tally)
    return tally


async def _call_three_times(case: Case, base_url: str) -> list[str]:
    is_async = case.way.partition(",")[0] != "sync"
    own: Any = None
    if "own" in case.way:
        own = httpx.AsyncClient(verify=False) if is_async else httpx.Client(verify=False)
    given: dict[str, Any] = {"access_token": "u-x", "base_url": base_url, "retry": ONCE, "http_client": own}
    mail: Any = AsyncFeishuMail(**given) if is_async else FeishuMail(**given)
    results = [
        await _result(getattr(mail.drafts, operation), f"{case.number}.{position}", 5 if position else PATIENCE, case)
        for position, operation in enumerate([*case.operations, case.operations[1]])
    ]
    for client in (mail, own):
        if client is not None:
            await client.aclose() if is_async else client.close()
    return results


async def _result(call: Callable[..., Any], draft_id: str, seconds: float, case: Case) -> str:
    try:
        found = call(draft_id, timeout=seconds)
        found = await found if isinstance(found, Awaitable) else found
    except FeishuMailError as error:
        return f"{error.outcome} {error.code}"
    if case.framing == LATE and draft_id.endswith(".0"):
        case.late_bytes_are_sent.wait(5)
    return f"done {getattr(found, 'message_id', None) or getattr(found, 'id', None)}"


def _judge(case: Case, results: list[str], tally: Tally) -> None:
    tally.calls += len(results)
    tally.faults += 1
    operations = [*case.operations, case.operations[1]]
    for position, (operation, result) in enumerate(zip(operations, results, strict=True)):
        expected = case.expected(operation, f"{case.number}.{position}")
        # The first answer may be unreadable, or be forged from its first byte on.
        is_forged = case.framing == BEFORE or not case.first_bytes.startswith(case.first.own)
        is_kept = result == expected or (position == 0 and (is_forged or result in UNREADABLE))
        tally.judge(
            is_kept, f"{case.framing}; {case.way}; {case.operations}: call {position}: {result}, not {expected}"
        )


def share_connections(times: int, chance: Random) -> Tally:
    """Does the same to a client that keeps every connection, for writes too, as a pool does."""
    build = requests.build_request

    def without_close(*given: Any, **options: Any) -> httpx.Request:
        request = build(*given, **options)
        request.headers.pop("Connection", None)
        return request

    def keeps(self: Any, transport: Any, attempt: Any, answer: Any, scope: object = None) -> bool:
        self._idle.setdefault(connections._key(attempt, scope), []).append(transport)
        return True

    def idle(self: Any, attempt: Any, scope: object = None) -> Any:
        kept = self._idle.get(connections._key(attempt, scope))
        return kept.pop() if kept else None

    with (
        patch.object(callers, "build_request", without_close),
        patch.multiple(connections.Connections, keeps=keeps, idle=idle),
        patch.object(connections._Reusable, "can_be_used_again", lambda self: self._pool.is_available()),
    ):
        return frame_wrongly(times, chance)


ATTACK = Attack(on_the_sdk=frame_wrongly, on_a_weak_client=share_connections, short=300, long=8_000)

if __name__ == "__main__":
    run(ATTACK)
