"""Our own checks beside the built-in ones, for each operation of the document."""

from typing import Any

import httpx
import schemathesis
from schemathesis import Case, CheckContext, Response

from fuzzing.arranging import is_valid
from fuzzing.documented import Operation
from fuzzing.fuzz_run import Draft, current_run, read_envelope
from fuzzing.situations import Situation

RATE_LIMITED = 99991400
# An operation that the sandbox answers from its examples, not from its state, does not ask what exists.
KNOWS_WHAT_EXISTS = ("sendDraft", "getDraft", "listDrafts")


@schemathesis.check
def code_is_zero_exactly_on_success(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """The envelope's code is 0 exactly when the status is 2xx."""
    envelope = read_envelope(response.content)
    if "code" in envelope:
        assert (envelope["code"] == 0) == _succeeded(response), f"{response.status_code} with code {envelope['code']}"


@schemathesis.check
def errors_are_documented(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """An error's status and code stand together in the document, under this operation."""
    code, documented = _code(response), _operation(case).errors
    # A status that is not documented at all is the matter of status_code_conformance.
    if code is not None and response.status_code in {status for status, _ in documented}:
        assert (response.status_code, code) in documented, f"code {code} is not documented under {response.status_code}"


@schemathesis.check
def an_error_is_the_one_asked_for(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """The sandbox answers an id that asks for a code with this code."""
    wanted = current_run().arranged[case.id].code
    if current_run().control and wanted:
        assert _code(response) == wanted, f"asked for code {wanted}, answered {_code(response)}"


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
def what_exists_is_reached(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """A draft that exists, in its mailbox, with a valid token, is taken or told to wait."""
    if current_run().arranged[case.id].situation is Situation.EXISTING and is_valid(case):
        assert response.status_code in (200, 429), f"what exists was answered with {response.status_code}"


@schemathesis.check
def nothing_else_is_reached(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """No success for a draft that does not exist, in this mailbox and under this very id, or for no mailbox at all."""
    run, operation = current_run(), _operation(case)
    addressed = run.arranged[case.id].addressed
    if addressed.draft_id:
        # A draft that was sent has become a message. That none is sent twice is a check of its own.
        exists = addressed in run.drafts and not (operation.is_read and run.sent[addressed])
    else:
        exists = addressed.user_mailbox_id in {"me", *(draft.user_mailbox_id for draft in run.drafts)}
    if operation.operation_id in KNOWS_WHAT_EXISTS:
        assert exists or not _succeeded(response), "what does not exist was answered with a success"


@schemathesis.check
def a_valid_token_is_required(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Without a valid token the call is refused, with a code that says so, and nothing was done."""
    run, operation = current_run(), _operation(case)
    arranged = run.arranged[case.id]
    if arranged.situation is not Situation.REFUSED_CREDENTIAL:
        return
    assert not _succeeded(response), "a call without a valid token was accepted"
    assert _code(response) in operation.credential_codes, f"code {_code(response)} does not refuse a credential"
    if not operation.is_read and arranged.addressed.draft_id:
        # What can be seen from outside of "nothing was done": the draft can still be sent.
        status = run.send(arranged.addressed)
        assert status // 100 == 2 or status == 429, f"after a refused call, a call with a valid token gets {status}"


@schemathesis.check
def rate_limited_calls_learn_when(ctx: CheckContext, response: Response, case: Case[Any]) -> None:
    """Code 99991400 comes with the headers that name the quota and the wait."""
    if _code(response) == RATE_LIMITED and _operation(case).rate_limit:
        for name in ("x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset"):
            assert _header(response, name), f"there is no {name}"


@schemathesis.check
class the_rate_limit_is_enforced:  # noqa: N801 - schemathesis reports a check under its own name
    """Of each operation as many calls as documented pass, the next is told to wait, and after that wait one passes."""

    def after_run(self, ctx: CheckContext) -> None:
        """Tries it where nobody else is disturbed by a rate limit."""
        run = current_run()
        if not (run.control and run.owned):
            return
        limits = {each.operation_id: each.rate_limit for each in run.operations.values() if each.rate_limit}
        run.control.settings(rate_limits=limits)
        draft = Draft("me", "no-such-draft")
        for name, limit in limits.items():
            codes = [_code(run.call(name, draft)) for _ in range(limit["calls"])]
            refused = run.call(name, draft)
            assert RATE_LIMITED not in codes, f"{name}: a call within the rate limit was refused"
            assert _code(refused) == RATE_LIMITED, f"{name}: call {len(codes) + 1} in the time was not refused"
            reset = float(refused.headers.get("x-ogw-ratelimit-reset", "nan"))
            assert 0 < reset <= limit["seconds"], f"{name}: the named wait is {reset}"
            run.control.settings(clock={"advance": reset})
            assert _code(run.call(name, draft)) != RATE_LIMITED, f"{name}: after the named wait a call was refused"


@schemathesis.check
class enough_cases_succeed:  # noqa: N801
    """Of each operation that was tried, a good share of the cases reached a 200."""

    def after_run(self, ctx: CheckContext) -> None:
        """Compares each operation's share with the floor."""
        problem = current_run().shortfall()
        assert not problem, problem


def _operation(case: Case[Any]) -> Operation:
    return current_run().operations[case.operation.label]


def _succeeded(response: Response) -> bool:
    return response.status_code // 100 == 2


def _code(response: Response | httpx.Response) -> Any:
    return read_envelope(response.content).get("code")


def _header(response: Response, name: str) -> str | None:
    values = response.headers.get(name)
    return values[0] if values else None
