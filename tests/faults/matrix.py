"""The product of fault, position in the call and policy, and running one cell of it against the sandbox."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from unittest.mock import patch

import httpx

from feishu_mail import RetryPolicy
from feishu_mail.send_call import SendCall
from feishu_mail_sandbox import SandboxControl, running_sandbox
from tests.faults.elsewhere import places
from tests.faults.fault_table import Fault, faults
from tests.faults.oracle import Cell, Observation, Prelude, Rules, violations
from tests.faults.relay import Relay, relaying
from tests.faults.senders import AMPLE, Call, Sender
from tests.instant_waits import instant_waits

CONFLICT = 1236006
LAST = 4
RESEND = Rules("resend", LAST)
RAISE = Rules("raise", LAST, raises_unknown=True)
ONCE = Rules("one attempt", 1)

MAX_SECONDS = 120.0
ATTEMPT_SECONDS = 3.0
"""What an attempt may take at most, in the matrix; a fault that holds it does so for longer."""


def cells(fault: Fault) -> Iterator[Cell]:
    """Yields the cells of one fault."""
    for position, rules, prelude in _PLACES_IN_A_CALL:
        yield Cell(fault, position, rules, prelude)


_PLACES_IN_A_CALL: Sequence[tuple[int, Rules, Prelude]] = (
    (1, RESEND, "conflict"),
    (2, RESEND, "conflict"),
    (LAST, RESEND, "conflict"),
    (2, RESEND, "accepted"),
    (LAST, RESEND, "accepted"),
    (1, RAISE, "conflict"),
    (2, RAISE, "conflict"),
    (LAST, RAISE, "conflict"),
    (1, ONCE, "conflict"),
)


@dataclass(frozen=True, slots=True)
class FaultBed:
    """Everything that a cell needs: the sandbox, the relay before it, and the places that are not the service."""

    sandbox: SandboxControl
    relay: Relay
    places: Mapping[str, str]

    @property
    def faults(self) -> list[Fault]:
        """All faults; redirects lead straight to the sandbox."""
        return faults(f"{self.sandbox.base_url}/open-apis/mail/v1/user_mailboxes/me/drafts/draft/send")

    def run(self, cell: Cell, sender: Sender) -> list[str]:
        """Returns what was wrong with the call."""
        observation = self.observe(cell, sender)
        return list(violations(cell, observation, max_seconds=MAX_SECONDS, attempt_seconds=ATTEMPT_SECONDS))

    def start_anew(self) -> None:
        """Forgets all drafts and what was to become of them."""
        self.sandbox.reset()
        self.sandbox.settings(rate_limit=None)
        self.relay.start_anew()

    def observe(self, cell: Cell, sender: Sender) -> Observation:
        """Makes one call and returns what came of it."""
        fault, before = cell.fault, cell.position - 1
        self.start_anew()
        first: int | str = "drop_after_accept" if cell.prelude == "accepted" else CONFLICT
        script = [first, *[CONFLICT] * (before - 1)] if before else []
        if fault.script is not None:
            script.append(fault.script)
        draft_id = self.sandbox.create_draft("draft", script=script)
        self.relay.plan(draft_id, [*[None] * before, fault.spoiling])
        call = Call(
            base_url=self.relay.base_url,
            draft_id=draft_id,
            policy=policy(cell.rules),
            timeout=timeout(fault),
            hurried_attempt=cell.position if fault.holds else None,
            new_draft=self.sandbox.create_draft,
            places=[*[None] * before, None if fault.place is None else self.places[fault.place]],
            fixed_token=fault.fixed_token,
        )
        began = time.monotonic()
        with waits_that_only_count() as waits:
            report = sender(call)
        return Observation(
            reported=report.outcome,
            reported_attempts=report.attempts,
            made_attempts=call.made_attempts,
            deliveries=len(self.sandbox.deliveries()),
            seconds=time.monotonic() - began,
            waited=sum(waits),
        )


def timeout(fault: Fault) -> httpx.Timeout:
    """Returns a timeout that is short only for what the fault holds up."""
    if not fault.holds:
        return httpx.Timeout(AMPLE)
    return httpx.Timeout(AMPLE, connect=0.2) if fault.place else httpx.Timeout(AMPLE, read=0.2)


def policy(rules: Rules) -> RetryPolicy:
    """Returns the policy that has these rules."""
    return RetryPolicy(
        max_attempts=rules.max_attempts,
        max_seconds=MAX_SECONDS,
        after_unknown="raise" if rules.raises_unknown else "resend",
    )


@contextmanager
def waits_that_only_count() -> Iterator[list[float]]:
    """Waits take no time, but the SDK's clock runs on by as much; they are collected in the list that is yielded."""
    waits: list[float] = []
    options = SendCall.__init__.__kwdefaults__
    with instant_waits(waits.append), patch.dict(options, clock=lambda: time.monotonic() + sum(waits)):
        yield waits


@contextmanager
def fault_bed() -> Iterator[FaultBed]:
    """Starts the sandbox and what stands around it."""
    with running_sandbox() as sandbox, relaying(sandbox.base_url) as relay, places() as elsewhere:
        yield FaultBed(sandbox, relay, elsewhere)
