"""The hooks: arranges the situation of each case before it is sent, and notes what was answered."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.generation.meta import TestPhase

from fuzzing.direct_call import read_envelope, sent_message
from fuzzing.draft_source import Draft
from fuzzing.known_differences import is_known_difference
from fuzzing.observed_run import Arranged, FuzzRun, current_run
from fuzzing.situations import ODD_CHARACTERS, Situation, choose_situation

# The document's only negative data is a wrong or missing token. Nearly two thirds of the generated cases have one, and
# all of these look alike to the service, so most of them get the valid token.
_GIVEN_A_TOKEN = 2 / 3

# Invented values of these make a request that is no HTTP (RFC 9112); it is refused before it reaches any service.
_FRAMING = ("Connection", "Content-Length", "Expect", "Host", "Trailer", "Transfer-Encoding", "Upgrade")


@schemathesis.hook("before_call")
def arrange(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Gives a case its situation."""
    run = current_run()
    keeps_its_token = _lacks_token(run, case) and not (_is_fuzzing(case) and run.choices.random() < _GIVEN_A_TOKEN)
    situation = Situation.REFUSED_CREDENTIAL if keeps_its_token else _situation(run, case)
    arranged = _arranged(run, situation, _addressed(case.path_parameters))
    run.arranged[case.id] = arranged
    # Cases share their containers, so these are replaced rather than changed.
    case.path_parameters = {
        "user_mailbox_id": quote(arranged.draft.user_mailbox_id, safe=""),
        "draft_id": quote(arranged.draft.draft_id, safe=""),
    }
    _leave_framing_to_http(case)
    if not keeps_its_token:
        refused = situation is Situation.REFUSED_CREDENTIAL
        _authorize(case, next(run.refused_authorizations) if refused else run.authorization)


@schemathesis.hook("after_call")
def note(context: HookContext, case: Case[Any], response: Response) -> None:
    """Counts the answer, and the mail if it says that one went out."""
    run = current_run()
    run.statuses[response.status_code] += 1
    run.note_success(run.arranged[case.id].draft, sent_message(response.status_code, read_envelope(response.content)))


@schemathesis.hook("filter_failure")
def keep(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Keeps what is not known of the live service."""
    return not is_known_difference(failure, case, response)


def _lacks_token(run: FuzzRun, case: Case[Any]) -> bool:
    return case.method == "POST" and case.headers.get("Authorization") != run.authorization


def _is_fuzzing(case: Case[Any]) -> bool:
    return case.meta is not None and case.meta.phase.name is TestPhase.FUZZING


def _situation(run: FuzzRun, case: Case[Any]) -> Situation:
    # A wrong method that is taken shows only where there is something to send.
    return choose_situation(run.choices) if case.method == "POST" else Situation.SENDABLE


def _authorize(case: Case[Any], authorization: str | None) -> None:
    headers = case.headers.copy()
    headers.pop("Authorization", None)
    if authorization is not None:
        headers["Authorization"] = authorization
    case.headers = headers


def _leave_framing_to_http(case: Case[Any]) -> None:
    headers = case.headers.copy()
    for name in _FRAMING:
        headers.pop(name, None)
    case.headers = headers


def _addressed(parameters: Mapping[str, object]) -> Draft:
    # At this point the values are percent-encoded.
    return Draft(unquote(str(parameters.get("user_mailbox_id"))), unquote(str(parameters.get("draft_id"))))


def _arranged(run: FuzzRun, situation: Situation, generated: Draft) -> Arranged:
    if situation is Situation.AS_GENERATED:
        return Arranged(situation, generated)
    if situation is Situation.DOCUMENTED_ERROR:
        return Arranged(situation, Draft("me", f"code-{next(run.codes)}"))
    if situation in (Situation.OTHER_CASE, Situation.OTHER_MAILBOX) and not run.drafts.creates:
        # Needs a draft whose id and mailbox can be chosen.
        situation = Situation.SENDABLE
    mailbox = run.choices.choice(["me", generated.user_mailbox_id])
    # Where the token is the matter, the id is not.
    about_token = situation is Situation.REFUSED_CREDENTIAL
    draft_id = "draft" if about_token else generated.draft_id + run.choices.choice(ODD_CHARACTERS)
    existing = run.take(Draft(mailbox, draft_id))
    if existing is None:
        return Arranged(Situation.AS_GENERATED, generated)
    if situation is Situation.ALREADY_SENT:
        run.send(existing)
    if situation is Situation.OTHER_CASE:
        return Arranged(situation, Draft(existing.user_mailbox_id, existing.draft_id.swapcase()), (existing,))
    if situation is Situation.OTHER_MAILBOX:
        return Arranged(situation, Draft(f"other-{existing.user_mailbox_id}", existing.draft_id), (existing,))
    return Arranged(situation, existing, (existing,))
