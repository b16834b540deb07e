"""Fuzzing a server that is already running: which ones, and with which drafts."""

import ipaddress
import secrets
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from feishu_mail_sandbox import SandboxControl
from fuzzing.draft_source import DraftSource, ListedDrafts, NewDrafts, read_drafts


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


def draft_source(path: Path | None, control: SandboxControl | None) -> DraftSource:
    """Returns the drafts listed in a file, or new ones of the sandbox. Raises CannotFuzz or InvalidDrafts."""
    if path:
        return ListedDrafts(read_drafts(path.read_text(encoding="utf-8")))
    if control is None:
        raise CannotFuzz("the server has no control plane of the sandbox: name drafts that it may send with --drafts")
    # A sandbox that is not reset must not meet an id again.
    return NewDrafts(control, f"fuzz-{secrets.token_hex(4)}")
