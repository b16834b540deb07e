"""The service as one function: from a request as it arrived to the reply, before any HTTP library is involved."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from feishu_mail_sandbox.answers import Answer, Reply, text_answer
from feishu_mail_sandbox.document import SEND_PATH
from feishu_mail_sandbox.request_path import matched_parameters, path_segments
from feishu_mail_sandbox.send_operation import SendRequest, send
from feishu_mail_sandbox.state import LoggedRequest, State


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Why a request's body was not taken, and the status that says so."""

    status: int
    reason: str


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request to the service; `path` is as it arrived, without the query, and the body may still be under way."""

    method: str
    path: str
    authorization: str | None
    read_body: Callable[[], Awaitable[bytes | Unreadable]]


Service = Callable[[State, ServiceRequest], Awaitable[Reply]]


async def serve(state: State, request: ServiceRequest) -> Reply:
    """Answers a request as the service does, and logs both."""
    logged = LoggedRequest(request.method, request.path)
    state.requests.append(logged)
    reply = await _reply(state, request, logged)
    if isinstance(reply, Answer):
        logged.status, logged.code = reply.status, reply.code
    return reply


async def _reply(state: State, request: ServiceRequest, logged: LoggedRequest) -> Reply:
    log_id = state.new_log_id()
    segments = path_segments(request.path)
    parameters = matched_parameters(SEND_PATH, segments) if segments and request.method == "POST" else None
    if parameters is None:
        # Seen live, for an unknown path and for a wrong method alike.
        return text_answer(404, "404 page not found", headers={"X-Tt-Logid": log_id})
    logged.user_mailbox_id, logged.draft_id = parameters["user_mailbox_id"], parameters["draft_id"]
    body = await request.read_body()
    if isinstance(body, Unreadable):
        return text_answer(body.status, body.reason)
    call = SendRequest(**parameters, authorization=request.authorization, body=body, log_id=log_id)
    # A client that hangs up does not stop a service that has begun to send.
    return await asyncio.shield(asyncio.ensure_future(send(state, call, asyncio.sleep)))
