"""What a sandbox remembers between two resets: drafts, deliveries, mailboxes, calls, and what arrived."""

import uuid
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from random import Random

from feishu_mail_sandbox.clock import Clock
from feishu_mail_sandbox.document import Document
from feishu_mail_sandbox.rate_window import RateWindow
from feishu_mail_sandbox.script import Step
from feishu_mail_sandbox.settings import Settings, SettingsChange

OWN_MAILBOX = "me"


class DraftExists(ValueError):
    """A draft id that is, or once was, in use."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A mail that went out."""

    draft_id: str
    message_id: str
    thread_id: str
    user_mailbox_id: str


@dataclass(slots=True)
class Draft:
    """A draft, before and after it was sent. One that vanished keeps its id taken, so no id ever goes out twice."""

    draft_id: str
    user_mailbox_id: str
    script: deque[Step]
    delivery: Delivery | None = None
    vanished: bool = False


@dataclass(slots=True)
class LoggedRequest:
    """What arrived and what was answered; status and code stay None where nothing was. Holds no header."""

    method: str
    path: str
    user_mailbox_id: str | None = None
    draft_id: str | None = None
    status: int | None = None
    code: int | None = None


@dataclass(slots=True)
class State:
    """Everything that a reset throws away."""

    document: Document
    clock: Clock
    random: Random
    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    requests: list[LoggedRequest] = field(default_factory=list[LoggedRequest])
    busy_mailboxes: set[str] = field(default_factory=set[str])
    settings: Settings = field(init=False)
    rate_window: RateWindow | None = field(init=False)
    _drafts: dict[str, Draft] = field(default_factory=dict[str, Draft])

    def __post_init__(self) -> None:
        self.settings = Settings(rate_limit=self.document.rate_limit)
        self.rate_window = RateWindow(self.document.rate_limit)

    def new_log_id(self) -> str:
        """Returns a log id of the shape seen live: 14 digits of time and 20 upper-case hexadecimal digits."""
        return f"{self.clock.date():%Y%m%d%H%M%S}{self.random.getrandbits(80):020X}"

    def mailbox_exists(self, user_mailbox_id: str) -> bool:
        """Returns whether the mailbox is the caller's own, was named in the settings, or ever held a draft."""
        return (
            user_mailbox_id == OWN_MAILBOX
            or user_mailbox_id in self.settings.mailboxes
            or any(draft.user_mailbox_id == user_mailbox_id for draft in self._drafts.values())
        )

    def add_draft(self, draft_id: str | None, user_mailbox_id: str, script: Iterable[Step]) -> Draft:
        """Creates a draft, under a new UUID when no id is given. Raises DraftExists."""
        if draft_id is None:
            draft_id = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        if draft_id in self._drafts:
            raise DraftExists(f"there is, or was, a draft {draft_id!r} already; reset the sandbox or take another id")
        self._drafts[draft_id] = Draft(draft_id, user_mailbox_id, deque(script))
        return self._drafts[draft_id]

    def find_draft(self, user_mailbox_id: str, draft_id: str) -> Draft | None:
        """Returns the draft if it is in this very mailbox and has not vanished."""
        draft = self._drafts.get(draft_id)
        return draft if draft and draft.user_mailbox_id == user_mailbox_id and not draft.vanished else None

    def deliver(self, draft: Draft) -> Delivery:
        """Lets the mail go out. Raises AssertionError for a draft that went out before: nothing delivers twice."""
        if draft.delivery:
            raise AssertionError(f"draft {draft.draft_id!r} would have been delivered twice")
        message_id, thread_id = f"{self.random.getrandbits(64):016x}", f"{self.random.getrandbits(64):016x}"
        draft.delivery = Delivery(draft.draft_id, message_id, thread_id, draft.user_mailbox_id)
        self.deliveries.append(draft.delivery)
        return draft.delivery

    def apply(self, change: SettingsChange) -> None:
        """Puts a change of the settings into force. A rate limit that is set starts with an empty window."""
        self.settings = change.settings
        self.clock.advance(change.advance_seconds)
        if change.new_rate_limit:
            limit = change.settings.rate_limit
            self.rate_window = RateWindow(limit) if limit else None
