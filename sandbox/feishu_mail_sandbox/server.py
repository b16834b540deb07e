"""The HTTP server: from a request on a connection to a reply on it, with aiohttp."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from aiohttp import web
from aiohttp.http import HttpProcessingError

from feishu_mail_sandbox.answers import Reply, Silence, json_answer
from feishu_mail_sandbox.control_plane import PREFIX, control_answer
from feishu_mail_sandbox.gateway import Unreadable
from feishu_mail_sandbox.reference_page import read_built_page, reference_page
from feishu_mail_sandbox.request_path import is_loopback, path_segments
from feishu_mail_sandbox.sandbox import Sandbox
from feishu_mail_sandbox.service import Service, ServiceRequest, serve

# aiohttp waits this long for each of: open answers, and their cancellation.
_SHUTDOWN_SECONDS = 0.1


@asynccontextmanager
async def serving(sandbox: Sandbox, host: str, port: int, *, service: Service = serve) -> AsyncGenerator[str, None]:
    """Serves the sandbox while the context is open, and yields its base URL once connections are accepted.

    Another `service` is for tests that need a service with a defect. Raises OSError when the address cannot be bound.
    """

    async def handle(request: web.BaseRequest) -> web.StreamResponse:
        return await _write(request, await _reply(sandbox, request, service))

    # Cancellation is how a stalled answer learns that its client has gone.
    server = web.Server(handle, handler_cancellation=True, access_log=None, auto_decompress=False, logger=_logger())
    runner = web.ServerRunner(server, shutdown_timeout=_SHUTDOWN_SECONDS)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        address, bound_port = runner.addresses[0][:2]
        yield f"http://[{address}]:{bound_port}" if ":" in address else f"http://{address}:{bound_port}"
    finally:
        await runner.cleanup()


def _logger() -> logging.Logger:
    logger = logging.getLogger(__name__)
    # aiohttp answers what is not HTTP with 400; its traceback would quote the headers, and with them the token.
    logger.addFilter(_is_not_about_malformed_http)
    return logger


def _is_not_about_malformed_http(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


async def _reply(sandbox: Sandbox, request: web.BaseRequest, service: Service) -> Reply:
    path, _, query = request.raw_path.partition("?")
    if path == "/" and request.method in ("GET", "HEAD"):
        openapi, control_plane = sandbox.state.document.openapi, sandbox.control_plane_document
        return reference_page(openapi, control_plane, f"http://{request.host}", read_built_page())
    segments = path_segments(path)
    if segments and segments[0] == PREFIX:
        if _comes_from_another_sites_page(request):
            return json_answer(403, {"error": "the control plane is not for web pages other than the sandbox's own"})
        body = await _body(request)
        if isinstance(body, Unreadable):
            return json_answer(body.status, {"error": body.reason})
        return control_answer(sandbox, request.method, segments[1:], body)
    authorization = request.headers.get("Authorization")
    arrived = ServiceRequest(request.method, path, authorization, lambda: _body(request), query)
    return await service(sandbox.state, arrived)


def _comes_from_another_sites_page(request: web.BaseRequest) -> bool:
    """Returns whether a page asks by its own origin, or by a name of its own that leads to this machine's loopback."""
    own = f"http://{request.host}"
    if any(origin != own for origin in request.headers.getall("Origin", [own])):
        return True
    served_at = request.transport.get_extra_info("sockname")[0] if request.transport else ""
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        return True
    return is_loopback(served_at) and not is_loopback(name or "")


async def _body(request: web.BaseRequest) -> bytes | Unreadable:
    if request.headers.get("Expect", "").lower() == "100-continue" and request.transport:
        request.transport.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        return Unreadable(413, "the sandbox reads bodies of at most 1 MiB")
    except web.RequestPayloadError:
        return Unreadable(400, "the body cannot be read")


async def _write(request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
    if isinstance(reply, Silence):
        if reply is Silence.STALL:
            await asyncio.Event().wait()
        if request.transport:
            request.transport.abort()
        # aiohttp wants an answer, and drops it quietly because the connection is gone.
        return web.Response()
    if not reply.cut:
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    response.content_length = len(reply.body)
    await response.prepare(request)
    await response.write(reply.body[: len(reply.body) // 2])
    if request.transport:
        request.transport.close()
    return response
