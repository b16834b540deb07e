"""Our own checks beside the built-in ones: what makes this operation safe to use."""

from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

from fuzzing.direct_call import read_envelope, sent_message
from fuzzing.observed_run import current_run
from fuzzing.situations import Situation

RATE_LIMITED = 99991400


@schemathesis.check
def code_is_zero_exactly_on_success(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """The envelope's code is 0 exactly when the status is 2xx."""
    envelope = read_envelope(response.content)
    if "code" in envelope:
        assert (envelope["code"] == 0) == _succeeded(response), f"{response.status_code} with code {envelope['code']}"


@schemathesis.check
def errors_are_documented(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """An error's status and code stand together in the document."""
    code = read_envelope(response.content).get("code")
    documented = current_run().documented.errors
    # A status that is not documented at all is the matter of status_code_conformance.
    if code is not None and response.status_code in {status for status, _ in documented}:
        assert (response.status_code, code) in documented, f"code {code} is not documented under {response.status_code}"


@schemathesis.check
def log_ids_match(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """X-Tt-Logid is there, and an error's body repeats it."""
    header, envelope = _header(response, "x-tt-logid"), read_envelope(response.content)
    assert header, "there is no X-Tt-Logid"
    if envelope and not _succeeded(response):
        error = envelope.get("error")
        log_id = error.get("log_id") if isinstance(error, dict) else envelope.get("log_id")
        assert log_id == header, f"the body names the log id {log_id!r}, the header {header!r}"


@schemathesis.check
def a_sent_mail_has_its_ids(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A success names the message and its thread."""
    message = _message(response)
    for name in ("message_id", "thread_id") if message is not None else ():
        assert (message or {}).get(name), f"the success has no {name}"


@schemathesis.check
def message_ids_are_unique(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Two successes never share a message_id."""
    message_id = str((_message(response) or {}).get("message_id"))
    assert current_run().message_ids[message_id] <= 1, f"message_id {message_id} was given before"


@schemathesis.check
def a_draft_is_sent_once(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """One draft id never yields two successes."""
    draft = current_run().arranged[case.id].draft
    assert current_run().sent[draft] <= 1, f"draft {draft.draft_id!r} was sent before"


@schemathesis.check
def a_sendable_draft_goes_out(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A draft that exists, in its mailbox, with a valid token, is sent or asked to wait."""
    if current_run().arranged[case.id].situation is Situation.SENDABLE and case.method == "POST":
        assert response.status_code in (200, 429), f"a draft that can be sent was answered {response.status_code}"


@schemathesis.check
def only_existing_drafts_go_out(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """No success for a draft that does not exist, in this mailbox and under this very id."""
    arranged = current_run().arranged[case.id]
    if arranged.draft not in arranged.created:
        assert not _succeeded(response), "a draft that does not exist was sent"


@schemathesis.check
def a_valid_token_is_required(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Without a valid token the call is refused, with a code that says so, and the mail has not gone out."""
    run = current_run()
    arranged = run.arranged[case.id]
    if arranged.situation is not Situation.REFUSED_CREDENTIAL:
        return
    code = read_envelope(response.content).get("code")
    assert not _succeeded(response), "a call without a valid token was accepted"
    assert code in run.documented.credential_codes, f"code {code} does not refuse a credential"
    # What can be seen from outside of "nothing was delivered": the draft can still be sent.
    status = run.send(arranged.draft)
    assert status // 100 == 2 or status == 429, f"after a refused call, a call with a valid token is answered {status}"


@schemathesis.check
def rate_limited_calls_learn_when(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Code 99991400 comes with the headers that name the quota and the wait."""
    if read_envelope(response.content).get("code") == RATE_LIMITED:
        for name in ("x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset"):
            assert _header(response, name), f"there is no {name}"


@schemathesis.check
class the_rate_limit_is_enforced:  # noqa: N801 - schemathesis reports a check under its own name
    """As many calls as documented pass, the next one is told to wait, and after that wait a call passes again."""

    def after_run(self, ctx: CheckContext) -> None:
        """Tries it where nobody else is disturbed by a rate limit."""
        run = current_run()
        if not (run.control and run.owned):
            return
        calls, seconds = run.documented.calls, run.documented.seconds
        run.control.settings(rate_limit={"calls": calls, "seconds": seconds})
        codes = [run.calls.send("me", "no-such-draft").envelope.get("code") for _ in range(calls)]
        refused = run.calls.send("me", "no-such-draft")
        assert RATE_LIMITED not in codes, "a call within the rate limit was refused"
        assert refused.envelope.get("code") == RATE_LIMITED, f"call {calls + 1} in a minute was not refused"
        reset = float(refused.headers.get("x-ogw-ratelimit-reset", "nan"))
        assert 0 < reset <= seconds, f"the named wait is {reset}"
        run.control.settings(clock={"advance": reset})
        code = run.calls.send("me", "no-such-draft").envelope.get("code")
        assert code != RATE_LIMITED, "after the named wait a call was refused"


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
        created = {draft for each in run.arranged.values() for draft in each.created}
        delivered = [(mail["user_mailbox_id"], mail["draft_id"]) for mail in run.control.deliveries()[self._before :]]
        ours = {(draft.user_mailbox_id, draft.draft_id) for draft in created}
        answered = sorted((draft.user_mailbox_id, draft.draft_id) for draft in run.sent.elements())
        found = sorted(mail for mail in delivered if run.owned or mail in ours)
        assert found == answered, f"{len(found)} mails went out, {len(answered)} were answered as sent"


def _succeeded(response: Response) -> bool:
    return response.status_code // 100 == 2


def _message(response: Response) -> dict[str, Any] | None:
    return sent_message(response.status_code, read_envelope(response.content))


def _header(response: Response, name: str) -> str | None:
    values = response.headers.get(name)
    return values[0] if values else None
