"""The faults that a draft's script can name: whether the call is accepted, and what the client gets to see."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from feishu_mail_sandbox.answers import Answer, Reply, Silence, gateway_answer, text_answer
from feishu_mail_sandbox.document import DocumentError, Operation

# Made up, far from the service's own, and too great for 32 bits, as the document allows.
UNDOCUMENTED_CODE = 9_999_999_999

_HTML = "<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n"


@dataclass(frozen=True, slots=True)
class RefusingFault:
    """The call is not accepted, so no mail goes out; `reply` gets the operation and the call's log id."""

    reply: Callable[[Operation, str], Reply]


@dataclass(frozen=True, slots=True)
class AcceptingFault:
    """The call is accepted, so a mail goes out; `distort` turns the success into what the client gets."""

    distort: Callable[[Answer], Reply]
    draft_vanishes: bool = False


Fault = RefusingFault | AcceptingFault


def _page(status: int, title: str) -> RefusingFault:
    # A page like this comes from a machine in front of the gateway, so it has no log id.
    page = text_answer(status, _HTML.format(title=title), "text/html; charset=utf-8")
    return RefusingFault(lambda operation, log_id: page)


def _undocumented_error(operation: Operation, log_id: str) -> Answer:
    body = {"code": UNDOCUMENTED_CODE, "msg": "a code that is not in the document", "error": {"log_id": log_id}}
    return gateway_answer(400, body, log_id)


def _refusal_with_code_0(operation: Operation, log_id: str) -> Answer:
    refusal = operation.refusal_with_code_0
    if refusal is None:
        raise DocumentError(f"{operation.operation_id} has no example with code 0 and x-when-filled")
    return gateway_answer(refusal.status, refusal.body, log_id)


def _with_unknown_members(answer: Answer) -> Answer:
    body = json.loads(answer.body)
    later = {"added_later": {"to": ["the", "service", None]}}
    data: Mapping[str, Any] = body.get("data") or {}
    return replace(answer, body=json.dumps({**body, **later, "data": {**data, **later}}).encode())


FAULTS: Mapping[str, Fault] = {
    "drop_before_accept": RefusingFault(lambda operation, log_id: Silence.ABORT),
    "html_502": _page(502, "502 Bad Gateway"),
    "status_520": _page(520, "520 Unknown Error"),
    "automation_disabled": RefusingFault(_refusal_with_code_0),
    "json_without_code": RefusingFault(
        lambda operation, log_id: replace(gateway_answer(200, {"code": 0}, log_id), body=b"{}", code=None)
    ),
    "undocumented_code": RefusingFault(_undocumented_error),
    "drop_after_accept": AcceptingFault(lambda answer: Silence.ABORT),
    "stall_after_accept": AcceptingFault(lambda answer: Silence.STALL),
    "vanish_after_accept": AcceptingFault(lambda answer: Silence.ABORT, draft_vanishes=True),
    "empty_body": AcceptingFault(lambda answer: replace(answer, body=b"", code=None)),
    "truncated_body": AcceptingFault(lambda answer: replace(answer, cut=True, code=None)),
    "not_json": AcceptingFault(lambda answer: replace(answer, body=b"not JSON", code=None)),
    "unknown_members": AcceptingFault(_with_unknown_members),
}
