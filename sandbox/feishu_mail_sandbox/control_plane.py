"""The control plane, /_sandbox/...: how tests in any language prepare a sandbox and look into it."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from feishu_mail_sandbox.answers import Answer, json_answer
from feishu_mail_sandbox.document import Document
from feishu_mail_sandbox.json_body import Unusable, read_object
from feishu_mail_sandbox.sandbox import Sandbox
from feishu_mail_sandbox.script import read_script
from feishu_mail_sandbox.settings import read_change
from feishu_mail_sandbox.state import OWN_MAILBOX, DraftExists

PREFIX = "_sandbox"


def control_answer(sandbox: Sandbox, method: str, segments: tuple[str, ...], body: bytes) -> Answer:
    """Answers a request below /_sandbox; `segments` are those after the prefix. Errors are {"error": "..."}."""
    endpoint = _ENDPOINTS.get("/".join(segments))
    if endpoint is None:
        return _error(404, f"no such control path; known: {', '.join(f'/{PREFIX}/{name}' for name in _ENDPOINTS)}")
    expected, answer = endpoint
    if method != expected:
        return json_answer(405, {"error": f"use {expected}"}, {"Allow": expected})
    try:
        return json_answer(200, answer(sandbox, body))
    except DraftExists as problem:
        return _error(409, str(problem))
    except Unusable as problem:
        return _error(400, str(problem))


def _error(status: int, text: str) -> Answer:
    return json_answer(status, {"error": text})


def _reset(sandbox: Sandbox, body: bytes) -> object:
    sandbox.reset()
    return {}


def _drafts(sandbox: Sandbox, body: bytes) -> object:
    state, members = sandbox.state, read_object(body or b"{}")
    unknown = members.keys() - {"draft_id", "user_mailbox_id", "script"}
    if unknown:
        raise Unusable(f"unknown member {min(unknown)!r}; known: draft_id, user_mailbox_id, script")
    given = {name: value for name, value in members.items() if value is not None}
    draft_id = _identifier("draft_id", given["draft_id"], state.document) if "draft_id" in given else None
    user_mailbox_id = _identifier("user_mailbox_id", given.get("user_mailbox_id", OWN_MAILBOX), state.document)
    script = read_script(given.get("script", []), state.document)
    return {"draft_id": state.add_draft(draft_id, user_mailbox_id, script).draft_id}


def _settings(sandbox: Sandbox, body: bytes) -> object:
    state = sandbox.state
    state.apply(read_change(state.settings, read_object(body or b"{}")))
    limit = state.settings.rate_limit
    clock = {"advanced": state.clock.advanced_seconds}
    return {"rate_limit": asdict(limit) if limit else None, **asdict(state.settings), "clock": clock}


_ENDPOINTS: Mapping[str, tuple[str, Callable[[Sandbox, bytes], object]]] = {
    "health": ("GET", lambda sandbox, body: {"status": "ready"}),
    "reset": ("POST", _reset),
    "drafts": ("POST", _drafts),
    "deliveries": ("GET", lambda sandbox, body: [asdict(delivery) for delivery in sandbox.state.deliveries]),
    "requests": ("GET", lambda sandbox, body: [asdict(request) for request in sandbox.state.requests]),
    "settings": ("POST", _settings),
    "openapi.json": ("GET", lambda sandbox, body: sandbox.state.document.openapi),
    "control-plane.json": ("GET", lambda sandbox, body: sandbox.control_plane_document),
}


def _identifier(name: str, value: Any, document: Document) -> str:
    if not isinstance(value, str) or value in ("", ".", ".."):
        raise Unusable(f"{name} must be a string that can stand in a path: not empty, '.' or '..'")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise Unusable(f"{name} must be valid Unicode") from None
    if any(operation.magic_error(value) for operation in document.operations.values()):
        raise Unusable(f"{name} {value!r} answers its code without being created")
    return value
