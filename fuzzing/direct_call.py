"""Sending a draft as a correct client does, beside the generated cases."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import httpx

from fuzzing.documented import OPERATION_PATH


@dataclass(frozen=True, slots=True)
class Reached:
    """An answer as far as the checks look into it."""

    status: int
    headers: httpx.Headers
    envelope: dict[str, Any]

    @property
    def message(self) -> dict[str, Any] | None:
        """The `data` of an answer that says that the mail went out, or None."""
        return sent_message(self.status, self.envelope)


def sent_message(status: int, envelope: dict[str, Any]) -> dict[str, Any] | None:
    """Returns the `data` of an answer that says that the mail went out, or None."""
    data = envelope.get("data")
    fields: dict[str, Any] = data if isinstance(data, dict) else {}
    return None if status // 100 != 2 or fields.get("automation_send_disable") else fields


class DirectCalls:
    """Calls the send operation of the server at `base_url` with a valid token."""

    def __init__(self, base_url: str, authorization: str) -> None:
        self.base_url = base_url
        # Loading certificates, which nothing here needs, takes longer than many calls.
        self._client = httpx.Client(
            headers={"Authorization": authorization},
            timeout=10,
            trust_env=False,
            verify=False,  # noqa: S501
        )

    def send(self, user_mailbox_id: str, draft_id: str) -> Reached:
        """Sends a draft."""
        path = OPERATION_PATH.format(user_mailbox_id=quote(user_mailbox_id, safe=""), draft_id=quote(draft_id, safe=""))
        response = self._client.post(self.base_url + path)
        return Reached(response.status_code, response.headers, read_envelope(response.content))

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()


def read_envelope(content: bytes | None) -> dict[str, Any]:
    """Returns a JSON object, or an empty one for anything else."""
    try:
        envelope = httpx.Response(200, content=content or b"").json()
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}
