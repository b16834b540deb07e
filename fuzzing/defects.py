"""Small defects that a server of this API could really have, each as a change of the sandbox's service from outside."""

import json
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from feishu_mail_sandbox.answers import Answer, Reply, Silence, gateway_answer
from feishu_mail_sandbox.request_path import matched_parameters, path_segments
from feishu_mail_sandbox.service import Service, ServiceRequest, serve
from feishu_mail_sandbox.state import Draft, State

ALREADY_SENT = 1236005
BAD_PARAMETER = 1234008
CONFLICT = 1236006
DRAFT_NOT_FOUND = 1234050
INTERNAL_ERROR = 1236019
MAILBOX_NOT_FOUND = 1234013
QUOTA, OTHER_QUOTA = 1236013, 1236007
RATE_LIMITED = 99991400
TOKEN_MISSING = 99991661
VALID = "Bearer u-anybody"

When = Callable[[Answer], bool]
# What is no reply, and does not become one, leaves the answer as it was.
Said = Callable[[State, ServiceRequest, Answer], object]
Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Defect:
    """What is wrong, the check that must find it, a word of its complaint, so that it is found for this reason and no
    other, the operation that has the defect and is fuzzed, and the service."""

    what: str
    caught_by: str
    saying: str
    operation_id: str
    service: Service


# --- When a defect shows.


def error(answer: Answer) -> bool:
    return bool(answer.code)


def on(*codes: int | None) -> When:
    return lambda answer: answer.code in codes


success = on(0)

# --- Ways to have a defect: what is heard, what is said, and what is done.


def hears(member: str, change: Change) -> Service:
    async def service(state: State, request: ServiceRequest) -> Reply:
        changes: dict[str, Any] = {member: change(getattr(request, member))}
        return await serve(state, replace(request, **changes))

    return service


def accepts(token: str | None) -> Service:
    return hears("authorization", lambda sent: VALID if sent == token else sent)


def says(when: When, what: Said) -> Service:
    async def service(state: State, request: ServiceRequest) -> Reply:
        reply = await serve(state, request)
        instead = what(state, request, reply) if isinstance(reply, Answer) and when(reply) else None
        instead = await instead if isinstance(instead, Awaitable) else instead
        return instead if isinstance(instead, Answer | Silence) else reply

    return service


def says_with(when: When, **changes: Any) -> Service:
    return says(when, lambda state, request, answer: replace(answer, **changes))


def says_header(when: When, name: str, value: str | None) -> Service:
    return says(when, lambda _, request, answer: replace(answer, headers=_with(answer.headers, {name: value})))


def says_body(when: When, change: Change) -> Service:
    return says(when, lambda _, request, answer: _with_body(answer, change(json.loads(answer.body))))


def says_members(when: When, **members: object) -> Service:
    return says_body(when, lambda body: _with(body, members))


def says_in(name: str, when: When, **members: object) -> Service:
    return says_body(when, lambda body: {**body, name: _with(body[name], members)})


def says_items(change: Change) -> Service:
    return says_body(success, lambda body: {**body, "data": {**body["data"], "items": change(body["data"]["items"])}})


def says_for(part: str, what: Said) -> Service:
    """Says something else where the path holds this part."""
    return says(
        lambda answer: answer.code is not None,
        lambda state, request, answer: what(state, request, answer) if part in request.path else None,
    )


def invents(**data: object) -> Service:
    return says(on(DRAFT_NOT_FOUND, MAILBOX_NOT_FOUND), lambda state, request, answer: _success(state, data))


def finds(fold: Callable[[str], str]) -> Service:
    """Takes a draft of any mailbox, whose id is the same when folded, where there is none."""

    def said(state: State, request: ServiceRequest, answer: Answer) -> object:
        asked = state.requests[-1]
        mailbox, draft_id = str(asked.user_mailbox_id), str(asked.draft_id)
        found = next((draft for draft in _drafts(state).values() if fold(draft.draft_id) == fold(draft_id)), None)
        if found is None:
            return None
        path = request.path.replace(_path(mailbox, draft_id), _path(found.user_mailbox_id, found.draft_id))
        return serve(state, replace(request, path=path))

    return says(on(DRAFT_NOT_FOUND, MAILBOX_NOT_FOUND), said)


def lists(wanted: Callable[[Draft, str | None], bool]) -> Service:
    """Adds drafts to every page; which ones may depend on the mailbox that is listed."""

    def said(state: State, request: ServiceRequest, answer: Answer) -> object:
        body, mailbox = json.loads(answer.body), state.requests[-1].user_mailbox_id
        body["data"]["items"] += [{"id": each.draft_id} for each in _drafts(state).values() if wanted(each, mailbox)]
        return _with_body(answer, body)

    return says(success, said)


def holds_to(windows: Change) -> Service:
    """Counts the calls in other rate windows, by operation."""

    async def service(state: State, request: ServiceRequest) -> Reply:
        state.rate_windows = windows(state.rate_windows)
        return await serve(state, request)

    return service


async def sends_all_the_same(state: State, request: ServiceRequest, answer: Answer) -> None:
    await serve(state, replace(request, authorization=VALID))


def sends_again(state: State, request: ServiceRequest, answer: Answer) -> Awaitable[Reply]:
    _draft(state).delivery = None
    return serve(state, request)


def repeats_the_first_success(state: State, request: ServiceRequest, answer: Answer) -> object:
    sent = _draft(state).delivery
    return sent and _success(state, {"message_id": sent.message_id, "thread_id": sent.thread_id})


def delivers_again(state: State, request: ServiceRequest, answer: Answer) -> None:
    state.deliveries.append(state.deliveries[-1])


def removes_what_is_read(state: State, request: ServiceRequest, answer: Answer) -> None:
    asked = state.requests[-1]
    for draft in _drafts(state).values():
        draft.vanished |= draft.user_mailbox_id == asked.user_mailbox_id and asked.draft_id in (None, draft.draft_id)


def removes_others(state: State, request: ServiceRequest, answer: Answer) -> None:
    for draft in _drafts(state).values():
        draft.vanished |= draft.user_mailbox_id == "me" and draft is not _draft(state)


def counts_again(state: State, request: ServiceRequest, answer: Answer) -> None:
    window = state.rate_windows[str(state.requests[-1].operation)]
    if window:
        window.admit(state.clock.now())


def html(state: State, request: ServiceRequest, answer: Answer) -> Answer:
    return replace(answer, body=b"<html></html>", headers=_with(answer.headers, {"Content-Type": "text/html"}))


def refusal(status: int, code: int) -> Said:
    def said(state: State, request: ServiceRequest, answer: Answer) -> Answer:
        log_id = answer.headers["X-Tt-Logid"]
        return gateway_answer(status, {"code": code, "msg": "error", "error": {"log_id": log_id}}, log_id)

    return said


def _drafts(state: State) -> dict[str, Draft]:
    # A defect may look where no part of the sandbox may.
    return state._drafts  # noqa: SLF001


def _draft(state: State) -> Draft:
    draft_id = str(state.requests[-1].draft_id)
    return _drafts(state).get(draft_id) or Draft(draft_id, "me", [])


def _path(user_mailbox_id: str, draft_id: str) -> str:
    return f"{quote(user_mailbox_id, safe='')}/drafts/{quote(draft_id, safe='')}"


def _success(state: State, data: Mapping[str, object]) -> Answer:
    return gateway_answer(200, {"code": 0, "msg": "success", "data": data}, state.new_log_id())


def _with(members: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    # None leaves a member out.
    return {name: value for name, value in {**members, **changes}.items() if value is not None}


def _with_body(answer: Answer, body: object) -> Answer:
    return replace(answer, body=json.dumps(body).encode())


def _confined(operation_id: str, service: Service) -> Service:
    async def either(state: State, request: ServiceRequest) -> Reply:
        path = state.document.operations[operation_id].path
        is_here = matched_parameters(path, path_segments(request.path) or ()) is not None
        return await (service if is_here else serve)(state, request)

    return either


# --- The defects: what is wrong, who must find it, with which word, and the service.

SCHEMA, TYPE, HEADERS = "response_schema_conformance", "content_type_conformance", "response_headers_conformance"
CODE_0, DOCUMENTED, LOG_IDS = "code_is_zero_exactly_on_success", "errors_are_documented", "log_ids_match"
REACHED, ELSE, TOKEN = "what_exists_is_reached", "nothing_else_is_reached", "a_valid_token_is_required"
RATE, WAIT, STATUS = "the_rate_limit_is_enforced", "rate_limited_calls_learn_when", "status_code_conformance"
IDS, ONCE, DELIVERIES = "a_sent_mail_has_its_ids", "a_draft_is_sent_once", "deliveries_are_what_was_answered"
SERVER_ERROR, METHOD, INVALID = "not_a_server_error", "unsupported_method", "negative_data_rejection"
PAGES, SAME, ASKED = "pages_hold_each_draft_once", "a_read_changes_nothing", "the_draft_asked_for_is_returned"
UNIQUE, STAY, ENOUGH = "message_ids_are_unique", "drafts_stay_until_they_are_sent", "enough_cases_succeed"
ANSWERED, MAGIC = "every_call_is_answered", "an_error_is_the_one_asked_for"
LIMIT, RESET = "x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset"

ROWS: Mapping[str, list[tuple[str, str, str, Service]]] = {
    "sendDraft": [
        # The body of a success
        ("message_id is a number", SCHEMA, "string", says_in("data", success, message_id=197)),
        ("message_id is an object", SCHEMA, "string", says_in("data", success, message_id={"id": "197c"})),
        ("message_id is empty", IDS, "message_id", says_in("data", success, message_id="")),
        ("thread_id is missing", IDS, "thread_id", says_in("data", success, thread_id=None)),
        ("every message_id is the same", UNIQUE, "given before", says_in("data", success, message_id="197c")),
        ("data is a list", SCHEMA, "object", says_members(success, data=[])),
        ("a success has no code", SCHEMA, "required", says_members(success, code=None)),
        ("the envelope is in a list", SCHEMA, "object", says_body(success, lambda body: [body])),
        ("a success has no body", SCHEMA, "JSON", says_with(success, body=b"")),
        ("a success says text/plain", TYPE, "text/plain", says_header(success, "Content-Type", "text/plain")),
        # The body of an error
        ("an error's code is a string", SCHEMA, "integer", says_members(error, code="1234050")),
        ("an error has code 0", CODE_0, "code 0", says_members(error, code=0)),
        ("error is a text", SCHEMA, "object", says_members(error, error="failed")),
        ("data of an error is a list", SCHEMA, "object", says_members(error, data=[])),
        ("an error is HTML", TYPE, "text/html", says(on(MAILBOX_NOT_FOUND), html)),
        ("an internal error is HTML", TYPE, "text/html", says(on(INTERNAL_ERROR), html)),
        # Statuses and codes
        ("an error with status 200", CODE_0, "200", says_with(on(ALREADY_SENT), status=200)),
        ("a status that is not documented", STATUS, "422", says_with(on(DRAFT_NOT_FOUND), status=422)),
        ("already sent under 400", DOCUMENTED, "1236005", says_with(on(ALREADY_SENT), status=400)),
        ("a success with status 201", STATUS, "201", says_with(success, status=201)),
        ("a code that is not documented", DOCUMENTED, "1234051", says_members(on(DRAFT_NOT_FOUND), code=1234051)),
        ("one quota for another", MAGIC, "6007", says_members(on(QUOTA), code=OTHER_QUOTA)),
        # Log ids
        ("X-Tt-Logid is missing", LOG_IDS, "no X-Tt-Logid", says_header(success, "X-Tt-Logid", None)),
        ("an error has no log_id", LOG_IDS, "None", says_in("error", error, log_id=None)),
        ("the two log ids differ", LOG_IDS, "20260102", says_in("error", error, log_id="20260102")),
        # The rate limit
        ("rates are not enforced", RATE, "was not refused", holds_to(dict.fromkeys)),
        ("a call counts twice", RATE, "within the rate limit", says(on(DRAFT_NOT_FOUND), counts_again)),
        ("the reset is in milliseconds", RATE, "60000", says_header(on(RATE_LIMITED), RESET, "60000")),
        ("the reset is no number", HEADERS, "number", says_header(on(RATE_LIMITED), RESET, "soon")),
        ("the reset is negative", HEADERS, "minimum", says_header(on(RATE_LIMITED), RESET, "-1")),
        ("the limit is no whole number", HEADERS, "integer", says_header(on(RATE_LIMITED), LIMIT, "20/min")),
        ("the reset is missing", WAIT, "reset", says_header(on(RATE_LIMITED), RESET, None)),
        ("the limit is missing", WAIT, "limit", says_header(on(RATE_LIMITED), LIMIT, None)),
        # Tokens
        ("no token is needed", "ignored_auth", "without authentication", accepts(None)),
        ("Basic will do", TOKEN, "was accepted", accepts("Basic dS1mdXp6")),
        ("an expired token will do", TOKEN, "was accepted", accepts("Bearer u-expired")),
        ("the scope is not looked at", TOKEN, "was accepted", accepts("Bearer u-no-scope")),
        ("a tenant's token will do", TOKEN, "was accepted", accepts("Bearer t-fuzz")),
        ("the token is asked for too late", TOKEN, "after a refused call", says(on(TOKEN_MISSING), sends_all_the_same)),
        ("a missing token has another code", TOKEN, "1234008", says_members(on(TOKEN_MISSING), code=BAD_PARAMETER)),
        # Sending
        ("a draft is sent twice", ONCE, "sent before", says(on(ALREADY_SENT), sends_again)),
        ("the first answer is repeated", ONCE, "sent before", says(on(ALREADY_SENT), repeats_the_first_success)),
        ("one call delivers two mails", DELIVERIES, "went out", says(success, delivers_again)),
        ("a mail is lost", DELIVERIES, "went out", says(success, lambda state, *_: state.deliveries.pop())),
        ("unknown drafts are sent", ELSE, "does not exist", invents(message_id="197c", thread_id="197c")),
        ("the mailbox is not looked at", ELSE, "does not exist", finds(str)),
        ("ids ignore upper and lower case", ELSE, "does not exist", finds(str.lower)),
        ("sending removes other drafts", STAY, "not listed", says(success, removes_others)),
        ("every send is put off", ENOUGH, "Under 25%", says(success, refusal(429, CONFLICT))),
        # Paths
        ("ids are not decoded", REACHED, "404", hears("path", lambda path: path.replace("%", "%25"))),
        ("ids are decoded twice", REACHED, "404", hears("path", lambda path: quote(unquote(path), safe="/%"))),
        ("a plus is read as a space", REACHED, "404", hears("path", lambda path: path.replace("%2B", "%20"))),
        ("any method sends", METHOD, "returned 200", hears("method", lambda _: "POST")),
        ("500 for a wrong method", SERVER_ERROR, "Server error", says(on(None), refusal(500, INTERNAL_ERROR))),
        ("500 for an id with a slash", SERVER_ERROR, "Server error", says_for("%2F", refusal(500, INTERNAL_ERROR))),
        ("400 for an id that is not ASCII", REACHED, "400", says_for("%E8", refusal(400, BAD_PARAMETER))),
        ("no answer for an emoji", ANSWERED, "onnect", says_for("%F0%9F", lambda *_: Silence.ABORT)),
    ],
    "getDraft": [
        ("a read needs no token", "ignored_auth", "without authentication", accepts(None)),
        ("reading a draft sends it", SAME, "1234050", says(success, lambda state, *_: state.deliver(_draft(state)))),
        ("reading a draft removes it", SAME, "1234050", says(success, removes_what_is_read)),
        ("another draft is returned", ASKED, "asked for", says_in("data", success, draft={"id": "197c"})),
        ("another mailbox's draft is returned", ELSE, "does not exist", finds(str)),
        ("what is not there is read", ELSE, "does not exist", invents(draft={"id": "197c"})),
        ("any format will do", INVALID, "format", hears("query", lambda _: "")),
        # What belongs to other operations
        ("a read is throttled as a send is", DOCUMENTED, "1236010", says_members(on(CONFLICT), code=1236010)),
        ("a read has another rate", RATE, "call 11", holds_to(lambda old: {**old, "getDraft": old["sendDraft"]})),
        ("one rate for all", RATE, "within the", holds_to(lambda old: dict.fromkeys(old, old["listDrafts"]))),
    ],
    "listDrafts": [
        ("no mailbox is no draft", DOCUMENTED, "1234050", says_members(on(MAILBOX_NOT_FOUND), code=DRAFT_NOT_FOUND)),
        ("a missing mailbox is an empty one", ELSE, "does not exist", invents(items=[])),
        ("a page is too long", PAGES, "a page holds", hears("query", lambda old: re.sub("page_size=[1-4]$", "", old))),
        ("a page is repeated", PAGES, "the pages hold", hears("query", lambda old: re.sub("page_token=.+", "", old))),
        ("has_more is always false", PAGES, "the pages hold", says_in("data", success, has_more=False)),
        ("has_more is always true", PAGES, "has_more is true", says_in("data", success, has_more=True)),
        ("a page is in another order", PAGES, "the pages hold", says_items(lambda items: items[::-1])),
        ("a page leaves a draft out", PAGES, "the pages hold", says_items(lambda items: items[1:])),
        ("sent drafts are listed", PAGES, "the pages hold", lists(lambda draft, _: not draft.is_unsent)),
        ("others' drafts are listed", PAGES, "the pages hold", lists(lambda draft, me: draft.user_mailbox_id != me)),
        ("listing drafts removes them", SAME, "repeated", says(success, removes_what_is_read)),
    ],
}

DEFECTS = [
    Defect(what, caught_by, saying, operation_id, _confined(operation_id, service))
    for operation_id, rows in ROWS.items()
    for what, caught_by, saying, service in rows
]
