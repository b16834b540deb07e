"""Sending a draft: once, and one at a time in a mailbox."""

from feishu_mail_sandbox.answers import Answer
from feishu_mail_sandbox.call import Call
from feishu_mail_sandbox.state import Delivery

DRAFT_NOT_FOUND = 1234050
ALREADY_SENT = 1236005
CONCURRENT_WRITE_CONFLICT = 1236006

CODES = frozenset({DRAFT_NOT_FOUND, ALREADY_SENT, CONCURRENT_WRITE_CONFLICT})


async def send(call: Call) -> Answer:
    """Judges the call, and where the mail is accepted holds the mailbox, delivers and answers."""
    state, draft = call.state, call.draft
    if draft is None:
        return call.refused(DRAFT_NOT_FOUND)
    if draft.delivery:
        # A fault is played to the end, but with the mail that went out before.
        return _sent(call, draft.delivery) if call.fault else call.refused(ALREADY_SENT)
    if draft.user_mailbox_id in state.busy_mailboxes:
        return call.refused(CONCURRENT_WRITE_CONFLICT)
    state.busy_mailboxes.add(draft.user_mailbox_id)
    try:
        if state.settings.send_seconds:
            await state.sleep(state.settings.send_seconds)
        return _sent(call, state.deliver(draft))
    finally:
        state.busy_mailboxes.discard(draft.user_mailbox_id)


def _sent(call: Call, delivery: Delivery) -> Answer:
    return call.succeeded(message_id=delivery.message_id, thread_id=delivery.thread_id)
