"""The hooks: arranges the situation of each case before it is sent, and notes what was answered."""

import json
import shlex
from typing import Any
from urllib.parse import quote, unquote

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import TestPhase

from fuzzing.documented import Operation
from fuzzing.fuzz_run import Arranged, Draft, FuzzRun, current_run, sent_message
from fuzzing.known_differences import is_known_difference
from fuzzing.situations import ODD_CHARACTERS, WEIGHTS, Situation

# Most of the document's negative data are wrong or missing tokens. Nearly two thirds of the generated cases have one, and
# all of these look alike to the service, so most of them get the valid token.
_GIVEN_A_TOKEN = 2 / 3

# Invented values of these make a request that is no HTTP (RFC 9112); it is refused before it reaches any service.
_FRAMING = ("Connection", "Content-Length", "Expect", "Host", "Trailer", "Transfer-Encoding", "Upgrade")

_MOST_DRAFTS = 4


@schemathesis.hook("before_call")
def arrange(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Gives a case its situation."""
    run = current_run()
    operation = run.operations[case.operation.label]
    lacks_token = has_its_method(case) and case.headers.get("Authorization") != run.authorization
    keeps_its_token = lacks_token and not (_is_fuzzing(case) and run.choices.random() < _GIVEN_A_TOKEN)
    situation = Situation.REFUSED_CREDENTIAL if keeps_its_token else _situation(run, case)
    # At this point the values are percent-encoded.
    generated = {name: unquote(str(value)) for name, value in case.path_parameters.items()}
    arranged = _arranged(run, operation, situation, Draft(**generated))
    run.arranged[case.id] = arranged
    # Cases share their containers, so these are replaced rather than changed.
    case.path_parameters = {name: quote(getattr(arranged.addressed, name), safe="") for name in generated}
    if arranged.created:
        _ask_for_pages(run, case)
    headers = case.headers.copy()
    for name in _FRAMING:
        headers.pop(name, None)
    if not keeps_its_token:
        refused = arranged.situation is Situation.REFUSED_CREDENTIAL
        headers["Authorization"] = next(run.refused_authorizations) if refused else run.authorization
        if headers["Authorization"] is None:
            del headers["Authorization"]
    case.headers = headers


@schemathesis.hook("after_call")
def note(context: HookContext, case: Case[Any], response: Response) -> None:
    """Counts the answer, and the mail if it says that one went out."""
    run = current_run()
    operation = run.operations[case.operation.label]
    run.answers[operation.label][response.status_code] += 1
    if not operation.is_read:
        run.note_mail(run.arranged[case.id].addressed, sent_message(response.status_code, response.content))


@schemathesis.hook("filter_failure")
def keep(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Keeps what is not known of the live service, and says what was there before."""
    if is_known_difference(failure, case, response):
        return False
    run = current_run()
    arranged = run.arranged[case.id]
    failure.message += f"\n\nWhat the service had: {arranged.situation}"
    for draft in arranged.created if run.listed is None else ():
        body = json.dumps({"draft_id": draft.draft_id, "user_mailbox_id": draft.user_mailbox_id})
        failure.message += f"\n    curl {run.base_url}/_sandbox/drafts --data {shlex.quote(body)}"
    return True


def has_its_method(case: Case[Any]) -> bool:
    """Returns whether a case calls the operation with the method that it has."""
    return case.method.upper() == case.operation.method.upper()


def has_valid_query(case: Case[Any]) -> bool:
    """Returns whether the document allows the query of a case."""
    return case.meta is None or not case.meta.is_negative_at(ParameterLocation.QUERY)


def _is_fuzzing(case: Case[Any]) -> bool:
    return case.meta is not None and case.meta.phase.name is TestPhase.FUZZING


def _situation(run: FuzzRun, case: Case[Any]) -> Situation:
    if not has_its_method(case):
        # A wrong method that is taken shows only where there is something to take.
        return Situation.EXISTING
    return run.choices.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]


def _arranged(run: FuzzRun, operation: Operation, situation: Situation, generated: Draft) -> Arranged:
    if situation is Situation.AS_GENERATED:
        return Arranged(situation, generated)
    if situation is Situation.DOCUMENTED_ERROR:
        wanted = f"code-{next(run.codes[operation.label])}"
        return Arranged(situation, Draft("me", wanted) if generated.draft_id else Draft(wanted))
    if situation in (Situation.OTHER_CASE, Situation.OTHER_MAILBOX) and run.listed is not None:
        # Needs a draft whose id and mailbox can be chosen.
        situation = Situation.EXISTING
    drafts = _drafts(run, operation, situation, generated)
    if not drafts:
        return Arranged(Situation.AS_GENERATED, generated)
    mailbox, draft_id = drafts[0].user_mailbox_id, drafts[0].draft_id if generated.draft_id else ""
    if situation is Situation.ALREADY_SENT:
        run.send(drafts[0])
    if situation is Situation.OTHER_MAILBOX:
        mailbox = f"other-{mailbox}"
    if situation is Situation.OTHER_CASE:
        draft_id = draft_id.swapcase()
    return Arranged(situation, Draft(mailbox, draft_id), drafts)


def _drafts(run: FuzzRun, operation: Operation, situation: Situation, generated: Draft) -> tuple[Draft, ...]:
    odd = run.choices.choice(ODD_CHARACTERS)
    to_send = not operation.is_read or situation is Situation.ALREADY_SENT
    if generated.draft_id:
        mailbox, count = run.choices.choice(["me", generated.user_mailbox_id]), 1
        # Where the token is the matter, the id is not.
        draft_id = "draft" if situation is Situation.REFUSED_CREDENTIAL else generated.draft_id + odd
    else:
        # A mailbox of its own, so that what it holds is known.
        mailbox, count = run.new(generated.user_mailbox_id + odd), run.choices.randint(1, _MOST_DRAFTS)
        draft_id = "draft"
    taken = (run.take(Draft(mailbox, draft_id), to_send=to_send) for _ in range(count))
    return tuple(draft for draft in taken if draft)


def _ask_for_pages(run: FuzzRun, case: Case[Any]) -> None:
    """Asks for the first page, which an invented page_token does not name, and mostly for a page that does not hold all."""
    if has_valid_query(case) and any(parameter.name == "page_token" for parameter in case.operation.query):
        query = {name: value for name, value in case.query.items() if name != "page_token"}
        case.query = {**query, "page_size": run.choices.randint(1, _MOST_DRAFTS)} if run.choices.random() < 0.75 else query
