"""Checks what the caller passes, before anything is sent."""

import ipaddress
import math
import unicodedata
from typing import Final, TypeGuard

import httpx

from feishu_mail.exceptions import InvalidArgument
from feishu_mail.failures import Failure
from feishu_mail.judgements import INVALID_ARGUMENT

DEFAULT_BASE_URL: Final = "https://open.feishu.cn"
"""Feishu; Lark is ``https://open.larksuite.com``. The two do not share apps or tokens."""
DEFAULT_TIMEOUT: Final = 30.0
"""Seconds for each of: waiting for a pooled connection, connecting, writing, and the whole answer."""


def invalid_argument(reason: str, draft_id: str | None = None) -> InvalidArgument:
    """Returns the exception for an argument that cannot be used."""
    return InvalidArgument(Failure(judgement=INVALID_ARGUMENT, reason=reason), draft_id)


def shown(value: object) -> str:
    """Returns the value as an error message can show it."""
    try:
        text = repr(value)
    except ValueError:  # Python refuses to write out an integer of thousands of digits
        text = type(value).__name__
    return text if len(text) <= 50 else f"{text[:49]}…"


def check_id(name: str, value: object) -> str:
    """Returns the id unchanged; any text is fine that survives as one segment of a path.

    Raises:
        InvalidArgument: it is not a string, blank, a dot segment, or has control characters. The value is not repeated
            in the message: it may be a mailbox address.
    """
    if not isinstance(value, str):
        raise invalid_argument(f"{name} must be a string, not {type(value).__name__}")
    if not value.strip():
        raise invalid_argument(f"{name} is empty")
    if value in (".", ".."):
        raise invalid_argument(f"{name} must not be '.' or '..', which would name another path")
    # No printable character is of those kinds, and nearly every id is printable.
    if not value.isprintable() and any(unicodedata.category(character) in ("Cc", "Cs") for character in value):
        raise invalid_argument(f"{name} contains control characters or half of a character")
    return value


def check_base_url(value: object, *, allow_insecure_http: bool = False) -> httpx.URL:
    """Returns the base URL.

    Raises:
        InvalidArgument: it has no scheme or host, carries credentials, a query or a fragment, or would send the token
            in the clear to a host that is not this machine. The value is not repeated: it may hold a password.
    """
    try:
        url = httpx.URL(value) if isinstance(value, str) else None
    except httpx.InvalidURL:
        url = None
    # httpx escapes what no host name may contain instead of refusing it.
    if url is None or url.scheme not in ("http", "https") or not url.host or "%" in url.host:
        raise invalid_argument("base_url or FEISHU_BASE_URL must be like https://open.feishu.cn, with its scheme")
    if url.userinfo or "?" in str(value) or "#" in str(value):
        raise invalid_argument("base_url must not carry a user, a query or a fragment")
    if url.scheme == "http" and not (allow_insecure_http or is_loopback(url)):
        raise invalid_argument(
            "base_url is plain http, which would send the access token in the clear; use https, or pass "
            "allow_insecure_http=True if you must"
        )
    return url


def is_loopback(url: httpx.URL) -> bool:
    """Returns whether the host is this machine, by its name or address alone."""
    if url.host == "localhost" or url.host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(url.host).is_loopback
    except ValueError:
        return False


def check_timeout(value: object) -> httpx.Timeout:
    """Returns the timeout with every part finite: waiting for ever is never what a caller wants.

    Raises:
        InvalidArgument: it is neither a positive number of seconds nor an ``httpx.Timeout``.
    """
    if isinstance(value, httpx.Timeout):
        parts = {name: DEFAULT_TIMEOUT if part is None else part for name, part in value.as_dict().items()}
        if not all(_is_positive(part) for part in parts.values()):
            raise invalid_argument("timeout must have positive parts, in seconds")
        return httpx.Timeout(**parts)
    if not _is_positive(value):
        raise invalid_argument(f"timeout must be a positive number of seconds or an httpx.Timeout, not {shown(value)}")
    return httpx.Timeout(value)


def is_number(value: object) -> TypeGuard[float]:
    """Returns whether it is a number, infinity included; True and NaN are not."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return not math.isnan(value)
    except OverflowError:  # an integer beyond every float
        return False


def _is_positive(value: object) -> TypeGuard[float]:
    return is_number(value) and math.isfinite(value) and value > 0
