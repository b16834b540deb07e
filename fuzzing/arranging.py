"""The hooks: arranges the situation of each case before it is sent, and notes what was answered."""

import json
import shlex
from dataclasses import asdict
from typing import Any
from urllib.parse import quote, unquote

import schemathesis
from schemathesis import Case, HookContext, Response
from schemathesis.core.failures import Failure
from schemathesis.core.parameters import ParameterLocation

from fuzzing.fuzz_run import Arranged, Draft, FuzzRun, current_run, sent_message
from fuzzing.known_differences import is_known_difference
from fuzzing.situations import ODD_CHARACTERS, WEIGHTS, Situation

_MOST_DRAFTS = 4


@schemathesis.hook("before_call")
def arrange(context: HookContext, case: Case[Any], kwargs: dict[str, Any]) -> None:
    """Gives a case its situation."""
    run = current_run()
    # The document's only header: where it is left out on purpose, it stays out.
    lacks_token = case.meta is not None and case.meta.is_negative_at(ParameterLocation.HEADER)
    situation = Situation.REFUSED_CREDENTIAL if lacks_token else _situation(run, case)
    # At this point the values are percent-encoded.
    generated = {name: unquote(str(value)) for name, value in case.path_parameters.items()}
    wanted = Draft(generated.get("user_mailbox_id", "me"), generated.get("draft_id", ""))
    arranged = _arranged(run, case.operation.label, situation, wanted)
    run.arranged[case.id] = arranged
    # Cases share their containers, so these are replaced rather than changed.
    ids = {name: quote(value, safe="") for name, value in asdict(arranged.addressed).items() if name in generated}
    case.path_parameters = {**case.path_parameters, **ids}
    if arranged.created and is_valid(case):
        case.query = _for_pages(run, case)
    refused = arranged.situation is Situation.REFUSED_CREDENTIAL
    authorization = next(run.refused_authorizations) if refused else run.authorization
    headers = case.headers.copy()
    headers.pop("Authorization", None)
    if authorization is not None and not lacks_token:
        headers["Authorization"] = authorization
    case.headers = headers


@schemathesis.hook("after_call")
def note(context: HookContext, case: Case[Any], response: Response) -> None:
    """Counts the answer, and what a success says to have been done."""
    run = current_run()
    operation, draft = run.operations[case.operation.label], run.arranged[case.id].addressed
    run.answers[case.operation.label][response.status_code] += 1
    if operation.operation_id == "sendDraft":
        run.note_mail(draft, sent_message(response.status_code, response.content))
    elif not operation.is_read:
        run.changed.add(draft)


@schemathesis.hook("filter_failure")
def keep(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:
    """Keeps what is not known of the live service, and says what was there before."""
    if is_known_difference(failure, case, response):
        return False
    run = current_run()
    arranged = run.arranged[case.id]
    failure.message += f"\n\nWhat the service had: {arranged.situation}"
    for draft in arranged.created if run.listed is None else ():
        body = shlex.quote(json.dumps(asdict(draft)))
        failure.message += f"\n    curl {run.base_url}/_sandbox/drafts --data {body}"
    return True


def is_valid(case: Case[Any]) -> bool:
    """Returns whether a case calls its operation as the document says, apart from the token and from what exists."""
    parts = case.meta.components.values() if case.meta else ()
    return case.method.upper() == case.operation.method.upper() and not any(part.mode.is_negative for part in parts)


def _situation(run: FuzzRun, case: Case[Any]) -> Situation:
    if not is_valid(case):
        # That a wrong call is taken shows only where there is something to take.
        return Situation.EXISTING
    return run.choices.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]


def _arranged(run: FuzzRun, label: str, situation: Situation, generated: Draft) -> Arranged:
    if situation is Situation.DOCUMENTED_ERROR:
        code = next(run.codes[label])
        name = f"code-{code}"
        return Arranged(situation, Draft("me", name) if generated.draft_id else Draft(name), code=code)
    if situation in (Situation.OTHER_CASE, Situation.OTHER_MAILBOX) and run.listed is not None:
        # Needs a draft whose id and mailbox can be chosen.
        situation = Situation.EXISTING
    to_send = not run.operations[label].is_read or situation is Situation.ALREADY_SENT
    wanted = () if situation is Situation.AS_GENERATED else _wanted(run, situation, generated)
    drafts = tuple(draft for each in wanted if (draft := run.take(each, to_send=to_send)))
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


def _wanted(run: FuzzRun, situation: Situation, generated: Draft) -> list[Draft]:
    odd = run.choices.choice(ODD_CHARACTERS)
    if not generated.draft_id:
        # A mailbox of its own, so that what it holds is known.
        count = run.choices.randint(1, _MOST_DRAFTS) if run.listed is None else 1
        return [Draft(run.new(generated.user_mailbox_id + odd), "draft")] * count
    mailbox = run.choices.choice(["me", generated.user_mailbox_id])
    # Where the token is the matter, the id is not.
    return [Draft(mailbox, "draft" if situation is Situation.REFUSED_CREDENTIAL else generated.draft_id + odd)]


def _for_pages(run: FuzzRun, case: Case[Any]) -> dict[str, Any]:
    """Asks for the first page, which no invented page_token names, and mostly for one that does not hold all."""
    query = {name: value for name, value in case.query.items() if name != "page_token"}
    if any(parameter.name == "page_size" for parameter in case.operation.query):
        if run.listed is not None:
            # Somebody's mailbox may hold many.
            query["page_size"] = run.choices.choice((20, 100))
        elif run.choices.random() < 0.75:
            query["page_size"] = run.choices.randint(1, _MOST_DRAFTS)
    return query
