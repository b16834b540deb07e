"""What a run of many drafts says: its progress while it runs, and in the end the report."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from feishu_mail.calls.pace import Pace
from feishu_mail.many.open_ledger import open_ledger
from feishu_mail.many.states import DraftState, Entry, Stopped
from feishu_mail.outcomes.facts import RateLimit
from feishu_mail.outcomes.operations import SEND_DRAFT

if TYPE_CHECKING:
    from feishu_mail.many.ledger import Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How many drafts of the ledger are in each state."""

    sent: int
    """The mail is out."""
    not_sent: int
    """Refused for the draft's own sake; the mail is not out."""
    unknown: int
    """The mail may be out."""
    held: int
    """Refused for the sake of the mailbox, the token or the app; the mail is not out, and the next run tries it."""
    in_flight: int
    """A request is on its way, or was when its process died."""
    pending: int
    """Not attempted yet."""
    seconds_left: float
    """As long as the pace takes at least for those that are not attempted yet."""

    @property
    def total(self) -> int:
        """All drafts of the ledger."""
        return self.sent + self.not_sent + self.unknown + self.held + self.in_flight + self.pending


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Progress):
    """What a run came to, all earlier ones on its ledger included."""

    stopped: Stopped | None = None
    """Why it stopped early, if a failure stopped it."""
    interrupted_by: int | None = None
    """The signal that ended it, such as ``signal.SIGINT``, if one did."""
    ledger: str = field(repr=False)

    @property
    def all_sent(self) -> bool:
        """Whether every mail is out."""
        return self.sent == self.total

    def entries(self, *states: DraftState) -> Iterator[Entry]:
        """Iterates over the drafts in these states, or all, with what is known of each, in the order of the ledger."""
        ledger = open_ledger(self.ledger)
        try:
            yield from ledger.entries(states or None)
        finally:
            ledger.close()


def look(ledger: str, *, pace: Pace | None) -> Report:
    """Returns what a ledger says, without sending anything.

    Raises:
        LedgerError: there is none, or it cannot be read.
    """
    opened = open_ledger(ledger, must_exist=True)
    try:
        return report_of(opened, ledger, None if pace is None else pace.limit_of(SEND_DRAFT))
    finally:
        opened.close()


def report_of(ledger: "Ledger", url: str, limit: RateLimit | None, interrupted_by: int | None = None) -> Report:
    """Returns the report on a ledger that is open."""
    return Report(
        **progress_of(ledger.counts(), limit),
        stopped=ledger.stopped(),
        interrupted_by=interrupted_by,
        ledger=url,
    )


def progress_of(counts: Mapping[DraftState, int], limit: RateLimit | None) -> Mapping[str, Any]:
    """Returns the fields of ``Progress`` for the counts of a ledger."""
    pending = counts.get(DraftState.PENDING, 0)
    seconds = 0.0 if limit is None else (max(0, pending - 1) // limit.calls) * limit.seconds
    return {**{state.value: counts.get(state, 0) for state in DraftState}, "seconds_left": float(seconds)}
