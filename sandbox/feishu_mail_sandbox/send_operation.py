"""Sending a draft: what the service decides about one call, step by step in its order.

`decide` is the whole judgement and never waits; `send` adds the only thing that takes time, the moment in which the
service accepts a mail and holds its mailbox.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from feishu_mail_sandbox import gateway
from feishu_mail_sandbox.answers import Answer, Reply, error_answer, gateway_answer, text_answer
from feishu_mail_sandbox.document import Document, DocumentedError
from feishu_mail_sandbox.faults import AcceptingFault, RefusingFault
from feishu_mail_sandbox.json_body import NotAnObject, read_object
from feishu_mail_sandbox.state import Delivery, Draft, State

MAILBOX_NOT_FOUND = 1234013
DRAFT_NOT_FOUND = 1234050
ALREADY_SENT = 1236005
CONCURRENT_WRITE_CONFLICT = 1236006

CODES = frozenset({MAILBOX_NOT_FOUND, DRAFT_NOT_FOUND, ALREADY_SENT, CONCURRENT_WRITE_CONFLICT})

_SCHEDULING = text_answer(501, "The sandbox does not imitate scheduled sending (send_time). Nothing was sent.\n")


@dataclass(frozen=True, slots=True)
class SendRequest:
    """One call of the send operation, as it arrived."""

    user_mailbox_id: str
    draft_id: str
    authorization: str | None
    body: bytes
    log_id: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The service takes the mail; `fault` spoils the answer that says so."""

    draft: Draft
    fault: AcceptingFault | None


async def send(state: State, request: SendRequest, sleep: Callable[[float], Awaitable[None]]) -> Reply:
    """Judges the call, and where the mail is accepted holds the mailbox, delivers and answers."""
    decision = decide(state, request)
    if not isinstance(decision, Acceptance):
        return decision
    draft = decision.draft
    state.busy_mailboxes.add(draft.user_mailbox_id)
    try:
        if state.settings.send_seconds:
            await sleep(state.settings.send_seconds)
        delivery = state.deliver(draft)
    finally:
        state.busy_mailboxes.discard(draft.user_mailbox_id)
    return _sent(state.document, draft, delivery, decision.fault, request.log_id)


def decide(state: State, request: SendRequest) -> Reply | Acceptance:
    """Counts the call, consumes a step of the draft's script, and returns the answer, or that the mail is accepted."""
    document, now = state.document, state.clock.now()

    def refused(code: int) -> Answer:
        return _error(state, document.error(code), request.log_id)

    refused_credential = gateway.refused_credential(request.authorization)
    if refused_credential:
        return refused(refused_credential)
    if _schedules(request.body):
        return _SCHEDULING
    if state.rate_window and not state.rate_window.admit(now):
        return refused(gateway.RATE_LIMITED)
    if not state.mailbox_exists(request.user_mailbox_id):
        return refused(MAILBOX_NOT_FOUND)
    magic = magic_error(document, request.draft_id)
    if magic:
        return _error(state, magic, request.log_id)
    draft = state.find_draft(request.user_mailbox_id, request.draft_id)
    if draft is None:
        return refused(DRAFT_NOT_FOUND)
    step = draft.script.popleft() if draft.script else None
    if isinstance(step, DocumentedError):
        return _error(state, step, request.log_id)
    if isinstance(step, RefusingFault):
        return step.reply(document, request.log_id)
    if draft.delivery:
        # A fault is played to the end, but with the mail that went out before.
        return _sent(document, draft, draft.delivery, step, request.log_id) if step else refused(ALREADY_SENT)
    if draft.user_mailbox_id in state.busy_mailboxes:
        return refused(CONCURRENT_WRITE_CONFLICT)
    return Acceptance(draft, step)


def magic_error(document: Document, draft_id: str) -> DocumentedError | None:
    """Returns the error that a draft id of the form `code-1236006` stands for, if the document has that code."""
    return next((error for code, error in document.errors.items() if draft_id == f"code-{code}"), None)


def _sent(document: Document, draft: Draft, delivery: Delivery, fault: AcceptingFault | None, log_id: str) -> Reply:
    ids = {"message_id": delivery.message_id, "thread_id": delivery.thread_id}
    answer = gateway_answer(200, {**document.success, "data": {**document.success["data"], **ids}}, log_id)
    if fault is None:
        return answer
    draft.vanished = fault.draft_vanishes
    return fault.distort(answer)


def _error(state: State, error: DocumentedError, log_id: str) -> Answer:
    # The rate headers are documented for this code alone.
    return error_answer(error, log_id, _rate_headers(state) if error.code == gateway.RATE_LIMITED else None)


def _rate_headers(state: State) -> dict[str, str]:
    window = state.rate_window
    limit = window.limit if window else state.document.rate_limit
    reset = window.seconds_until_free(state.clock.now()) if window else 1
    return {"x-ogw-ratelimit-limit": str(limit.calls), "x-ogw-ratelimit-reset": str(reset)}


def _schedules(body: bytes) -> bool:
    try:
        send_time = read_object(body).get("send_time")
    except NotAnObject:
        return False
    # According to the vendor's API metadata a missing or empty send_time means: at once.
    return send_time not in (None, "")
