"""Small defects that a server of this API could really have, each as a change of the sandbox's service from outside."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, unquote

from feishu_mail_sandbox.answers import Answer, Reply, Silence, gateway_answer, text_answer
from feishu_mail_sandbox.document import SEND_PATH
from feishu_mail_sandbox.service import Service, ServiceRequest, serve
from feishu_mail_sandbox.state import Draft, State

ALREADY_SENT = 1236005
DRAFT_NOT_FOUND = 1234050
MAILBOX_NOT_FOUND = 1234013
INTERNAL_ERROR = 1236019
REQUEST_PARAMETER_ERROR = 1234008
RATE_LIMITED = 99991400
CREDENTIAL_CODES = frozenset({99991661, 99991663, 99991668, 99991671, 99991677, 99991679})
VALID = "Bearer u-anybody"

Envelope = dict[str, Any]
Condition = Callable[[Answer], bool]


@dataclass(frozen=True, slots=True)
class Defect:
    """A defect: a sentence about the server, the service that has it, the check that must find it, and a word of its
    complaint, so that it is found for this reason and no other."""

    what: str
    service: Service
    caught_by: str
    saying: str


# --- When a defect shows.


def on_success(answer: Answer) -> bool:
    return answer.code == 0


def on_error(answer: Answer) -> bool:
    return bool(answer.code)


def on_code(code: int) -> Condition:
    return lambda answer: answer.code == code


# --- Ways to have a defect: what is heard, what is said, and what is done.


def hears(change: Callable[[ServiceRequest], ServiceRequest]) -> Service:
    async def service(state: State, request: ServiceRequest) -> Reply:
        return await serve(state, change(request))

    return service


def says(when: Condition, change: Callable[[Answer], Reply]) -> Service:
    async def service(state: State, request: ServiceRequest) -> Reply:
        reply = await serve(state, request)
        return change(reply) if isinstance(reply, Answer) and when(reply) else reply

    return service


def says_body(when: Condition, change: Callable[[Envelope], object]) -> Service:
    return says(when, lambda answer: replace(answer, body=json.dumps(change(json.loads(answer.body))).encode()))


def says_data(**members: object) -> Service:
    """None leaves a member out."""

    def change(envelope: Envelope) -> object:
        data = {**envelope["data"], **members}
        return {**envelope, "data": {name: value for name, value in data.items() if value is not None}}

    return says_body(on_success, change)


def says_header(when: Condition, name: str, value: str | None) -> Service:
    """None leaves the header out."""

    def change(answer: Answer) -> Answer:
        others = {each: text for each, text in answer.headers.items() if each != name}
        return replace(answer, headers=others if value is None else {**others, name: value})

    return says(when, change)


def reads_path(change: Callable[[str], str]) -> Service:
    return hears(lambda request: replace(request, path=change(request.path)))


def accepts_token(*accepted: str | None) -> Service:
    return hears(
        lambda request: replace(request, authorization=VALID) if request.authorization in accepted else request
    )


async def sends_before_it_asks_for_a_token(state: State, request: ServiceRequest) -> Reply:
    refusal = await serve(state, request)
    if isinstance(refusal, Answer) and refusal.code in CREDENTIAL_CODES:
        await serve(state, replace(request, authorization=VALID))
    return refusal


async def forgets_what_it_sent(state: State, request: ServiceRequest) -> Reply:
    reply = await serve(state, request)
    if isinstance(reply, Answer) and reply.code == ALREADY_SENT:
        draft = state.find_draft(*_addressed(state))
        if draft:
            draft.delivery = None
            return await serve(state, request)
    return reply


async def repeats_the_first_success(state: State, request: ServiceRequest) -> Reply:
    reply = await serve(state, request)
    if isinstance(reply, Answer) and reply.code == ALREADY_SENT:
        draft = state.find_draft(*_addressed(state))
        if draft and draft.delivery:
            return _sent(state, draft.delivery.message_id, draft.delivery.thread_id)
    return reply


async def delivers_each_mail_twice(state: State, request: ServiceRequest) -> Reply:
    before = len(state.deliveries)
    reply = await serve(state, request)
    state.deliveries.extend(state.deliveries[before:])
    return reply


async def loses_mail(state: State, request: ServiceRequest) -> Reply:
    before = len(state.deliveries)
    reply = await serve(state, request)
    del state.deliveries[before:]
    return reply


async def sends_what_does_not_exist(state: State, request: ServiceRequest) -> Reply:
    reply = await serve(state, request)
    if isinstance(reply, Answer) and reply.code == DRAFT_NOT_FOUND:
        return _sent(state, state.new_log_id(), "thread")
    return reply


async def sends_out_of_any_mailbox(state: State, request: ServiceRequest) -> Reply:
    return await _finds(state, request, lambda draft, mailbox, draft_id: draft.draft_id == draft_id)


async def ignores_upper_and_lower_case(state: State, request: ServiceRequest) -> Reply:
    return await _finds(state, request, lambda draft, mailbox, draft_id: draft.draft_id.lower() == draft_id.lower())


async def forgets_the_rate_limit(state: State, request: ServiceRequest) -> Reply:
    window, state.rate_window = state.rate_window, None
    try:
        return await serve(state, request)
    finally:
        state.rate_window = window


async def counts_calls_twice(state: State, request: ServiceRequest) -> Reply:
    if state.rate_window:
        state.rate_window.admit(state.clock.now())
    return await serve(state, request)


async def _finds(state: State, request: ServiceRequest, is_it: Callable[[Draft, str, str], bool]) -> Reply:
    reply = await serve(state, request)
    if isinstance(reply, Answer) and reply.code in (DRAFT_NOT_FOUND, MAILBOX_NOT_FOUND):
        mailbox, draft_id = _addressed(state)
        for draft in state._drafts.values():  # noqa: SLF001 - a defect may look where no part of the sandbox may
            if is_it(draft, mailbox, draft_id):
                return await serve(state, replace(request, path=_path(draft)))
    return reply


def _addressed(state: State) -> tuple[str, str]:
    request = state.requests[-1]
    return str(request.user_mailbox_id), str(request.draft_id)


def _path(draft: Draft) -> str:
    return SEND_PATH.format(
        user_mailbox_id=quote(draft.user_mailbox_id, safe=""), draft_id=quote(draft.draft_id, safe="")
    )


def _sent(state: State, message_id: str, thread_id: str) -> Answer:
    data = {"message_id": message_id, "thread_id": thread_id}
    return gateway_answer(200, {"code": 0, "msg": "success", "data": data}, state.new_log_id())


def _error(envelope: Envelope, **error: object) -> Envelope:
    return {**envelope, "error": {**envelope["error"], **error}}


def _without(envelope: Envelope, name: str) -> Envelope:
    return {each: value for each, value in envelope.items() if each != name}


def _status(status: int) -> Callable[[Answer], Answer]:
    return lambda answer: replace(answer, status=status)


def _html(answer: Answer) -> Answer:
    log_id = {name: value for name, value in answer.headers.items() if name == "X-Tt-Logid"}
    return text_answer(answer.status, "<html><h1>Error</h1></html>", "text/html; charset=utf-8", log_id)


def _fails_on(odd: Callable[[str], bool], failure: Callable[[Answer], Reply]) -> Service:
    async def service(state: State, request: ServiceRequest) -> Reply:
        reply = await serve(state, request)
        return failure(reply) if isinstance(reply, Answer) and reply.code is not None and odd(request.path) else reply

    return service


def _internal_error(answer: Answer) -> Answer:
    return _refusal(500, INTERNAL_ERROR, answer)


def _parameter_error(answer: Answer) -> Answer:
    return _refusal(400, REQUEST_PARAMETER_ERROR, answer)


def _refusal(status: int, code: int, answer: Answer) -> Answer:
    log_id = answer.headers["X-Tt-Logid"]
    return gateway_answer(status, {"code": code, "msg": "error", "error": {"log_id": log_id}}, log_id)


SCHEMA = "response_schema_conformance"
CONTENT_TYPE = "content_type_conformance"
HEADERS = "response_headers_conformance"

DEFECTS: Sequence[Defect] = (
    # The body of a success
    Defect("message_id is a number", says_data(message_id=197), SCHEMA, "string"),
    Defect("message_id is an object", says_data(message_id={"id": "197c"}), SCHEMA, "string"),
    Defect("message_id is empty", says_data(message_id=""), "a_sent_mail_has_its_ids", "message_id"),
    Defect("thread_id is missing", says_data(thread_id=None), "a_sent_mail_has_its_ids", "thread_id"),
    Defect("every message_id is the same", says_data(message_id="197c"), "message_ids_are_unique", "given before"),
    Defect("data is a list", says_body(on_success, lambda body: {**body, "data": [body["data"]]}), SCHEMA, "object"),
    Defect("a success has no code", says_body(on_success, lambda body: _without(body, "code")), SCHEMA, "required"),
    Defect("the envelope is in a list", says_body(on_success, lambda body: [body]), SCHEMA, "object"),
    Defect("a success has no body", says(on_success, lambda answer: replace(answer, body=b"")), SCHEMA, "JSON"),
    Defect(
        "a success says text/plain", says_header(on_success, "Content-Type", "text/plain"), CONTENT_TYPE, "text/plain"
    ),
    # The body of an error
    Defect(
        "an error's code is a string",
        says_body(on_error, lambda body: {**body, "code": str(body["code"])}),
        SCHEMA,
        "integer",
    ),
    Defect(
        "an error has code 0",
        says_body(on_error, lambda body: {**body, "code": 0}),
        "code_is_zero_exactly_on_success",
        "code 0",
    ),
    Defect("error is a text", says_body(on_error, lambda body: {**body, "error": "failed"}), SCHEMA, "object"),
    Defect("data of an error is a list", says_body(on_error, lambda body: {**body, "data": []}), SCHEMA, "object"),
    Defect("an error is HTML", says(on_code(MAILBOX_NOT_FOUND), _html), CONTENT_TYPE, "text/html"),
    Defect("an internal error is HTML", says(on_code(INTERNAL_ERROR), _html), CONTENT_TYPE, "text/html"),
    # Statuses and codes
    Defect(
        "an error with status 200", says(on_code(ALREADY_SENT), _status(200)), "code_is_zero_exactly_on_success", "200"
    ),
    Defect(
        "a status that is not documented",
        says(on_code(DRAFT_NOT_FOUND), _status(422)),
        "status_code_conformance",
        "422",
    ),
    Defect("already sent under 400", says(on_code(ALREADY_SENT), _status(400)), "errors_are_documented", "1236005"),
    Defect("a success with status 201", says(on_success, _status(201)), "status_code_conformance", "201"),
    Defect(
        "a code that is not documented",
        says_body(on_code(DRAFT_NOT_FOUND), lambda body: {**body, "code": 1234051}),
        "errors_are_documented",
        "1234051",
    ),
    # Log ids
    Defect("X-Tt-Logid is missing", says_header(on_success, "X-Tt-Logid", None), "log_ids_match", "no X-Tt-Logid"),
    Defect(
        "an error has no log_id",
        says_body(on_error, lambda body: {**body, "error": _without(body["error"], "log_id")}),
        "log_ids_match",
        "None",
    ),
    Defect(
        "the two log ids differ",
        says_body(on_error, lambda body: _error(body, log_id="20260102")),
        "log_ids_match",
        "20260102",
    ),
    # The rate limit
    Defect("the rate limit is not enforced", forgets_the_rate_limit, "the_rate_limit_is_enforced", "was not refused"),
    Defect("a call counts twice", counts_calls_twice, "the_rate_limit_is_enforced", "within the rate limit"),
    Defect(
        "the reset is in milliseconds",
        says_header(on_code(RATE_LIMITED), "x-ogw-ratelimit-reset", "60000"),
        "the_rate_limit_is_enforced",
        "60000",
    ),
    Defect(
        "the reset is no number", says_header(on_code(RATE_LIMITED), "x-ogw-ratelimit-reset", "soon"), HEADERS, "number"
    ),
    Defect(
        "the reset is negative", says_header(on_code(RATE_LIMITED), "x-ogw-ratelimit-reset", "-1"), HEADERS, "minimum"
    ),
    Defect(
        "the limit is no whole number",
        says_header(on_code(RATE_LIMITED), "x-ogw-ratelimit-limit", "20/min"),
        HEADERS,
        "integer",
    ),
    Defect(
        "the reset is missing",
        says_header(on_code(RATE_LIMITED), "x-ogw-ratelimit-reset", None),
        "rate_limited_calls_learn_when",
        "reset",
    ),
    Defect(
        "the limit is missing",
        says_header(on_code(RATE_LIMITED), "x-ogw-ratelimit-limit", None),
        "rate_limited_calls_learn_when",
        "limit",
    ),
    # Tokens
    Defect("no token is needed", accepts_token(None), "ignored_auth", "without authentication"),
    Defect("Basic will do", accepts_token("Basic dS1mdXp6"), "a_valid_token_is_required", "was accepted"),
    Defect("an expired token will do", accepts_token("Bearer u-expired"), "a_valid_token_is_required", "was accepted"),
    Defect(
        "the scope is not looked at", accepts_token("Bearer u-no-scope"), "a_valid_token_is_required", "was accepted"
    ),
    Defect("a tenant's token will do", accepts_token("Bearer t-fuzz"), "a_valid_token_is_required", "was accepted"),
    Defect(
        "the token is looked at after the send",
        sends_before_it_asks_for_a_token,
        "a_valid_token_is_required",
        "after a refused call",
    ),
    Defect(
        "a missing token has another code",
        says_body(on_code(99991661), lambda body: {**body, "code": REQUEST_PARAMETER_ERROR}),
        "a_valid_token_is_required",
        "1234008",
    ),
    # Sending
    Defect("a draft is sent twice", forgets_what_it_sent, "a_draft_is_sent_once", "sent before"),
    Defect(
        "the second send repeats the first answer", repeats_the_first_success, "a_draft_is_sent_once", "sent before"
    ),
    Defect("one call delivers two mails", delivers_each_mail_twice, "deliveries_are_what_was_answered", "went out"),
    Defect("a mail is lost", loses_mail, "deliveries_are_what_was_answered", "went out"),
    Defect("unknown drafts are sent", sends_what_does_not_exist, "only_existing_drafts_go_out", "does not exist"),
    Defect("the mailbox is not looked at", sends_out_of_any_mailbox, "only_existing_drafts_go_out", "does not exist"),
    Defect(
        "ids ignore upper and lower case", ignores_upper_and_lower_case, "only_existing_drafts_go_out", "does not exist"
    ),
    # Paths
    Defect(
        "ids are not decoded", reads_path(lambda path: path.replace("%", "%25")), "a_sendable_draft_goes_out", "404"
    ),
    Defect(
        "ids are decoded twice",
        reads_path(lambda path: quote(unquote(path), safe="/%")),
        "a_sendable_draft_goes_out",
        "404",
    ),
    Defect(
        "a plus is read as a space",
        reads_path(lambda path: path.replace("%2B", "%20")),
        "a_sendable_draft_goes_out",
        "404",
    ),
    Defect(
        "any method sends", hears(lambda request: replace(request, method="POST")), "unsupported_method", "returned 200"
    ),
    Defect(
        "a wrong method is an internal error",
        says(lambda answer: answer.code is None, _internal_error),
        "not_a_server_error",
        "Server error",
    ),
    Defect(
        "500 for an id with a slash",
        _fails_on(lambda path: "%2F" in path, _internal_error),
        "not_a_server_error",
        "Server error",
    ),
    Defect(
        "400 for an id that is not ASCII",
        _fails_on(lambda path: "%E8" in path, _parameter_error),
        "a_sendable_draft_goes_out",
        "400",
    ),
    Defect(
        "no answer for an emoji",
        _fails_on(lambda path: "%F0%9F" in path, lambda answer: Silence.ABORT),
        "every_call_is_answered",
        "Connection",
    ),
)
