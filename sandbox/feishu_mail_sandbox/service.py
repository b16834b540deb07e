"""The service as one function: from a request as it arrived to the reply, before any HTTP library is involved."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from feishu_mail_sandbox import gateway
from feishu_mail_sandbox.answers import Answer, Reply, text_answer
from feishu_mail_sandbox.call import Call
from feishu_mail_sandbox.document import Document, Operation
from feishu_mail_sandbox.operations import answered
from feishu_mail_sandbox.query import query_values
from feishu_mail_sandbox.request_path import matched_parameters, path_segments
from feishu_mail_sandbox.state import LONGEST_LOGGED, LoggedRequest, State


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """A request to the service; path and query are as they arrived, and the body may still be under way."""

    method: str
    path: str
    authorization: str | None
    read_body: gateway.ReadBody
    query: str = ""


Service = Callable[[State, ServiceRequest], Awaitable[Reply]]


async def serve(state: State, request: ServiceRequest) -> Reply:
    """Answers a request as the service does, and logs both."""
    logged = LoggedRequest(request.method[:LONGEST_LOGGED], request.path[:LONGEST_LOGGED])
    state.requests.append(logged)
    reply = await _reply(state, request, logged)
    if isinstance(reply, Answer):
        logged.status, logged.code = reply.status, reply.code
    return reply


async def _reply(state: State, request: ServiceRequest, logged: LoggedRequest) -> Reply:
    log_id = state.new_log_id()
    route = _route(state.document, request.method, request.path)
    if route is None:
        # Seen live, for an unknown path and for a wrong method alike.
        return text_answer(404, "404 page not found", headers={"X-Tt-Logid": log_id})
    operation, parameters = route
    logged.operation = operation.operation_id
    ids = {name: value[:LONGEST_LOGGED] for name, value in parameters.items()}
    logged.user_mailbox_id, logged.draft_id = ids.get("user_mailbox_id"), ids.get("draft_id")
    call = Call(state, operation, parameters, query_values(request.query), log_id)
    refusal = await gateway.refusal(call, request.authorization, request.read_body)
    if refusal:
        return refusal
    # A client that hangs up does not stop a service that has begun to send.
    return await asyncio.shield(asyncio.ensure_future(answered(call)))


def _route(document: Document, method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    segments = path_segments(path)
    for operation in document.operations.values():
        parameters = matched_parameters(operation.path, segments) if segments and operation.method == method else None
        if parameters is not None:
            return operation, parameters
    return None
