"""What a ledger says of a draft, and what is said to a ledger: values only."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from feishu_mail.outcomes.facts import ErrorFacts, Texts
from feishu_mail.outcomes.operations import SEND_DRAFT
from feishu_mail.outcomes.own_facts import OWN_FACTS


def facts_by_name(name: str) -> ErrorFacts | None:
    """Returns what is known about a failure of a send, by the name that the ledger has; None for one not known here."""
    known = (*SEND_DRAFT.errors.values(), *SEND_DRAFT.refusals, *OWN_FACTS)
    return next((facts for facts in known if facts.name == name), None)


class DraftState(StrEnum):
    """Where a draft stands."""

    PENDING = "pending"
    """Not attempted, or to be attempted again because nothing was sent."""
    IN_FLIGHT = "in_flight"
    """A request was about to leave. Found so after a crash, the mail may be out."""
    SENT = "sent"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    """The mail may be out."""
    HELD = "held"
    """Refused for the sake of its mailbox, its token or the app. The mail is not out."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A draft that the holder, and nobody else, may send for as long as the lease lasts."""

    number: int
    mailbox_id: int
    mailbox: str = field(repr=False)
    """The mailbox's address."""
    draft_id: str
    attempts: int
    """Requests that have left for it in earlier claims."""
    may_be_out: bool
    """Whether it was found in flight or unknown: a refusal then does not prove that it was not sent."""
    holder: str


class Nothing(NamedTuple):
    """There is no draft to claim now."""

    until: float | None
    """Seconds after which there may be one, or sooner if a claim is settled; None: nothing is left to do."""


class Settlement(NamedTuple):
    """How a claim ended."""

    state: DraftState
    name: str | None = None
    code: int | None = None
    log_id: str | None = None
    message_id: str | None = None
    stays_open: bool = False
    """Whether it is to be claimed again in this run."""
    not_before: float | None = None
    """Seconds for which nothing is claimed in its mailbox."""


class Stopped(NamedTuple):
    """Why nothing is claimed any more, until the next run."""

    name: str
    """The kind of failure, as ``feishu-mail explain`` takes it."""
    code: int | None
    """The service's error code; None when no code is what failed."""
    at: float
    """Seconds since 1970."""

    @property
    def summary(self) -> Texts:
        """What happened, in both languages."""
        facts = facts_by_name(self.name)
        return facts.summary if facts else Texts(self.name, self.name)

    @property
    def advice(self) -> Texts:
        """What to do, in both languages."""
        facts = facts_by_name(self.name)
        return facts.advice if facts else Texts("", "")


class Entry(NamedTuple):
    """A draft, as a report shows it: without the mailbox's address."""

    number: int
    draft_id: str
    state: DraftState
    name: str | None
    """The kind of failure, as ``feishu-mail explain`` takes it."""
    code: int | None
    log_id: str | None
    message_id: str | None
    attempts: int
    """Requests that have left for it, as far as is known."""
    began_at: float | None
    """Seconds since 1970, when its first attempt began."""
    ended_at: float | None
    """Seconds since 1970, when it was settled."""


class ClaimLost(Exception):
    """The claim is another's by now, or the draft was sent meanwhile: nothing may leave for it."""
