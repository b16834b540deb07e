"""The judge: what may be true of a call, given what was done to it and what the sandbox's ledger says. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.faults.fault_table import Fault, Outcome

Prelude = Literal["refused", "accepted"]


@dataclass(frozen=True, slots=True)
class Rules:
    """What a policy allows."""

    name: str
    max_attempts: int
    raises_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """One call: a fault at an attempt, under a policy, after attempts that failed in another way."""

    fault: Fault
    position: int
    rules: Rules
    prelude: Prelude = "refused"
    """What the attempts before met: refusals, which do nothing; or, first, an acceptance whose answer was lost."""

    def __str__(self) -> str:
        return f"{self.fault.name} at attempt {self.position}, {self.rules.name}, after {self.prelude}"

    @property
    def attempts(self) -> int:
        """The requests that an honest client makes."""
        ends_here = (
            not self.fault.repeated
            or self.fault.outcome == "done"
            or (self.rules.raises_unknown and self.fault.outcome == "unknown")
        )
        return self.position if ends_here else min(self.position + 1, self.rules.max_attempts)

    @property
    def outcome(self) -> Outcome:
        """What an honest client can tell."""
        if self.attempts == self.position:
            was_lost = self.prelude == "accepted" and self.position > 1
            return "unknown" if was_lost and self.fault.outcome == "not_done" else self.fault.outcome
        return "unknown" if self.fault.vanishes else "done"


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of a call."""

    reported: str
    """The outcome, or the name of an exception that is not ours."""
    reported_attempts: int | None
    made_attempts: int
    """Requests that left, wherever they went."""
    deliveries: int
    """Mails that went out; for a read, drafts that came back."""
    is_anothers: bool = False
    """What came back belongs to another request."""
    seconds: float = 0
    """What it took, in real time."""
    waited: float = 0
    """What it waited between attempts, in time that did not pass."""


def truth_violations(observation: Observation) -> Iterator[str]:
    """Yields what is wrong with a send whatever was done to it."""
    reported, deliveries = observation.reported, observation.deliveries
    if deliveries > 1:
        yield f"{deliveries} mails went out"
    if reported not in ("done", "not_done", "unknown"):
        yield f"ended with {reported}, which is not ours"
    if reported == "done" and deliveries != 1:
        yield f"reported done, but {deliveries} went out"
    if reported == "not_done" and deliveries != 0:
        yield f"reported not_done, but {deliveries} went out"
    if observation.is_anothers:
        yield "took another's answer for its own"


def violations(cell: Cell, observation: Observation, *, max_seconds: float, attempt_seconds: float) -> Iterator[str]:
    """Yields what is wrong with a call whose cell is known."""
    yield from truth_violations(observation)
    if observation.reported != cell.outcome:
        yield f"reported {observation.reported}, but {cell.outcome} can be told"
    if observation.made_attempts != cell.attempts:
        yield f"{observation.made_attempts} requests were made, {cell.attempts} are right"
    if observation.reported_attempts not in (None, observation.made_attempts):
        yield f"{observation.reported_attempts} attempts were reported, {observation.made_attempts} were made"
    if observation.waited > max_seconds:
        yield f"waited {observation.waited:.1f} s of {max_seconds:g}"
    if observation.seconds > attempt_seconds * cell.attempts:
        yield f"took {observation.seconds:.1f} s for {cell.attempts} attempts"
