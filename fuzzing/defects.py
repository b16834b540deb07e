"""Small defects that a server of this API could really have, each as a change of the sandbox's service from outside."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from feishu_mail_sandbox.answers import Answer, Reply, Silence, gateway_answer, text_answer
from feishu_mail_sandbox.request_path import matched_parameters, path_segments
from feishu_mail_sandbox.service import Service, ServiceRequest, serve
from feishu_mail_sandbox.state import Draft, State

ALREADY_SENT = 1236005
DRAFT_NOT_FOUND = 1234050
MAILBOX_NOT_FOUND = 1234013
INTERNAL_ERROR = 1236019
CONFLICT = 1236006
REQUEST_PARAMETER_ERROR = 1234008
RATE_LIMITED = 99991400
TOKEN_MISSING = 99991661
VALID = "Bearer u-anybody"

Condition = Callable[[Answer], bool]
Heard = Callable[[State, ServiceRequest], ServiceRequest]
Said = Callable[[State, ServiceRequest, Answer], Reply | Awaitable[Reply]]
Change = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect of a server: what is wrong, the check that must find it, a word of its complaint, so that it is found for
    this reason and no other, the service that has it, and the operation that is fuzzed."""

    what: str
    caught_by: str
    saying: str
    service: Service
    operation_id: str


def confined(operation_id: str, service: Service) -> Service:
    """Has the defect on the path of one operation only."""

    async def either(state: State, request: ServiceRequest) -> Reply:
        path = state.document.operations[operation_id].path
        here = matched_parameters(path, path_segments(request.path) or ()) is not None
        return await (service if here else serve)(state, request)

    return either


# --- When a defect shows.


def on_success(answer: Answer) -> bool:
    return answer.code == 0


def on_error(answer: Answer) -> bool:
    return bool(answer.code)


def on(*codes: int) -> Condition:
    return lambda answer: answer.code in codes


# --- Ways to have a defect: what is heard, and what is said and done.


def hears(change: Heard) -> Service:
    async def service(state: State, request: ServiceRequest) -> Reply:
        return await serve(state, change(state, request))

    return service


def reads_path(change: Change) -> Service:
    return hears(lambda state, request: replace(request, path=change(request.path)))


def accepts_token(accepted: str | None) -> Service:
    return hears(lambda _, each: replace(each, authorization=VALID) if each.authorization == accepted else each)


def says(when: Condition, what: Said) -> Service:
    async def service(state: State, request: ServiceRequest) -> Reply:
        reply = await serve(state, request)
        if not (isinstance(reply, Answer) and when(reply)):
            return reply
        instead = what(state, request, reply)
        return await instead if isinstance(instead, Awaitable) else instead

    return service


def says_status(when: Condition, status: int) -> Service:
    return says(when, lambda state, request, answer: replace(answer, status=status))


def says_header(when: Condition, name: str, value: str | None) -> Service:
    return says(when, lambda _, request, answer: replace(answer, headers=_with(answer.headers, {name: value})))


def says_body(when: Condition, change: Change) -> Service:
    return says(when, lambda _, request, answer: replace(answer, body=json.dumps(change(json.loads(answer.body))).encode()))


def says_members(when: Condition, **members: object) -> Service:
    return says_body(when, lambda body: _with(body, members))


def says_in(name: str, when: Condition, **members: object) -> Service:
    return says_body(when, lambda body: {**body, name: _with(body[name], members)})


def says_data(change: Change) -> Service:
    return says_body(on_success, lambda body: {**body, "data": change(body["data"])})


def says_on(odd: str, what: Said) -> Service:
    def unless_even(state: State, request: ServiceRequest, answer: Answer) -> Reply | Awaitable[Reply]:
        return what(state, request, answer) if odd in request.path else answer

    return says(lambda answer: answer.code is not None, unless_even)


def does(when: Condition, what: Callable[[State], object]) -> Service:
    """Answers as it should, and does something that it should not."""

    def said(state: State, request: ServiceRequest, answer: Answer) -> Reply:
        what(state)
        return answer

    return says(when, said)


def sends_again(state: State, request: ServiceRequest, answer: Answer) -> Awaitable[Reply]:
    _draft(state).delivery = None
    return serve(state, request)


async def sends_all_the_same(state: State, request: ServiceRequest, answer: Answer) -> Reply:
    await serve(state, replace(request, authorization=VALID))
    return answer


def repeats_the_first_success(state: State, request: ServiceRequest, answer: Answer) -> Reply:
    delivery = _draft(state).delivery
    return _success(state, message_id=delivery.message_id if delivery else "", thread_id="197c")


def finds(is_it: Callable[[Draft, str, str], bool]) -> Service:
    """Takes another draft, where there is none, for the one that was asked for."""

    def what(state: State, request: ServiceRequest, answer: Answer) -> Reply | Awaitable[Reply]:
        asked = state.requests[-1]
        mailbox, draft_id = str(asked.user_mailbox_id), str(asked.draft_id)
        for draft in _drafts(state):
            if is_it(draft, mailbox, draft_id):
                found = _path(draft.user_mailbox_id, draft.draft_id)
                return serve(state, replace(request, path=request.path.replace(_path(mailbox, draft_id), found)))
        return answer

    return says(on(DRAFT_NOT_FOUND, MAILBOX_NOT_FOUND), what)


def lists(wanted: Callable[[Draft, str | None], bool]) -> Said:
    """Adds such drafts to every page; what is wanted depends on the draft and on the mailbox that is listed."""

    def said(state: State, request: ServiceRequest, answer: Answer) -> Reply:
        body, mailbox = json.loads(answer.body), state.requests[-1].user_mailbox_id
        body["data"]["items"] += [{"id": draft.draft_id} for draft in _drafts(state) if wanted(draft, mailbox)]
        return replace(answer, body=json.dumps(body).encode())

    return said


def removes_what_is_read(state: State) -> None:
    asked = state.requests[-1]
    for draft in _drafts(state):
        if draft.user_mailbox_id == asked.user_mailbox_id and asked.draft_id in (None, draft.draft_id):
            draft.vanished = True


def removes_another(state: State) -> None:
    for draft in _drafts(state):
        draft.vanished |= draft.user_mailbox_id == "me" and draft is not _draft(state)


def shares_windows(names: Mapping[str, str]) -> Service:
    """Holds some operations to the rates of others."""

    def heard(state: State, request: ServiceRequest) -> ServiceRequest:
        windows = state.rate_windows
        state.rate_windows = {**windows, **{name: windows[other] for name, other in names.items()}}
        return request

    return hears(heard)


def forgets_rates(state: State, request: ServiceRequest) -> ServiceRequest:
    state.rate_windows = dict.fromkeys(state.rate_windows)
    return request


def counts_again(state: State) -> None:
    window = state.rate_windows[str(state.requests[-1].operation)]
    if window:
        window.admit(state.clock.now())


def _drafts(state: State) -> Iterator[Draft]:
    # A defect may look where no part of the sandbox may.
    yield from state._drafts.values()  # noqa: SLF001


def _draft(state: State) -> Draft:
    return state._drafts[str(state.requests[-1].draft_id)]  # noqa: SLF001


def _path(user_mailbox_id: str, draft_id: str) -> str:
    return f"{quote(user_mailbox_id, safe='')}/drafts/{quote(draft_id, safe='')}"


def _with(members: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    # None leaves a member out.
    return {name: value for name, value in {**members, **changes}.items() if value is not None}


def _success(state: State, **data: object) -> Answer:
    return gateway_answer(200, {"code": 0, "msg": "success", "data": data}, state.new_log_id())


def _refuses(status: int, code: int) -> Said:
    def refusal(state: State, request: ServiceRequest, answer: Answer) -> Reply:
        log_id = answer.headers["X-Tt-Logid"]
        return gateway_answer(status, {"code": code, "msg": "error", "error": {"log_id": log_id}}, log_id)

    return refusal


def _html(state: State, request: ServiceRequest, answer: Answer) -> Reply:
    log_id = {"X-Tt-Logid": answer.headers["X-Tt-Logid"]}
    return text_answer(answer.status, "<html><h1>Error</h1></html>", "text/html; charset=utf-8", log_id)


# --- The defects: by operation, what is wrong, who must find it, and with which word.

SCHEMA, TYPE, HEADERS = "response_schema_conformance", "content_type_conformance", "response_headers_conformance"
CODE_0, DOCUMENTED, LOG_IDS = "code_is_zero_exactly_on_success", "errors_are_documented", "log_ids_match"
REACHED, ELSE, TOKEN = "what_exists_is_reached", "nothing_else_is_reached", "a_valid_token_is_required"  # noqa: S105
RATE, WHEN, STATUS = "the_rate_limit_is_enforced", "rate_limited_calls_learn_when", "status_code_conformance"
IDS, ONCE, DELIVERIES = "a_sent_mail_has_its_ids", "a_draft_is_sent_once", "deliveries_are_what_was_answered"
SERVER_ERROR, METHOD, INVALID = "not_a_server_error", "unsupported_method", "negative_data_rejection"
PAGES, SAME, ASKED = "pages_hold_each_draft_once", "a_read_changes_nothing", "the_draft_asked_for_is_returned"

_SEND: list[tuple[str, str, str, Service]] = [
    # The body of a success
    ("message_id is a number", SCHEMA, "string", says_in("data", on_success, message_id=197)),
    ("message_id is an object", SCHEMA, "string", says_in("data", on_success, message_id={"id": "197c"})),
    ("message_id is empty", IDS, "message_id", says_in("data", on_success, message_id="")),
    ("thread_id is missing", IDS, "thread_id", says_in("data", on_success, thread_id=None)),
    ("every message_id is the same", "message_ids_are_unique", "before", says_in("data", on_success, message_id="197c")),
    ("data is a list", SCHEMA, "object", says_data(lambda data: [data])),
    ("a success has no code", SCHEMA, "required", says_members(on_success, code=None)),
    ("the envelope is in a list", SCHEMA, "object", says_body(on_success, lambda body: [body])),
    ("a success has no body", SCHEMA, "JSON", says(on_success, lambda _, request, answer: replace(answer, body=b""))),
    ("a success says text/plain", TYPE, "text/plain", says_header(on_success, "Content-Type", "text/plain")),
    # The body of an error
    ("an error's code is a string", SCHEMA, "integer", says_members(on_error, code="1234050")),
    ("an error has code 0", CODE_0, "code 0", says_members(on_error, code=0)),
    ("error is a text", SCHEMA, "object", says_members(on_error, error="failed")),
    ("data of an error is a list", SCHEMA, "object", says_members(on_error, data=[])),
    ("an error is HTML", TYPE, "text/html", says(on(MAILBOX_NOT_FOUND), _html)),
    ("an internal error is HTML", TYPE, "text/html", says(on(INTERNAL_ERROR), _html)),
    # Statuses and codes
    ("an error with status 200", CODE_0, "200", says_status(on(ALREADY_SENT), 200)),
    ("a status that is not documented", STATUS, "422", says_status(on(DRAFT_NOT_FOUND), 422)),
    ("already sent under 400", DOCUMENTED, "1236005", says_status(on(ALREADY_SENT), 400)),
    ("a success with status 201", STATUS, "201", says_status(on_success, 201)),
    ("a code that is not documented", DOCUMENTED, "1234051", says_members(on(DRAFT_NOT_FOUND), code=1234051)),
    ("one error instead of another", "an_error_is_the_one_asked_for", "1236007", says_members(on(1236013), code=1236007)),
    # Log ids
    ("X-Tt-Logid is missing", LOG_IDS, "no X-Tt-Logid", says_header(on_success, "X-Tt-Logid", None)),
    ("an error has no log_id", LOG_IDS, "None", says_in("error", on_error, log_id=None)),
    ("the two log ids differ", LOG_IDS, "20260102", says_in("error", on_error, log_id="20260102")),
    # The rate limit
    ("rates are not enforced", RATE, "was not refused", hears(forgets_rates)),
    ("a call counts twice", RATE, "within the rate limit", does(lambda answer: answer.code is not None, counts_again)),
    ("the reset is in milliseconds", RATE, "60000", says_header(on(RATE_LIMITED), "x-ogw-ratelimit-reset", "60000")),
    ("the reset is no number", HEADERS, "number", says_header(on(RATE_LIMITED), "x-ogw-ratelimit-reset", "soon")),
    ("the reset is negative", HEADERS, "minimum", says_header(on(RATE_LIMITED), "x-ogw-ratelimit-reset", "-1")),
    ("the limit is a text", HEADERS, "integer", says_header(on(RATE_LIMITED), "x-ogw-ratelimit-limit", "20/min")),
    ("the reset is missing", WHEN, "reset", says_header(on(RATE_LIMITED), "x-ogw-ratelimit-reset", None)),
    ("the limit is missing", WHEN, "limit", says_header(on(RATE_LIMITED), "x-ogw-ratelimit-limit", None)),
    # Tokens
    ("no token is needed", "ignored_auth", "without authentication", accepts_token(None)),
    ("Basic will do", TOKEN, "was accepted", accepts_token("Basic dS1mdXp6")),
    ("an expired token will do", TOKEN, "was accepted", accepts_token("Bearer u-expired")),
    ("the scope is not looked at", TOKEN, "was accepted", accepts_token("Bearer u-no-scope")),
    ("a tenant's token will do", TOKEN, "was accepted", accepts_token("Bearer t-fuzz")),
    ("a refused call sends", TOKEN, "after a refused call", says(on(TOKEN_MISSING), sends_all_the_same)),
    ("a missing token has another code", TOKEN, "1234008", says_members(on(TOKEN_MISSING), code=REQUEST_PARAMETER_ERROR)),
    # Sending
    ("a draft is sent twice", ONCE, "sent before", says(on(ALREADY_SENT), sends_again)),
    ("the first answer is repeated", ONCE, "sent before", says(on(ALREADY_SENT), repeats_the_first_success)),
    ("one call delivers two mails", DELIVERIES, "went out", does(on_success, lambda state: state.deliveries.append(state.deliveries[-1]))),
    ("a mail is lost", DELIVERIES, "went out", does(on_success, lambda state: state.deliveries.pop())),
    ("unknown drafts are sent", ELSE, "does not exist", says(on(DRAFT_NOT_FOUND), lambda state, *_: _success(state, message_id=state.new_log_id(), thread_id="197c"))),
    ("mailboxes are not looked at", ELSE, "does not exist", finds(lambda draft, _, draft_id: draft.draft_id == draft_id)),
    ("ids ignore upper and lower case", ELSE, "does not exist", finds(lambda draft, _, draft_id: draft.draft_id.lower() == draft_id.lower())),
    ("a send removes other drafts", "drafts_stay_until_they_are_sent", "listed", does(on_success, removes_another)),
    ("every send is put off", "enough_cases_succeed", "Under 25%", says(on_success, _refuses(429, CONFLICT))),
    # Paths
    ("ids are not decoded", REACHED, "404", reads_path(lambda path: path.replace("%", "%25"))),
    ("ids are decoded twice", REACHED, "404", reads_path(lambda path: quote(unquote(path), safe="/%"))),
    ("a plus is read as a space", REACHED, "404", reads_path(lambda path: path.replace("%2B", "%20"))),
    ("any method sends", METHOD, "returned 200", hears(lambda _, request: replace(request, method="POST"))),
    ("a wrong method is an internal error", SERVER_ERROR, "Server error", says(lambda answer: answer.code is None, _refuses(500, INTERNAL_ERROR))),
    ("500 for an id with a slash", SERVER_ERROR, "Server error", says_on("%2F", _refuses(500, INTERNAL_ERROR))),
    ("400 for an id that is not ASCII", REACHED, "400", says_on("%E8", _refuses(400, REQUEST_PARAMETER_ERROR))),
    ("no answer for an emoji", "every_call_is_answered", "Connection", says_on("%F0%9F", lambda *_: Silence.ABORT)),
]

_GET: list[tuple[str, str, str, Service]] = [
    ("a read needs no token", "ignored_auth", "without authentication", accepts_token(None)),
    ("reading a draft sends it", SAME, "1234050", does(on_success, lambda state: state.deliver(_draft(state)))),
    ("reading a draft removes it", SAME, "1234050", does(on_success, removes_what_is_read)),
    ("another draft is returned", ASKED, "asked for", says_data(lambda data: {"draft": {**data["draft"], "id": "197c"}})),
    ("another mailbox's draft is returned", ELSE, "does not exist", finds(lambda draft, _, draft_id: draft.draft_id == draft_id)),
    ("what is not there is read", ELSE, "does not exist", says(on(DRAFT_NOT_FOUND), lambda state, *_: _success(state, draft={"id": "197c"}))),
    ("a read throttles as a send does", DOCUMENTED, "1236010", says_members(on(CONFLICT), code=1236010)),
    ("any format will do", INVALID, "format", hears(lambda _, request: replace(request, query=""))),
    ("one rate for all operations", RATE, "within the rate limit", shares_windows({"getDraft": "listDrafts", "sendDraft": "listDrafts"})),
    ("a read has the rate of a send", RATE, "getDraft: call 11", shares_windows({"getDraft": "sendDraft"})),
]

_LIST: list[tuple[str, str, str, Service]] = [
    ("a missing mailbox is a missing draft", DOCUMENTED, "1234050", says_members(on(MAILBOX_NOT_FOUND), code=DRAFT_NOT_FOUND)),
    ("a missing mailbox is an empty one", ELSE, "does not exist", says(on(MAILBOX_NOT_FOUND), lambda state, *_: _success(state, items=[]))),
    ("page_size is not looked at", PAGES, "a page holds", hears(lambda _, request: replace(request, query=""))),
    ("the first page is repeated", PAGES, "the pages hold", hears(lambda _, request: replace(request, query=request.query.partition("page_token")[0]))),
    ("has_more is always false", PAGES, "the pages hold", says_data(lambda data: {**data, "has_more": False})),
    ("has_more is always true", PAGES, "has_more is true", says_data(lambda data: {**data, "has_more": True})),
    ("a page begins with the last draft", PAGES, "the pages hold", says_data(lambda data: {**data, "items": data["items"][::-1]})),
    ("a page leaves a draft out", PAGES, "the pages hold", says_data(lambda data: {**data, "items": data["items"][1:]})),
    ("sent drafts are listed", PAGES, "the pages hold", says(on_success, lists(lambda draft, _: not draft.is_unsent))),
    ("other mailboxes' drafts are listed", PAGES, "the pages hold", says(on_success, lists(lambda draft, mailbox: draft.user_mailbox_id != mailbox))),
    ("listing removes a draft", SAME, "repeated", does(on_success, removes_what_is_read)),
]

DEFECTS = [
    Defect(what, caught_by, saying, confined(operation_id, service), operation_id)
    for operation_id, rows in (("sendDraft", _SEND), ("getDraft", _GET), ("listDrafts", _LIST))
    for what, caught_by, saying, service in rows
]
