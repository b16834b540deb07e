"""What ``drafts.send`` returns: the mail is out."""

from dataclasses import dataclass, field

from feishu_mail.calls.call import Completed


@dataclass(frozen=True, slots=True, kw_only=True)
class SentDraft:
    """A draft whose mail is out."""

    draft_id: str
    # What the service says may be any text, and a repr is written down.
    message_id: str | None = field(repr=False)
    """Id of the sent message; None when the service says only that the draft was sent before, or leaves it out."""
    thread_id: str | None = field(repr=False)
    """Id of the conversation; None as for ``message_id``."""
    already_sent: bool
    """The service answered "already sent": an earlier attempt, of this call or before it, had gone through. If none was
    made (``attempts`` is 1 and you never sent it), a mail with the same Message-ID may be meant; look at it."""
    attempts: int
    """Requests that this call made."""
    log_id: str | None
    """Identifies the call for the vendor's support."""
    recall_status: str | None = field(repr=False)
    """``available`` when the message can be recalled, else usually None. Known from the vendor's newest SDKs only."""


def sent_draft(draft_id: str, call: Completed) -> SentDraft:
    """Returns what a completed call of the send operation says about the draft."""
    return SentDraft(
        draft_id=draft_id,
        message_id=_text(call.data, "message_id"),
        thread_id=_text(call.data, "thread_id"),
        already_sent=call.was_done_before,
        attempts=call.attempts,
        log_id=call.log_id,
        recall_status=_text(call.data, "recall_status"),
    )


def _text(message: object, name: str) -> str | None:
    value = getattr(message, name, None)
    return value if isinstance(value, str) else None
