"""The judge: what may be true of a call, given what was done to it and what the sandbox's ledger says. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from tests.faults.fault_table import Fault, Outcome

Prelude = Literal["conflict", "accepted"]


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
    prelude: Prelude = "conflict"
    """What the attempts before met: conflicts, which send nothing; or, first, an acceptance whose answer was lost."""

    def __str__(self) -> str:
        return f"{self.fault.name} at attempt {self.position}, {self.rules.name}, after {self.prelude}"

    @property
    def attempts(self) -> int:
        """The requests that an honest client makes."""
        ends_here = (
            not self.fault.repeated
            or self.fault.outcome == "sent"
            or (self.rules.raises_unknown and self.fault.outcome == "unknown")
        )
        return self.position if ends_here else min(self.position + 1, self.rules.max_attempts)

    @property
    def outcome(self) -> Outcome:
        """What an honest client can tell."""
        if self.attempts == self.position:
            was_lost = self.prelude == "accepted" and self.position > 1
            return "unknown" if was_lost and self.fault.outcome == "not_sent" else self.fault.outcome
        return "unknown" if self.fault.vanishes else "sent"


@dataclass(frozen=True, slots=True)
class Observation:
    """What came of a call."""

    reported: str
    """The outcome, or the name of an exception that is not ours."""
    reported_attempts: int
    made_attempts: int
    """Requests that left, wherever they went."""
    deliveries: int
    seconds: float
    """What it took, in real time."""
    waited: float
    """What it waited between attempts, in time that did not pass."""


def truth_violations(observation: Observation) -> Iterator[str]:
    """Yields what is wrong whatever was done to the call."""
    reported, deliveries = observation.reported, observation.deliveries
    if deliveries > 1:
        yield f"{deliveries} mails went out"
    if reported not in ("sent", "not_sent", "unknown"):
        yield f"ended with {reported}, which is not ours"
    if reported == "sent" and deliveries != 1:
        yield f"reported sent, but {deliveries} went out"
    if reported == "not_sent" and deliveries != 0:
        yield f"reported not_sent, but {deliveries} went out"


def violations(cell: Cell, observation: Observation, *, max_seconds: float, attempt_seconds: float) -> Iterator[str]:
    """Yields what is wrong with a call whose cell is known."""
    yield from truth_violations(observation)
    if observation.made_attempts != cell.attempts:
        yield f"{observation.made_attempts} requests were made, {cell.attempts} are right"
    if observation.reported_attempts != observation.made_attempts:
        yield f"{observation.reported_attempts} attempts were reported, {observation.made_attempts} were made"
    if observation.reported == "unknown" != cell.outcome:
        yield f"reported unknown, but {cell.outcome} can be told"
    if observation.waited > max_seconds:
        yield f"waited {observation.waited:.1f} s of {max_seconds:g}"
    if observation.seconds > attempt_seconds * cell.attempts:
        yield f"took {observation.seconds:.1f} s for {cell.attempts} attempts"
