"""What an operation answers once the gateway let the call through.

The same for all: parameters, the mailbox, magic ids, and the script of the draft that the path names. Then the
operation's handler, which knows the sandbox's state, or without one the success that the document shows.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace

from feishu_mail_sandbox import gateway, read_operations, send_operation
from feishu_mail_sandbox.answers import Answer, Reply
from feishu_mail_sandbox.call import Call
from feishu_mail_sandbox.document import DocumentedAnswer, Operation
from feishu_mail_sandbox.faults import RefusingFault
from feishu_mail_sandbox.query import REQUEST_PARAMETER_ERROR, is_acceptable

MAILBOX_NOT_FOUND = 1234013


# Each with the codes that it needs from the document.
HANDLERS: Mapping[str, tuple[Callable[[Call], Awaitable[Answer]], frozenset[int]]] = {
    "sendDraft": (send_operation.send, send_operation.CODES | {MAILBOX_NOT_FOUND}),
    "getDraft": (read_operations.get_draft, frozenset({read_operations.DRAFT_NOT_FOUND, MAILBOX_NOT_FOUND})),
    "listDrafts": (read_operations.list_drafts, frozenset({MAILBOX_NOT_FOUND})),
}


def needed_codes(operation: Operation) -> frozenset[int]:
    """Returns the codes that the sandbox answers of its own accord, without being asked for them."""
    _, own = HANDLERS.get(operation.operation_id, (None, frozenset[int]()))
    return gateway.CODES | own | ({REQUEST_PARAMETER_ERROR} if operation.query_parameters else frozenset[int]())


async def answered(call: Call) -> Reply:
    """Judges the call, consumes a step of the draft's script, and returns the answer."""
    operation = call.operation
    refusal = _refusal_of_parameters(call)
    if refusal:
        return refusal
    parameters = call.path_parameters
    draft = call.state.find_draft(parameters.get("user_mailbox_id"), parameters.get("draft_id"))
    step = draft.take_step(operation.operation_id) if draft else None
    if isinstance(step, DocumentedAnswer):
        return call.failed(step)
    if isinstance(step, RefusingFault):
        return step.reply(operation, call.log_id)
    if operation.operation_id in HANDLERS:
        handler, _ = HANDLERS[operation.operation_id]
        answer = await handler(replace(call, draft=draft, fault=step))
    else:
        answer = call.succeeded()
    if draft is None or step is None or answer.code != 0:
        return answer
    draft.vanished |= step.draft_vanishes
    return step.distort(answer)


def _refusal_of_parameters(call: Call) -> Answer | None:
    if not is_acceptable(call.operation, call.query):
        return call.refused(REQUEST_PARAMETER_ERROR)
    for name, value in call.path_parameters.items():
        magic = call.operation.magic_error(value)
        if magic:
            return call.failed(magic)
        missing = name == "user_mailbox_id" and not call.state.mailbox_exists(value)
        if missing and MAILBOX_NOT_FOUND in call.operation.errors:
            return call.refused(MAILBOX_NOT_FOUND)
    return None
