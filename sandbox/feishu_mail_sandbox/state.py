"""What a sandbox remembers between two resets: drafts, deliveries, mailboxes, calls, and what arrived."""

import asyncio
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from random import Random

from feishu_mail_sandbox.clock import Clock
from feishu_mail_sandbox.document import Document, Operation
from feishu_mail_sandbox.rate_window import RateWindow
from feishu_mail_sandbox.script import BoundStep, Step
from feishu_mail_sandbox.settings import Settings, SettingsChange

OWN_MAILBOX = "me"
MOST_REQUESTS = 100_000
"""Requests that the log holds; the oldest is dropped first."""
LONGEST_LOGGED = 1_000
"""Characters of a path, and of each id, that the log keeps."""


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
    script: list[BoundStep]
    delivery: Delivery | None = None
    vanished: bool = False
    page_token: str | None = None

    @property
    def is_unsent(self) -> bool:
        """Whether it can still be read: the sandbox lets a draft go with its mail."""
        return not (self.delivery or self.vanished)

    def take_step(self, operation_id: str) -> Step | None:
        """Takes the next step for this operation out of the script, if there is one."""
        for position, (bound_to, step) in enumerate(self.script):
            if bound_to == operation_id:
                del self.script[position]
                return step
        return None


@dataclass(slots=True)
class LoggedRequest:
    """What arrived and what was answered; status and code stay None where nothing was. Holds no header."""

    method: str
    path: str
    operation: str | None = None
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
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    deliveries: list[Delivery] = field(default_factory=list[Delivery])
    requests: deque[LoggedRequest] = field(default_factory=lambda: deque[LoggedRequest](maxlen=MOST_REQUESTS))
    busy_mailboxes: set[str] = field(default_factory=set[str])
    settings: Settings = field(init=False)
    rate_windows: dict[str, RateWindow | None] = field(default_factory=dict[str, RateWindow | None])
    _drafts: dict[str, Draft] = field(default_factory=dict[str, Draft])

    def __post_init__(self) -> None:
        limits = {name: operation.rate_limit for name, operation in self.document.operations.items()}
        self.apply(SettingsChange(Settings(limits), 0, frozenset(limits)))

    def new_log_id(self) -> str:
        """Returns a log id of the shape seen live: 14 digits of time and 20 upper-case hexadecimal digits."""
        return f"{self.clock.date():%Y%m%d%H%M%S}{self.random.getrandbits(80):020X}"

    def mailbox_exists(self, user_mailbox_id: str) -> bool:
        """Returns whether the mailbox is the caller's own, was named in the settings, or ever held a draft."""
        return user_mailbox_id in (OWN_MAILBOX, *self.settings.mailboxes) or bool(self.drafts_in(user_mailbox_id))

    def add_draft(self, draft_id: str | None, user_mailbox_id: str, script: Iterable[BoundStep]) -> Draft:
        """Creates a draft, under a new UUID when no id is given. Raises DraftExists."""
        if draft_id is None:
            draft_id = str(uuid.UUID(int=self.random.getrandbits(128), version=4))
        if draft_id in self._drafts:
            raise DraftExists(f"there is, or was, a draft {draft_id!r} already; reset the sandbox or take another id")
        self._drafts[draft_id] = Draft(draft_id, user_mailbox_id, list(script))
        return self._drafts[draft_id]

    def find_draft(self, user_mailbox_id: str | None, draft_id: str | None) -> Draft | None:
        """Returns the draft if it is in this very mailbox and has not vanished."""
        draft = self._drafts.get(draft_id) if draft_id else None
        return draft if draft and draft.user_mailbox_id == user_mailbox_id and not draft.vanished else None

    def drafts_in(self, user_mailbox_id: str) -> list[Draft]:
        """Returns all drafts that the mailbox ever had, in order of creation."""
        return [draft for draft in self._drafts.values() if draft.user_mailbox_id == user_mailbox_id]

    def page_token_after(self, last: Draft) -> str:
        """Returns the token for the page after the one that ends with this draft, whenever it is asked for."""
        last.page_token = last.page_token or f"{self.random.getrandbits(64):016x}"
        return last.page_token

    def rate_headers(self, operation: Operation) -> dict[str, str] | None:
        """Returns the headers with the limit and the seconds to wait, or None where no limit is known."""
        window = self.rate_windows[operation.operation_id]
        limit = window.limit if window else operation.rate_limit
        reset = window.seconds_until_free(self.clock.now()) if window else 1
        return {"x-ogw-ratelimit-limit": str(limit.calls), "x-ogw-ratelimit-reset": str(reset)} if limit else None

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
        self.clock.advance(change.advance_seconds)
        self.settings = change.settings
        for operation_id in change.new_rate_limits:
            limit = change.settings.rate_limits[operation_id]
            self.rate_windows[operation_id] = RateWindow(limit) if limit else None
