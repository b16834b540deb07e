"""Checks of sendDraft: a draft goes out once, and each mail that goes out was answered so."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

from fuzzing.fuzz_run import current_run, sent_message


@schemathesis.check
def a_sent_mail_has_its_ids(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A success names the message and its thread."""
    message = _message(response, case)
    for name in ("message_id", "thread_id") if message is not None else ():
        assert (message or {}).get(name), f"the success has no {name}"


@schemathesis.check
def message_ids_are_unique(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Two successes never share a message_id."""
    message_id = str((_message(response, case) or {}).get("message_id"))
    assert current_run().message_ids[message_id] <= 1, f"message_id {message_id} was given before"


@schemathesis.check
def a_draft_is_sent_once(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """One draft id never yields two successes."""
    draft = current_run().arranged[case.id].addressed
    assert current_run().sent[draft] <= 1, f"draft {draft.draft_id!r} was sent before"


@schemathesis.check
class deliveries_are_what_was_answered:  # noqa: N801
    """The sandbox's ledger holds each mail that was reported as sent, once, and no other."""

    def __init__(self) -> None:
        control = current_run().control
        self._before = len(control.deliveries()) if control else 0

    def after_run(self, ctx: CheckContext) -> None:
        """Compares the ledger with the answers."""
        run = current_run()
        if run.control is None:
            return
        delivered = [(mail["user_mailbox_id"], mail["draft_id"]) for mail in run.control.deliveries()[self._before :]]
        ours = {(draft.user_mailbox_id, draft.draft_id) for draft in run.drafts}
        answered = sorted((draft.user_mailbox_id, draft.draft_id) for draft in run.sent.elements())
        found = sorted(mail for mail in delivered if run.owned or mail in ours)
        assert found == answered, f"{len(found)} mails went out, {len(answered)} were answered as sent"


def _message(response: Response, case: Case[Any]) -> dict[str, Any] | None:
    run = current_run()
    is_send = run.operations[case.operation.label] is run.operation("sendDraft")
    return sent_message(response.status_code, response.content) if is_send else None
