"""The gateway: what every call meets before its operation is asked, whichever it is: credential, body, pace.

Codes, and their order before everything else, as seen live or documented by the vendor; see the README for the tokens
that exist only here.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from feishu_mail_sandbox.answers import Answer, text_answer
from feishu_mail_sandbox.call import Call
from feishu_mail_sandbox.json_body import Unusable, read_object
from feishu_mail_sandbox.rate_window import RATE_LIMITED

ACCESS_TOKEN_MISSING = 99991661
TENANT_ACCESS_TOKEN_INVALID = 99991663
USER_ACCESS_TOKEN_INVALID = 99991668
ACCESS_TOKEN_UNRECOGNISED = 99991671
ACCESS_TOKEN_EXPIRED = 99991677
USER_SCOPE_MISSING = 99991679

MAGIC_TOKENS = {
    "u-expired": ACCESS_TOKEN_EXPIRED,
    "u-invalid": USER_ACCESS_TOKEN_INVALID,
    "u-no-scope": USER_SCOPE_MISSING,
}

CODES = frozenset(MAGIC_TOKENS.values()) | {
    ACCESS_TOKEN_MISSING,
    TENANT_ACCESS_TOKEN_INVALID,
    ACCESS_TOKEN_UNRECOGNISED,
    RATE_LIMITED,
}

_SCHEDULING = text_answer(501, "The sandbox does not imitate scheduled sending (send_time). Nothing was sent.\n")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a request's body was not taken, and the status that says so."""

    status: int
    reason: str


ReadBody = Callable[[], Awaitable[bytes | Unreadable]]


async def refusal(call: Call, authorization: str | None, read_body: ReadBody) -> Answer | None:
    """Returns the gateway's answer, or None when the call is let through, and then it is counted."""
    code = refused_credential(authorization)
    if code:
        return call.refused(code)
    body = await read_body()
    if isinstance(body, Unreadable):
        return text_answer(body.status, body.reason)
    if _schedules(body):
        return _SCHEDULING
    window = call.state.rate_windows[call.operation.operation_id]
    return call.refused(RATE_LIMITED) if window and not window.admit(call.state.clock.now()) else None


def refused_credential(authorization: str | None) -> int | None:
    """Returns the error code for the value of an Authorization header, or None when it is let through."""
    if authorization is None or not authorization.startswith("Bearer "):
        return ACCESS_TOKEN_MISSING
    token = authorization.removeprefix("Bearer ").strip()
    if not token:
        return ACCESS_TOKEN_MISSING
    if token in MAGIC_TOKENS:
        return MAGIC_TOKENS[token]
    if token.startswith(("u-", "eyJ")):
        return None
    return TENANT_ACCESS_TOKEN_INVALID if token.startswith("t-") else ACCESS_TOKEN_UNRECOGNISED


def _schedules(body: bytes) -> bool:
    try:
        send_time = read_object(body).get("send_time")
    except Unusable:
        return False
    # According to the vendor's API metadata a missing or empty send_time means: at once.
    return send_time not in (None, "")
