"""The sandbox as the judge of a run: it notes when each request arrived, from whom, and what it was answered."""

import asyncio
import os
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from feishu_mail.many.ledger import Ledger
from feishu_mail.many.states import DraftState
from feishu_mail_sandbox import SandboxControl
from feishu_mail_sandbox.answers import Answer, Reply
from feishu_mail_sandbox.rate_window import RATE_LIMITED
from feishu_mail_sandbox.running import running_sandbox
from feishu_mail_sandbox.service import ServiceRequest, serve
from feishu_mail_sandbox.state import State


@dataclass(slots=True)
class Arrival:
    """A request, as the sandbox saw it."""

    at: float
    process: int
    path: str
    code: int | None = None
    answered_at: float = 0.0


@dataclass(slots=True)
class WatchedSandbox:
    """A sandbox and what it saw."""

    control: SandboxControl
    arrivals: list[Arrival] = field(default_factory=list[Arrival])
    on_arrival: Callable[[Arrival], object] = lambda arrival: None
    """Called in the sandbox's thread, before it does anything about the request."""

    def count(self, code: int) -> int:
        """Returns how many requests were answered with this code."""
        return sum(arrival.code == code for arrival in self.arrivals)

    def makespan(self) -> float:
        """Returns the seconds between the first accepted send and the last."""
        times = [arrival.answered_at for arrival in self.arrivals if arrival.code == 0]
        return max(times) - min(times)

    def judge(self, ledger_url: str, expected: Mapping[str, DraftState]) -> Iterator[str]:
        """Iterates over the drafts that are lost, or that the ledger has in a wrong state."""
        out = Counter(mail["draft_id"] for mail in self.control.deliveries())
        ledger = Ledger(ledger_url)
        try:
            states = {entry.draft_id: entry.state for entry in ledger.entries()}
        finally:
            ledger.close()
        if states.keys() != expected.keys():
            yield f"the ledger has {len(states)} drafts of {len(expected)}"
        for draft_id, state in expected.items():
            found = states.get(draft_id)
            if found is not state or out[draft_id] != 1:
                yield f"{draft_id} is {found} in the ledger, not {state}; it went out {out[draft_id]} times"


@contextmanager
def watched_sandbox(*, slow_to_count: float = 0.0, seed: int = 1) -> Iterator[WatchedSandbox]:
    """Runs a sandbox while the context is open.

    Args:
        slow_to_count: a request waits for up to so many seconds, by chance, before the service counts it.
        seed: of that chance.
    """
    chance = Random(seed)
    arrivals: list[Arrival] = []
    watched: list[WatchedSandbox] = []

    async def service(state: State, request: ServiceRequest) -> Reply:
        token = (request.authorization or "").removeprefix("Bearer u-").partition("-")[0]
        arrival = Arrival(time.monotonic(), int(token) if token.isdecimal() else 0, request.path)
        arrivals.append(arrival)
        watched[0].on_arrival(arrival)
        if slow_to_count:
            await asyncio.sleep(chance.uniform(0, slow_to_count))
        reply = await serve(state, request)
        arrival.answered_at = time.monotonic()
        arrival.code = reply.code if isinstance(reply, Answer) else None
        return reply

    with running_sandbox(service=service) as control:
        watched.append(WatchedSandbox(control, arrivals))
        yield watched[0]


def token_of(mailbox: str) -> str:
    """Returns a mailbox's token, which says what process sends."""
    return f"u-{os.getpid()}-{mailbox.partition('@')[0]}"


def create_drafts(
    box: WatchedSandbox, count: int, mailboxes: int, scripts: Mapping[int, Sequence[int | str]] | None = None
) -> list[tuple[str, str]]:
    """Creates drafts in turn in the mailboxes; those with these numbers meet these scripts."""
    drafts = [(f"box{number % mailboxes}@example.com", f"draft-{number}") for number in range(count)]
    for number, (mailbox, draft_id) in enumerate(drafts):
        box.control.create_draft(draft_id, user_mailbox_id=mailbox, script=(scripts or {}).get(number, ()))
    return drafts


def rate_limited(box: WatchedSandbox) -> int:
    """Returns how often the service had to refuse for the pace."""
    return box.count(RATE_LIMITED)
