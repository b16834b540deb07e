"""Works through the conformance cases with the generated Python client, feishu_mail_client, and prints what it saw.

Usage: program.py <base URL> <error-codes.json> <case file> ...

This is the protocol level by itself: every call is made once, and nothing is judged. Services use `feishu_mail`.
"""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from feishu_mail_client import AuthenticatedClient, Client
from feishu_mail_client.api.drafts import send_draft
from feishu_mail_client.models import ErrorResponse, SendDraftResponse
from feishu_mail_client.types import Unset

HEADERS = ("x-tt-logid", "x-ogw-ratelimit-limit", "x-ogw-ratelimit-reset")
TIMEOUT = httpx.Timeout(10)


def main(base_url: str, error_codes: str, *case_files: str) -> None:
    table = json.loads(Path(error_codes).read_text(encoding="utf-8"))
    callers: dict[str | None, Caller] = {}
    for file in case_files:
        for case in json.loads(Path(file).read_text(encoding="utf-8"))["cases"]:
            token = case["request"]["access_token"]
            if token not in callers:
                callers[token] = Caller(base_url, token)
            for _ in case["answers"]:
                seen = callers[token].call(case["request"]["user_mailbox_id"], case["request"]["draft_id"], table)
                print(json.dumps({"case": case["name"], **seen}), flush=True)


class Caller:
    """Calls with one token, or none. The generated client raises on a status or body that it does not know; a hook of
    the HTTP library sees the answer all the same.
    """

    def __init__(self, base_url: str, access_token: str | None) -> None:
        self._answer: httpx.Response | None = None
        httpx_args = {"event_hooks": {"response": [self._keep]}, "trust_env": False}
        self._client = (
            AuthenticatedClient(base_url, access_token, timeout=TIMEOUT, httpx_args=httpx_args)
            if access_token is not None
            else Client(base_url, timeout=TIMEOUT, httpx_args=httpx_args)
        )

    def _keep(self, answer: httpx.Response) -> None:
        self._answer = answer

    def call(self, user_mailbox_id: str, draft_id: str, table: Mapping[str, Any]) -> dict[str, Any]:
        try:
            body = send_draft.sync_detailed(user_mailbox_id, draft_id, client=self._client).parsed
        except httpx.TransportError:
            return {"status": None}
        except (ValueError, TypeError, KeyError):
            body = None
        assert self._answer is not None
        headers = {name: self._answer.headers.get(name) for name in HEADERS}
        return {"status": self._answer.status_code, "headers": headers, **about(body, table)}


def about(body: SendDraftResponse | ErrorResponse | None, table: Mapping[str, Any]) -> dict[str, Any]:
    if body is None:
        return {}
    if isinstance(body, ErrorResponse):
        names = {error["code"]: error["name"] for error in table["errors"]}
        nested = None if isinstance(body.error, Unset) else body.error.log_id
        return {"code": body.code, "name": names.get(body.code), "log_id": nested or body.log_id or None}
    if isinstance(body.data, Unset):
        return {"code": body.code}
    disabled = body.data.automation_send_disable
    refused = not isinstance(disabled, Unset) and bool(disabled.to_dict())
    return {
        "code": body.code,
        "name": table["refusals_with_code_0"][0]["name"] if refused else None,
        "message_id": body.data.message_id or None,
        "thread_id": body.data.thread_id or None,
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
