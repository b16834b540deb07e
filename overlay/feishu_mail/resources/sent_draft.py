"""What ``drafts.send`` returns: the mail is out."""

import string
from dataclasses import dataclass
from typing import Final

from feishu_mail.calls.call import Completed

# Every id that was seen is of these. It is shown in reprs, so free text must not pass for it, nor an address.
_OF_AN_ID: Final = frozenset(string.ascii_letters + string.digits + "+/=_~-")
_LONGEST_ID: Final = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDraft:
    """A draft whose mail is out."""

    draft_id: str
    message_id: str | None
    """Id of the sent message; None when the service says only that the draft was sent before, or names nothing that can
    be an id."""
    thread_id: str | None
    """Id of the conversation; None as for ``message_id``."""
    already_sent: bool
    """The service answered "already sent": an earlier attempt, of this call or before it, had gone through. If none was
    made (``attempts`` is 1 and you never sent it), a mail with the same Message-ID may be meant; look at it."""
    attempts: int
    """Requests that this call made."""
    log_id: str | None
    """Identifies the call for the vendor's support."""
    recall_status: str | None
    """``available`` when the message can be recalled, else usually None. Known from the vendor's newest SDKs only."""


def sent_draft(draft_id: str, call: Completed) -> SentDraft:
    """Returns what a completed call of the send operation says about the draft."""
    return SentDraft(
        draft_id=draft_id,
        message_id=_id(call.data, "message_id"),
        thread_id=_id(call.data, "thread_id"),
        already_sent=call.was_done_before,
        attempts=call.attempts,
        log_id=call.log_id,
        recall_status=_id(call.data, "recall_status"),
    )


def _id(message: object, name: str) -> str | None:
    value = getattr(message, name, None)
    is_one = isinstance(value, str) and len(value) <= _LONGEST_ID and _OF_AN_ID.issuperset(value)
    return value if is_one else None
