"""Fuzzing a server that is already running: which ones, and with which drafts."""

import ipaddress
from contextlib import suppress
from urllib.parse import urlsplit

import httpx

from feishu_mail_sandbox import SandboxControl
from fuzzing.fuzz_run import Draft


class CannotFuzz(Exception):
    """Why the run cannot start; the message is for the user."""


def require_loopback(base_url: str) -> None:
    """Raises CannotFuzz for a server on another machine."""
    parts = urlsplit(base_url)
    local = parts.hostname == "localhost"
    with suppress(ValueError):
        local = local or ipaddress.ip_address(parts.hostname or "").is_loopback
    if parts.scheme != "http" or not local:
        raise CannotFuzz(f"{base_url} is not on this machine, and fuzzing sends mail: use http://127.0.0.1:PORT")


def sandbox_at(base_url: str) -> SandboxControl | None:
    """Returns the control of the sandbox at `base_url`, or None for another server.

    Raises CannotFuzz when nothing answers, or when the sandbox would refuse nearly every case.
    """
    try:
        answer = httpx.get(f"{base_url}/_sandbox/health", timeout=10, trust_env=False)
        ready = answer.status_code == 200 and answer.json().get("status") == "ready"
    except httpx.HTTPError as problem:
        raise CannotFuzz(f"{base_url} does not answer: {problem}") from None
    except (ValueError, AttributeError):
        return None
    if not ready:
        return None
    control = SandboxControl(base_url)
    # Without a change, it answers with what is in force.
    if control.settings()["rate_limit"] is not None:
        command = f"curl {base_url}/_sandbox/settings --data '{{\"rate_limit\": null}}'"
        raise CannotFuzz(f"its rate limit is on, and would refuse nearly every case; switch it off first:\n{command}")
    return control


def read_drafts(text: str) -> list[Draft]:
    """Reads a draft from every line: its id, or a mailbox, a tabulator, and its id. Raises CannotFuzz."""
    parts = [line.strip().rpartition("\t") for line in text.splitlines() if line.strip()]
    drafts = [Draft(user_mailbox_id or "me", draft_id) for user_mailbox_id, _, draft_id in parts]
    if not drafts:
        raise CannotFuzz("there is no draft in the list")
    if len(set(drafts)) < len(drafts):
        raise CannotFuzz("the list names a draft twice, but each can be sent once only")
    return drafts
