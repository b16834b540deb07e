"""The answers of the sandbox as data: what would be written to the connection, before anything touches a socket."""

import enum
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer. `code` is that of its envelope, if it has a readable one; `cut` sends half of the body only."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    code: int | None = None
    cut: bool = False


class Silence(enum.Enum):
    """The ways to give no answer."""

    ABORT = "close the connection without a byte"
    STALL = "keep the connection open and never write"


Reply = Answer | Silence


def json_answer(status: int, body: Any, headers: Mapping[str, str] | None = None) -> Answer:
    """Returns an answer with `body` as JSON."""
    # A lone surrogate from a client's own JSON becomes an escape again.
    text = json.dumps(body, ensure_ascii=False).encode("utf-8", "backslashreplace")
    return Answer(status, text, {"Content-Type": "application/json; charset=utf-8", **(headers or {})})


def text_answer(
    status: int, text: str, content_type: str = "text/plain; charset=utf-8", headers: Mapping[str, str] | None = None
) -> Answer:
    """Returns an answer without an envelope."""
    return Answer(status, text.encode(), {"Content-Type": content_type, **(headers or {})})


def gateway_answer(
    status: int, body: Mapping[str, Any], log_id: str, headers: Mapping[str, str] | None = None
) -> Answer:
    """Returns an envelope with the header `X-Tt-Logid`, which the vendor's SDKs read."""
    return replace(json_answer(status, body, {"X-Tt-Logid": log_id, **(headers or {})}), code=body["code"])


def with_log_id(body: Mapping[str, Any], log_id: str) -> dict[str, Any]:
    """Returns an error's body with this call's log id in place of the example's."""
    text = json.dumps(body)
    # The example's own id also stands inside its troubleshooter link.
    detail: Mapping[str, Any] = body.get("error") or {}
    placeholder: str = detail.get("log_id") or log_id
    filled: dict[str, Any] = json.loads(text.replace(placeholder, log_id))
    filled["error"] = {**(filled.get("error") or {}), "log_id": log_id}
    return filled
