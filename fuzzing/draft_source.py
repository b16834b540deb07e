"""Where drafts to send come from: the control plane of a sandbox, or a list of existing ones."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from feishu_mail_sandbox import SandboxControl


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft that exists and was not sent yet."""

    user_mailbox_id: str
    draft_id: str


class InvalidDrafts(ValueError):
    """A list of drafts that cannot be read; the message says why."""


class DraftSource(Protocol):
    """Gives drafts. `creates` says whether they get the mailbox and the id that were wanted."""

    creates: bool

    def take(self, wanted: Draft) -> Draft | None:
        """Returns an unsent draft, the wanted one where that is possible, or None when there are no more."""


class NewDrafts:
    """Creates each draft in the sandbox, with the id that was generated and an ending that makes it new."""

    creates = True

    def __init__(self, control: SandboxControl, ending: str) -> None:
        self._control = control
        self._ending = ending
        self._count = 0

    def take(self, wanted: Draft) -> Draft:
        """Creates the draft."""
        self._count += 1
        draft = Draft(wanted.user_mailbox_id, f"{wanted.draft_id}-{self._ending}-{self._count}")
        self._control.create_draft(draft.draft_id, user_mailbox_id=draft.user_mailbox_id)
        return draft


class ListedDrafts:
    """Hands out existing drafts, each once."""

    creates = False

    def __init__(self, drafts: Iterable[Draft]) -> None:
        self._drafts = iter(drafts)

    def take(self, wanted: Draft) -> Draft | None:
        """Returns the next one, whatever was wanted."""
        return next(self._drafts, None)


def read_drafts(text: str) -> list[Draft]:
    """Reads a draft from every line: its id, or a mailbox, a tabulator, and its id. Raises InvalidDrafts."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    parts = [line.rpartition("\t") for line in lines]
    drafts = [Draft(user_mailbox_id or "me", draft_id) for user_mailbox_id, _, draft_id in parts]
    if not drafts:
        raise InvalidDrafts("there is no draft in the list")
    if len(set(drafts)) < len(drafts):
        raise InvalidDrafts("the list names a draft twice, but each can be sent once only")
    return drafts
