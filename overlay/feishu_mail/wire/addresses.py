"""Where the service is, and whether a proxy stands before it."""

import ipaddress
import re
from typing import Final
from urllib.request import getproxies, proxy_bypass

import httpx

DEFAULT_BASE_URL: Final = "https://open.feishu.cn"
"""Feishu; Lark is ``https://open.larksuite.com``. The two do not share apps or tokens."""
BASE_URL_VARIABLE: Final = "FEISHU_BASE_URL"

_LABEL: Final = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", re.ASCII)
_LONGEST_HOST: Final = 253


def parse_base_url(text: str, *, allow_insecure_http: bool) -> httpx.URL | str:
    """Returns the URL, or why it cannot be used. The text is not repeated there: it may hold a password."""
    try:
        url = httpx.URL(text)
        is_usable = url.scheme in ("http", "https") and is_host(url) and bool(url.host)
    except (httpx.InvalidURL, ValueError):
        return _MALFORMED
    if not is_usable:
        return _MALFORMED
    if url.userinfo or "?" in text or "#" in text:
        return "base_url must not carry a user, a query or a fragment"
    if url.scheme == "http" and not (allow_insecure_http or is_loopback(url)):
        return (
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


def proxy_for(url: httpx.URL) -> str | None:
    """Returns the proxy that the environment names for a URL. None serves this machine's own loopback."""
    if is_loopback(url):
        return None
    proxies = getproxies()
    proxy = proxies.get(url.scheme) or proxies.get("all")
    if not proxy or proxy_bypass(url.host):
        return None
    return proxy if "://" in proxy else f"http://{proxy}"


_MALFORMED: Final = f"base_url or {BASE_URL_VARIABLE} must be like {DEFAULT_BASE_URL}, with its scheme"


def is_host(url: httpx.URL) -> bool:
    """Returns whether the URL's host can be one, and its port too.

    Raises:
        ValueError: it is a malformed address.
    """
    if url.port is not None and not 0 < url.port < 2**16:  # a resolver may take the rest of it
        return False
    # httpx escapes what no host name may contain and the resolver refuses some of it much later.
    host = url.raw_host.decode("ascii")
    if ":" in host:
        return bool(ipaddress.IPv6Address(host))
    labels = host.removesuffix(".").split(".")
    return len(host) <= _LONGEST_HOST and all(_LABEL.fullmatch(label) for label in labels)
