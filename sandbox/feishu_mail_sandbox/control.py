"""Steering a running sandbox from Python, whether it runs in this process or in another one."""

import json
from collections.abc import Sequence
from contextlib import closing
from http.client import HTTPConnection
from typing import Any, TypedDict
from urllib.parse import urlsplit

_TIMEOUT_SECONDS = 10.0


class OperationStep(TypedDict):
    """A step of a draft's script that a call of this operation meets."""

    operation: str
    step: int | str


class DeliveredMail(TypedDict):
    """A mail that went out."""

    draft_id: str
    message_id: str
    thread_id: str
    user_mailbox_id: str


class ArrivedRequest(TypedDict):
    """A request that arrived; operation and ids are None for an unknown path, status and code where none went out."""

    method: str
    path: str
    operation: str | None
    user_mailbox_id: str | None
    draft_id: str | None
    status: int | None
    code: int | None


class SandboxRefusal(ValueError):
    """The sandbox did not accept a control request; the message is its own explanation."""


class SandboxControl:
    """Talks to the control plane of the sandbox at `base_url`, for example http://127.0.0.1:8080.

    Proxy settings of the environment are ignored. Every method raises OSError when the sandbox cannot be reached.
    """

    def __init__(self, base_url: str) -> None:
        """Raises ValueError when `base_url` is not an http URL."""
        parts = urlsplit(base_url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the base URL of a sandbox looks like http://127.0.0.1:8080, not {base_url!r}")
        self.base_url = base_url.rstrip("/")
        self._host, self._port = parts.hostname, parts.port

    def __repr__(self) -> str:
        return f"SandboxControl({self.base_url!r})"

    def create_draft(
        self,
        draft_id: str | None = None,
        *,
        user_mailbox_id: str = "me",
        script: Sequence[int | str | OperationStep] = (),
    ) -> str:
        """Creates a draft that meets the steps of `script`, one in each send attempt. Returns its id, new if not given.

        A step that is bound to another operation is met by the next call of that one.

        Raises SandboxRefusal for an id that was used before or a step that the sandbox does not know.
        """
        body: dict[str, object] = {"user_mailbox_id": user_mailbox_id, "script": list(script)}
        if draft_id is not None:
            body["draft_id"] = draft_id
        created: dict[str, str] = self._call("POST", "drafts", body)
        return created["draft_id"]

    def deliveries(self) -> list[DeliveredMail]:
        """Returns the mails that went out since the start or the last reset, in order."""
        deliveries: list[DeliveredMail] = self._call("GET", "deliveries")
        return deliveries

    def requests(self) -> list[ArrivedRequest]:
        """Returns the requests that arrived since the start or the last reset, in order of arrival."""
        requests: list[ArrivedRequest] = self._call("GET", "requests")
        return requests

    def settings(self, **changes: object) -> dict[str, Any]:
        """Changes settings: rate_limit, rate_limits, send_seconds, mailboxes, clock. Returns all settings in force.

        Raises SandboxRefusal for an unknown setting or an unusable value, and then nothing has changed.
        """
        settings: dict[str, Any] = self._call("POST", "settings", changes)
        return settings

    def reset(self) -> None:
        """Takes the sandbox back to its initial state."""
        self._call("POST", "reset")

    def _call(self, method: str, name: str, body: object = None) -> Any:
        with closing(HTTPConnection(self._host, self._port, timeout=_TIMEOUT_SECONDS)) as connection:
            connection.request(method, f"/_sandbox/{name}", None if body is None else json.dumps(body))
            answer = connection.getresponse()
            content = json.loads(answer.read())
        if answer.status != 200:
            raise SandboxRefusal(content["error"])
        return content
