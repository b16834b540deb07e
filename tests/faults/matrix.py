"""The product of fault, position in the call and policy, and running one cell of it against the sandbox."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from feishu_mail import RetryPolicy
from feishu_mail_sandbox import SandboxControl, running_sandbox
from tests.faults.elsewhere import places
from tests.faults.fault_table import Fault, OperationId, faults, faults_of_reads
from tests.faults.oracle import Cell, Observation, Prelude, Rules, violations
from tests.faults.relay import Relay, relaying
from tests.faults.ways import AMPLE, Call, Caller, Report, Way

LAST = 4
RESEND = Rules("resend", LAST)
RAISE = Rules("raise", LAST, raises_unknown=True)
ONCE = Rules("one attempt", 1)

MAX_SECONDS = 120.0
ATTEMPT_SECONDS = 10.0
"""What an attempt may take at most; a fault that holds it does so for longer."""

_REFUSALS: Mapping[OperationId, int | str] = {"sendDraft": 1236006, "getDraft": "html_502"}
"""What the attempts before the fault meet, and may be repeated after."""
_PLACES_IN_A_CALL: Mapping[OperationId, Sequence[tuple[int, Rules, Prelude]]] = {
    "sendDraft": (
        (1, RESEND, "refused"),
        (2, RESEND, "refused"),
        (LAST, RESEND, "refused"),
        (2, RESEND, "accepted"),
        (LAST, RESEND, "accepted"),
        (1, RAISE, "refused"),
        (2, RAISE, "refused"),
        (LAST, RAISE, "refused"),
        (1, ONCE, "refused"),
    ),
    "getDraft": ((1, RESEND, "refused"), (2, RESEND, "refused"), (LAST, RESEND, "refused"), (1, ONCE, "refused")),
}
_NEXT = Cell(Fault(name="nothing", outcome="done", repeated=False), 1, RESEND)


@dataclass(frozen=True, slots=True)
class FaultBed:
    """Everything that a cell needs: the sandbox, the relay before it, and the places that are not the service."""

    sandbox: SandboxControl
    relay: Relay
    places: Mapping[str, str]

    def faults(self, operation: OperationId = "sendDraft") -> list[Fault]:
        """Returns all faults of the operation; redirects lead straight to the sandbox."""
        own_url = f"{self.sandbox.base_url}/open-apis/mail/v1/user_mailboxes/me/drafts/draft/send"
        return faults(own_url) if operation == "sendDraft" else faults_of_reads(own_url)

    def cells(self, way: Way, only: str = "") -> Iterator[Cell]:
        """Yields the cells of all faults with this text in their names, one fault after the other."""
        places_in_a_call = _PLACES_IN_A_CALL[way.operation][:: 2 if way.through_callers_client else 1]
        for fault in self.faults(way.operation):
            # The SDK does not promise to bound the time for the head of an answer to a caller's own client.
            if only in fault.name and not (fault.drips and way.through_callers_client):
                for position, rules, prelude in places_in_a_call:
                    yield Cell(fault, position, rules, prelude)

    def run(self, cell: Cell, way: Way) -> list[str]:
        """Returns what was wrong with the call, and with one for another draft that followed."""
        observed, following = self.observe(cell, way.operation, way.call)
        limits = {"max_seconds": MAX_SECONDS, "attempt_seconds": ATTEMPT_SECONDS}
        wrong_next = violations(_NEXT, following, **limits)
        return [*violations(cell, observed, **limits), *(f"the next draft: {each}" for each in wrong_next)]

    def clear(self) -> None:
        """Forgets all drafts and what was to become of them."""
        self.sandbox.reset()
        self.sandbox.settings(rate_limit=None)
        self.relay.clear()

    def observe(self, cell: Cell, operation: OperationId, caller: Caller) -> tuple[Observation, Observation]:
        """Makes both calls and returns what came of each."""
        fault, before = cell.fault, cell.position - 1
        self.clear()
        refusal = _REFUSALS[operation]
        steps = [refusal] * before
        if before and cell.prelude == "accepted":
            steps[0] = "drop_after_accept"
        if fault.script is not None:
            steps.append(fault.script)
        draft_id = self.sandbox.create_draft("draft", script=[{"operation": operation, "step": step} for step in steps])
        self.relay.plan(draft_id, [*[None] * before, fault.spoiling])
        call = Call(
            base_url=self.relay.base_url,
            draft_id=draft_id,
            policy=policy(cell.rules),
            timeout=timeout(fault),
            next_draft_id=self.sandbox.create_draft("next"),
            hurried_attempt=cell.position if fault.holds else None,
            new_draft=self.sandbox.create_draft,
            places=[*[None] * before, None if fault.place is None else self.places[fault.place]],
            fixed_token=fault.fixed_token,
        )
        began = time.monotonic()
        report, following = caller(call)
        seconds = time.monotonic() - began
        sent = [(mail["message_id"], mail["draft_id"] == call.next_draft_id) for mail in self.sandbox.deliveries()]
        ids, next_ids = ([each for each, is_next in sent if is_next is wanted] for wanted in (False, True))
        if operation == "getDraft":
            ids, next_ids = (
                [draft_id] * (report.outcome == "done"),
                [call.next_draft_id] * (following.outcome == "done"),
            )
        made_next = call.requests[call.next_draft_id]
        made = call.requests.total() - made_next
        return (
            _observation(report, ids, made, seconds=seconds, waited=call.waited),
            _observation(following, next_ids, made_next),
        )


def _observation(report: Report, ids: Sequence[str], made_attempts: int, **measured: float) -> Observation:
    is_anothers = report.id is not None and report.id not in ids
    return Observation(report.outcome, report.attempts, made_attempts, len(ids), is_anothers, **measured)


def timeout(fault: Fault) -> httpx.Timeout:
    """Returns a timeout that is short only for what the fault holds up."""
    if not fault.holds:
        return httpx.Timeout(AMPLE)
    return httpx.Timeout(AMPLE, connect=0.1) if fault.place else httpx.Timeout(AMPLE, read=0.1)


def policy(rules: Rules) -> RetryPolicy:
    """Returns the policy that has these rules."""
    return RetryPolicy(
        max_attempts=rules.max_attempts,
        max_seconds=MAX_SECONDS,
        after_unknown="raise" if rules.raises_unknown else "resend",
    )


@contextmanager
def fault_bed() -> Iterator[FaultBed]:
    """Starts the sandbox and what stands around it."""
    with running_sandbox() as sandbox, relaying(sandbox.base_url) as relay, places() as elsewhere:
        yield FaultBed(sandbox, relay, elsewhere)
